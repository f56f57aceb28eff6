// The views of a tab, of which one is shown at a time: the row of buttons on top of them, kept in the address as `view`.
// Mounted by `SubViews` in `app/components/views.py`; the views are columns that `sub_view` has given their ids.

import { find, h, viewRoot } from "../core/dom.js";
import { current, onBack, opened, write } from "../core/url.js";
import { segments } from "./segments.js";

/** @import { ViewParts } from "../core/types.js" */
/** @typedef {{ name: string, title: string, words: string }} SubView */

/** Ways to show a view from elsewhere, by tab. @type {Map<string, (name: string) => void>} */
const shownBy = new Map();

/** Views that were asked for of tabs that have not been opened yet. @type {Map<string, string>} */
const wished = new Map();

/** Show a view of a tab, as its button does; once the tab is opened where it has not been. @param {string} tab @param {string} name */
export function showView(tab, name) {
  const show = shownBy.get(tab);
  if (show) show(name);
  else wished.set(tab, name);
}

/** @param {ViewParts} parts */
export function mount({ element, props }) {
  /** @type {{ tab: string, views: SubView[] }} */
  const { tab, views } = typeof props.setup === "string" ? JSON.parse(props.setup) : props.setup;
  const names = views.map(({ name }) => name);
  const words = h("p", { class: "imfn-view-words" });
  let chosen = named(wished.get(tab) ?? opened("view")) ?? names[0];
  const row = segments({
    label: "Views",
    role: "tab",
    value: chosen,
    options: views.map(({ name, title }) => ({ value: name, text: title, id: `${tab}-view-${name}` })),
    choose: (name) => show(name, true),
  });
  /** A name among the views. @param {string | null} name */
  function named(name) {
    return names.find((each) => each === name) ?? null;
  }
  /** @param {string} name @param {boolean} told whether the address is to follow */
  function show(name, told) {
    chosen = name;
    row.show(name);
    words.textContent = views.find((view) => view.name === name)?.words ?? "";
    document.documentElement.setAttribute(`data-view-${tab}`, name); // the styles of `SubViews` hide the others
    if (told) write({ view: name === names[0] ? null : name });
  }
  const root = viewRoot(element);
  find(".imfn-view-row", root).replaceChildren(row.element, words);
  shownBy.set(tab, (name) => named(name) && show(name, root.clientWidth > 0));
  // The address names the view of the tab that is open.
  const seen = new ResizeObserver(() => {
    const visible = root.clientWidth > 0;
    if (visible) write({ view: chosen === names[0] ? null : chosen });
    else if (named(current("view"))) write({ view: null });
  });
  seen.observe(root);
  onBack(() => root.clientWidth && show(named(current("view")) ?? chosen, false));
  show(chosen, false);
}
