// What belongs to the whole page and to no tab: the address, the tour, the keys, the footer, the line that says when the
// server is gone. Mounted by `app/components/shell.py` on the header.

import { attachKeysDialog } from "./keys_dialog.js";
import { attachFooter } from "./page_footer.js";
import { attachPermalink } from "./permalink.js";
import { attachPresence } from "./presence.js";
import { attachTabs } from "./tabs.js";
import { attachTour } from "./tour.js";

/** @param {import("../core/types.js").ViewParts & { events: string[] }} parts */
export function mount({ trigger, events }) {
  attachKeysDialog();
  attachFooter();
  attachPresence();
  attachTour();
  attachTabs(trigger, events);
  attachPermalink();
}
