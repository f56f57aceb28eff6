// The line that says that the server is away, and goes when it is back. Started by `shell/shell.js`, once per page.

import { subscribe, watch } from "../core/connection.js";
import { h } from "../core/dom.js";
import { messages } from "../ui/notice.js";

const AWAY = "The server does not answer. What is shown stays; the rest goes on by itself when it is back.";

/** Watch the server, and say when it is away. */
export function attachPresence() {
  if (document.querySelector("#page-presence")) return;
  const line = h("p", { id: "page-presence", class: "imfn-message imfn-presence", role: "status" });
  messages().append(line);
  subscribe(line, ({ away }) => {
    line.textContent = away ? AWAY : "";
  });
  watch();
}
