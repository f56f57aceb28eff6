// Files for the visitor to keep. Every download of the page goes through here, after a press of a button.

import { h } from "./dom.js";

const KEPT = 10_000; // milliseconds that a blob stays in the browser, for it to be saved

/**
 * Save what an address of this page holds.
 * @param {string} url relative to the page, or a blob's
 * @param {string} name of the file
 */
export function saveFile(url, name) {
  const link = h("a", { href: new URL(url, document.baseURI).href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * Save what a script of the page has made.
 * @param {Blob} blob
 * @param {string} name
 */
export function saveBlob(blob, name) {
  const url = URL.createObjectURL(blob);
  saveFile(url, name);
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}
