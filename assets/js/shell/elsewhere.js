// A link to another tab: Gradio mounts the first one before it can be left, so its contents stay out of sight until then.
// A plain script in the page's head (app/components/head.py): it must be there before anything is painted.
// `shell/permalink.js` ends it when the tab is open; so does the clock, should that never happen.

(() => {
  const named = new URLSearchParams(location.search).get("tab") ?? "";
  if (!["trajectory", "train", "compare"].includes(named)) return;
  const root = document.documentElement;
  root.classList.add("imfn-elsewhere");
  setTimeout(() => root.classList.remove("imfn-elsewhere"), 6000);
})();
