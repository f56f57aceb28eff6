// A work of the server's that a page begins and follows: news by long poll until it has ended. What the server has
// forgotten meanwhile, because it was started anew or the page slept, is begun again. Used by `explore/server.js` and
// `trajectory/server.js`; the server's side is `app/sessions/work.py`.

import { losses } from "./connection.js";

const AGAIN = 3; // times that a work is begun again at most

/** @typedef {{ seen: number, state: "busy" | "done" | "failed" | "cancelled" }} News */

/**
 * Follow a work to its end, or until it is not wanted any more. Rejects with the server's refusal.
 * @template {News} N
 * @param {object} work
 * @param {() => Promise<string>} work.begin gives its id
 * @param {(id: string, seen: number) => Promise<N>} work.progress
 * @param {(news: N) => void} work.heard
 * @param {() => boolean} work.wanted false when the visitor took it back or asked for something else
 */
export async function followWork({ begin, progress, heard, wanted }) {
  for (let left = AGAIN; ; left -= 1) {
    const before = losses();
    try {
      if (await followed(begin, progress, heard, wanted, left > 0)) return;
    } catch (error) {
      if (!wanted()) return;
      if (losses() === before || left <= 0) throw error;
    }
  }
}

/**
 * One time; false where the server gave it up though nobody took it back.
 * @template {News} N
 * @param {() => Promise<string>} begin
 * @param {(id: string, seen: number) => Promise<N>} progress
 * @param {(news: N) => void} heard
 * @param {() => boolean} wanted
 * @param {boolean} more whether it may be begun again
 */
async function followed(begin, progress, heard, wanted, more) {
  const id = await begin();
  for (let seen = 0; wanted(); ) {
    const news = await progress(id, seen);
    if (!wanted()) return true;
    if (news.state === "cancelled" && more) return false;
    heard(news);
    if (news.state !== "busy") return true;
    seen = news.seen;
  }
  return true;
}
