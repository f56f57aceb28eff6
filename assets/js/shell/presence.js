// Says in one line that the server is gone, and takes the line away when it is back. Looks at a small file of ours
// every few seconds while the page is in sight, at once when a request of the page fails. Started by
// `shell/shell.js`.

import { find, h } from "../core/dom.js";

const EVERY = 5000; // milliseconds between two looks
const SOON = 1500; // the same while it is gone
const PATIENCE = 4000; // milliseconds an answer may take
const GONE = "The server does not answer. What is shown stays; everything else waits until it is back.";
let timer = 0;

/** Watch the server, once per page. */
export function attachPresence() {
  if (document.querySelector("#page-presence")) return;
  const line = h("p", { id: "page-presence", class: "imfn-presence", role: "status" });
  find(".gradio-container").append(line);
  const look = async () => {
    clearTimeout(timer);
    const here = document.hidden || (await answers());
    const words = here ? "" : GONE;
    if (line.textContent !== words) line.textContent = words;
    timer = window.setTimeout(look, here ? EVERY : SOON);
  };
  window.addEventListener("offline", look);
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  timer = window.setTimeout(look, EVERY);
}

async function answers() {
  try {
    await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return true; // any answer is one
  } catch {
    return false;
  }
}
