// Files from the visitor: chosen with the browser's own dialog, sent to Gradio's upload folder. A server function that
// is given the paths checks them with `uploaded_path` of `app/server/folders.py`.

import { h } from "./dom.js";
import { within } from "./rpc.js";

const TIMEOUT = 600_000; // milliseconds that one file may take

/** @typedef {(file: File) => Promise<{ path: string, url: string }>} Send `parts.upload` of a view's `mount` */
/** @typedef {{ name: string, path: string }} Uploaded a file by its own name, and where it lies on the server */

/**
 * Let the visitor choose files; call it where a press of a button is handled, or browsers refuse. Nothing was chosen
 * where the list is empty.
 * @param {{ multiple?: boolean, accept?: string }} [options]
 * @returns {Promise<File[]>}
 */
export function chooseFiles({ multiple = false, accept } = {}) {
  return new Promise((resolve) => {
    const input = h("input", { type: "file", multiple, accept, hidden: true });
    const done = () => {
      input.remove();
      resolve([...(input.files ?? [])]);
    };
    input.addEventListener("change", done);
    input.addEventListener("cancel", done);
    document.body.append(input);
    input.click();
  });
}

/**
 * Send files one after another, in the order given; rejects with an Error whose message can be shown.
 * @param {Send} send
 * @param {File[]} files
 * @param {{ signal?: AbortSignal, progress?: (done: number, total: number) => void }} [options]
 * @returns {Promise<Uploaded[]>}
 */
export async function uploadFiles(send, files, { signal, progress } = {}) {
  /** @type {Uploaded[]} */
  const sent = [];
  for (const file of files) {
    progress?.(sent.length, files.length);
    const { path } = await within(sendOne(send, file), { timeout: TIMEOUT, signal });
    sent.push({ name: file.name, path });
  }
  progress?.(sent.length, files.length);
  return sent;
}

/** @param {Send} send @param {File} file */
async function sendOne(send, file) {
  try {
    return await send(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file.name.slice(0, 60)} could not be uploaded: ${reason || "the server gives no answer"}`);
  }
}
