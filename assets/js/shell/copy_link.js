// "Copy link" in the footer: the address as `shell/permalink.js` keeps it. Where the clipboard is refused, the address
// is shown selected instead. Called by `shell/page_footer.js`.

import { h } from "../core/dom.js";
import { address } from "../core/url.js";
import { copyText } from "../ui/copy.js";

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
  const show = () => {
    Object.assign(field, { value: address(), hidden: false });
    field.focus();
    field.select();
    return "Copy the selected address";
  };
  button.addEventListener("click", () => void copyText(address(), said, show));
  return [button, field, said];
}
