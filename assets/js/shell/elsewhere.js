// A link to another tab: Gradio mounts the first one before it can be left, so its contents stay out of sight until then.
// A plain script in the page's head (app/components/head.py), which says with `data-tabs` which tabs there are: it must
// run before anything is painted. `shell/tabs.js` ends it when the tab is open; so does the clock, should that never be.

(() => {
  const asked = new URLSearchParams(location.search);
  const [named, view] = [asked.get("tab"), asked.get("view")];
  const tabs = document.currentScript?.dataset.tabs?.split(" ") ?? [];
  if (!named || !tabs.includes(named)) return;
  const root = document.documentElement;
  // the row of a tab's views (ui/sub_views.js) puts right what it does not know
  if (/^[a-z]+$/.test(view ?? "")) root.setAttribute(`data-view-${named}`, view ?? "");
  root.classList.add("imfn-elsewhere");
  setTimeout(() => root.classList.remove("imfn-elsewhere"), 6000);
})();
