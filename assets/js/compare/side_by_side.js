// The same digits through every bundled model: strips that the server makes when the tab is first looked at.
// Mounted by `SideBySide` in `app/components/views.py`, which has put bones in their places.

import { h, viewRoot } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { rpc } from "../core/rpc.js";

const PATIENCE = 300_000; // milliseconds: every model is loaded for it

/** @import { LiveComparisonsServer } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount(parts) {
  const root = viewRoot(parts.element);
  /** @type {LiveComparisonsServer} */
  const server = rpc(parts.server);
  const seen = new ResizeObserver(() => {
    if (!root.clientWidth) return;
    seen.disconnect();
    fill(root, server);
  });
  seen.observe(root);
}

/** @param {HTMLElement} root @param {LiveComparisonsServer} server */
async function fill(root, server) {
  try {
    const { html } = await server.side_by_side({}, { timeout: PATIENCE });
    root.innerHTML = html; // names in it are escaped by app/pictures/side_by_side.py
  } catch (error) {
    root.replaceChildren(h("p", { class: "imfn-problem", role: "alert", text: messageOf(error) }));
  }
}
