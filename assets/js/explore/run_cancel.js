// Run and Cancel take each other's place while something is explored; whoever had the focus there keeps it.
// Started by `explore/tree_view.js`, once per page; which of the two is shown is the business of controls.css.

/** Hand the focus over whenever the status line changes. */
export function attachRunCancel() {
  const line = document.querySelector("#explore-status");
  const [run, cancel] = ["#explore-run", "#explore-cancel"].map((id) => document.querySelector(id));
  if (!line || !run || !cancel) return;
  let last = null;
  for (const button of [run, cancel]) button.addEventListener("focus", () => (last = button));
  document.addEventListener("focusin", (event) => event.target !== run && event.target !== cancel && (last = null));
  new MutationObserver(() =>
    requestAnimationFrame(() => {
      if (last && !last.getClientRects().length) (last === run ? cancel : run).focus();
    }),
  ).observe(line, { subtree: true, childList: true });
}
