// What was dropped on the page as files; folders are walked to their end. Called by `shell/drop.js`.

import { givePath } from "./upload.js";

const MOST = 5000; // files of a folder; more are refused rather than walked for minutes

/**
 * The files of a drop, those of folders with their paths. Call it while the drop is handled: browsers forget what was
 * dropped afterwards. Rejects with an Error whose message can be shown.
 * @param {DataTransfer | null} transfer
 * @returns {Promise<File[]>}
 */
export async function droppedFiles(transfer) {
  const plain = [...(transfer?.files ?? [])];
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  /** @type {File[]} */
  const found = [];
  for (const entry of entries) if (entry) await walk(entry, "", found);
  if (!found.length) throw new Error("The folder is empty; drop one with pictures.");
  return found;
}

/** @param {FileSystemEntry} entry @param {string} above @param {File[]} found */
async function walk(entry, above, found) {
  const path = `${above}${entry.name}`;
  if (entry.isDirectory) {
    for (const inside of await listed(/** @type {FileSystemDirectoryEntry} */ (entry)))
      await walk(inside, `${path}/`, found);
    return;
  }
  if (hidden(path)) return;
  if (found.length >= MOST)
    throw new Error(`The folder has more than ${MOST.toLocaleString("en")} files; drop a part of it, or a zip.`);
  found.push(givePath(await fileOf(/** @type {FileSystemFileEntry} */ (entry)), path));
}

/** Hidden files are not the visitor's pictures; what else is left out is said by the server. @param {string} path */
const hidden = (path) => path.split("/").some((part) => part.startsWith("."));

/** All entries of a folder: a reader gives them in portions. @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function listed(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
const fileOf = (entry) => new Promise((done, failed) => entry.file(done, failed));
