// What the page has to say beside its views: a link that could not be followed in full. Each sentence stands at the
// page's lower edge until it is closed. Called by whoever reads the address.

import { find, h } from "../core/dom.js";

/** The place of the page's own messages, laid over its lower edge so that nothing moves. */
export function messages() {
  const place = document.querySelector(".imfn-messages");
  if (place) return place;
  const made = h("div", { class: "imfn-messages" });
  find(".gradio-container").append(made);
  return made;
}

/** Say a sentence until it is closed, once. @param {string} sentence */
export function notice(sentence) {
  const place = messages();
  if ([...place.querySelectorAll(".imfn-notice span")].some((said) => said.textContent === sentence)) return;
  const close = h("button", { type: "button", class: "imfn-notice-close", "aria-label": "Close", text: "×" });
  const line = h("p", { class: "imfn-message imfn-notice", role: "status" }, h("span", { text: sentence }), close);
  close.addEventListener("click", () => line.remove());
  place.prepend(line);
}

/** What an address says, as it can be quoted in a sentence. @param {string} text */
export const quoted = (text) => `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
