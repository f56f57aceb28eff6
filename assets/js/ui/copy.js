// Copies a text to the clipboard; where that is refused the text is selected on the page, for the visitor to copy.
// Used by `compare/verdict.js` and `compare/reproduce.js`.

const SAID = 1600; // milliseconds that "Copied" stands

/**
 * @param {string} text
 * @param {HTMLElement} button says what came of it
 * @param {HTMLElement | null} [source] the element that shows the text, selected where the clipboard is refused
 */
export async function copyText(text, button, source = null) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    if (source) getSelection()?.selectAllChildren(source);
    button.textContent = source ? "Selected" : "Not allowed here";
  }
  setTimeout(() => {
    button.textContent = before;
  }, SAID);
}
