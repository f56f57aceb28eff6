// Files from the visitor: chosen with the browser's own dialog, sent to Gradio's upload folder. A server function that
// is given the paths checks them with `uploaded_path` of `app/server/folders.py`.

import { back, lost } from "./connection.js";
import { h } from "./dom.js";
import { size, timeLeft } from "./format.js";

const SILENCE = 60_000; // milliseconds without progress after which an upload is given up

/** @typedef {{ name: string, path: string }} Uploaded a file by its own name, and where it lies on the server */
/**
 * How far uploads are: whole files, and the share of all bytes; where it is known, how many bytes there are and how many
 * seconds have gone by.
 * @typedef {{ done: number, total: number, share: number, bytes?: number, seconds?: number }} Progress
 */

/** @type {WeakMap<File, string>} */
const paths = new WeakMap();

/** Give a file the path that it had in a folder. @param {File} file @param {string} path */
export function givePath(file, path) {
  paths.set(file, path);
  return file;
}

/** A file's name, with the folders it was dropped with. @param {File} file */
export const nameOf = (file) => paths.get(file) || file.webkitRelativePath || file.name;

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
 * @param {File[]} files
 * @param {{ signal?: AbortSignal, progress?: (progress: Progress) => void }} [options]
 * @returns {Promise<Uploaded[]>}
 */
export async function uploadFiles(files, { signal, progress } = {}) {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const began = performance.now();
  /** @type {Uploaded[]} */
  const sent = [];
  let before = 0;
  for (const file of files) {
    const told = (/** @type {number} */ loaded) =>
      progress?.({
        done: sent.length,
        total: files.length,
        share: Math.min(1, (before + loaded) / (bytes || 1)),
        bytes,
        seconds: (performance.now() - began) / 1e3,
      });
    told(0);
    sent.push({ name: nameOf(file), path: await sendFile(file, { signal, told }) });
    before += file.size;
  }
  return sent;
}

/** "Uploading file 2 of 5 · 1.2 MB of 3.9 MB, 31 % · about 12 s left". @param {Progress} progress */
export function uploadWords({ done, total, share, bytes = 0, seconds = 0 }) {
  const which = total > 1 ? `Uploading file ${Math.min(done + 1, total)} of ${total}` : "Uploading";
  if (!(share > 0)) return bytes ? `${which} · ${size(bytes)} …` : `${which} …`;
  const much = bytes ? `${size(share * bytes)} of ${size(bytes)}, ` : "";
  if (share >= 1) return `${which} · ${bytes ? `all ${size(bytes)} are` : "all is"} sent, being checked …`;
  const left = seconds > 1 ? timeLeft((seconds / share) * (1 - share)) : "";
  return `${which} · ${much}${Math.floor(100 * share)} % ${left ? `· ${left}` : "…"}`;
}

/**
 * Send one file; what breaks off because the server went away is sent again when it is back.
 * @param {File} file
 * @param {{ signal?: AbortSignal, told: (bytes: number) => void }} options
 */
async function sendFile(file, { signal, told }) {
  for (let tries = 0; ; tries += 1) {
    await back(signal);
    try {
      const path = await sendOnce(file, { signal, told });
      if (path !== null) return path;
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Error(`${nameOf(file).slice(-60)} could not be uploaded: ${/** @type {Error} */ (error).message}`);
    }
    if ((await lost()) && tries) throw new Error(`${nameOf(file).slice(-60)} could not be read or sent; try again.`);
  }
}

/**
 * The path that the server gives a file; null where the connection broke.
 * @param {File} file
 * @param {{ signal?: AbortSignal, told: (bytes: number) => void }} options
 * @returns {Promise<string | null>}
 */
function sendOnce(file, { signal, told }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let silence;
    const waits = () => {
      clearTimeout(silence);
      silence = setTimeout(() => end(() => reject(new Error("nothing was sent for a minute"))), SILENCE);
    };
    const aborted = () => end(() => reject(signal?.reason));
    const end = (/** @type {() => void} */ settle) => {
      clearTimeout(silence);
      signal?.removeEventListener("abort", aborted);
      request.abort();
      settle();
    };
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    request.upload.addEventListener("progress", ({ loaded }) => {
      waits();
      told(loaded);
    });
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      end(() =>
        status === 200 ? resolve(JSON.parse(responseText)[0]) : reject(new Error(reason(status, responseText))),
      );
    });
    request.addEventListener("error", () => end(() => resolve(null)));
    const form = new FormData();
    form.append("files", file, file.name);
    request.open("POST", new URL("gradio_api/upload", document.baseURI));
    waits();
    request.send(form);
  });
}

/** Why an upload was refused, as the server says it. @param {number} status @param {string} text */
function reason(status, text) {
  try {
    const { detail, error } = JSON.parse(text);
    return String(detail ?? error);
  } catch {
    return status === 413 ? "it is too large" : text.slice(0, 200) || `the server answers ${status}`;
  }
}
