// What belongs to the whole page and to no tab: the address, the tour, the keys, the footer, the line that says when the
// server is gone. Mounted by `app/components/shell.py` on the header.

import { h } from "../core/dom.js";
import { attachKeysDialog } from "./keys_dialog.js";
import { attachFooter } from "./page_footer.js";
import { attachPermalink } from "./permalink.js";
import { attachPresence } from "./presence.js";
import { attachTabs } from "./tabs.js";
import { attachTour } from "./tour.js";

const LATER = 2500; // milliseconds after the page has begun, so that nothing waits for it

/** @param {import("../core/types.js").ViewParts & { events: string[] }} parts */
export function mount({ props, trigger, events }) {
  attachKeysDialog();
  attachFooter();
  attachPresence();
  attachTour();
  attachTabs(trigger, events);
  attachPermalink();
  setTimeout(() => {
    fetchViews(JSON.parse(props.modules ?? "[]"));
    if (props.plotly) document.head.append(h("link", { rel: "prefetch", as: "script", href: props.plotly }));
  }, LATER);
}

/** Fetch the scripts of tabs that have not been opened: they open also while the server is away. @param {string[]} modules */
function fetchViews(modules) {
  for (const module of modules) import(new URL(module, document.baseURI).href).catch(() => {}); // fetched when opened
}
