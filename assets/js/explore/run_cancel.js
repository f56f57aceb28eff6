// Apply and Cancel take each other's place while something is explored; whoever had the focus there keeps it.
// Started by `explore/tree_view.js`, once per page; which of the two is shown is the business of rows.css.

const DOUBLE = 400; // milliseconds in which a second press on the same place is meant for what stood there before

/** Keep a double press on one of two buttons that take each other's place from being a press on both. @param {HTMLElement[]} buttons */
export function pressedOnce(buttons) {
  let at = -Infinity;
  let last = /** @type {HTMLElement | null} */ (null);
  for (const button of buttons)
    button.addEventListener(
      "click",
      (event) => {
        const byPointer = event.isTrusted && event.detail > 0;
        if (byPointer && last !== button && event.timeStamp - at < DOUBLE) return event.stopImmediatePropagation();
        [at, last] = [event.timeStamp, button];
      },
      { capture: true },
    );
}

/** Hand the focus over whenever the status line changes. */
export function attachRunCancel() {
  const line = document.querySelector("#explore-status");
  const run = /** @type {HTMLButtonElement | null} */ (document.querySelector("#explore-run"));
  const more = /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("#explore-model select, #explore-change")
  );
  const cancel = /** @type {HTMLElement | null} */ (document.querySelector("#explore-cancel"));
  if (!line || !run || !cancel) return;
  pressedOnce([run, cancel]);
  let last = /** @type {HTMLElement | null} */ (null);
  document.addEventListener("focusin", ({ target }) => {
    last = target === run ? run : target === cancel ? cancel : null;
  });
  new MutationObserver(() =>
    requestAnimationFrame(() => {
      if (!last || last.getClientRects().length) return;
      // after a run nothing is left to apply: what could be changed next has the focus
      const seen = [...more].find((element) => element.getClientRects().length);
      const applies = getComputedStyle(run).visibility === "visible" && !run.disabled;
      const next = last === run ? cancel : applies ? run : seen;
      next?.focus();
    }),
  ).observe(line, { subtree: true, childList: true });
}
