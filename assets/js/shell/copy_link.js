// "Copy link" in the footer: the address as `shell/permalink.js` keeps it. Where the clipboard is refused, the address
// is shown selected instead. Called by `shell/page_footer.js`.

import { h } from "../core/dom.js";
import { address } from "../core/url.js";

const SAID = 2000; // milliseconds that "Copied" stands

/** The button, what it says, and the field that stands in for a clipboard. */
export function copyLink() {
  const button = h("button", {
    type: "button",
    id: "page-copy-link",
    class: "imfn-footer-button",
    text: "Copy link",
    title: "The address of what is shown: tab, sample, node, time, ratio",
  });
  const said = h("span", { class: "imfn-footer-said", role: "status" });
  const field = h("input", {
    type: "text",
    id: "page-link",
    class: "imfn-footer-link",
    readonly: true,
    hidden: true,
    "aria-label": "Address of this page",
  });
  field.addEventListener("blur", () => {
    field.hidden = true;
  });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address());
      said.textContent = "Copied";
    } catch {
      Object.assign(field, { value: address(), hidden: false });
      field.focus();
      field.select();
      said.textContent = "Copy the selected address";
    }
    setTimeout(() => {
      said.textContent = "";
    }, SAID);
  });
  return [button, field, said];
}
