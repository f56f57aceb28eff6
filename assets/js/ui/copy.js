// Copies a text to the clipboard, and says for a moment what came of it. Used by `compare/reproduce.js` and
// `shell/copy_link.js`.

const SAID = 2000; // milliseconds that "Copied" stands
/** What stood there before, and when it comes back. */
const saying = /** @type {WeakMap<HTMLElement, { before: string | null, timer: number }>} */ (new WeakMap());

/**
 * @param {string} text
 * @param {HTMLElement} says what came of it, in place of what it said before
 * @param {(() => string) | null} [instead] where the clipboard is refused: shows the text selected, and what to say then
 */
export async function copyText(text, says, instead = null) {
  const { before, timer } = saying.get(says) ?? { before: says.textContent, timer: 0 };
  clearTimeout(timer);
  try {
    await navigator.clipboard.writeText(text);
    says.textContent = "Copied";
  } catch {
    says.textContent = instead ? instead() : "Not allowed here";
  }
  const back = () => {
    says.textContent = before;
    saying.delete(says);
  };
  saying.set(says, { before, timer: window.setTimeout(back, SAID) });
}

/** Select what an element shows, for the visitor to copy. @param {HTMLElement} source */
export function selected(source) {
  getSelection()?.selectAllChildren(source);
  return "Selected";
}
