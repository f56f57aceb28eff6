// The glossary: one plain sentence or two a word, short enough for a card.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GLOSSARY } from "../../assets/js/ui/glossary.js";

test("every word has a sentence of at most 25 words", () => {
  for (const [name, text] of Object.entries(GLOSSARY)) {
    assert.match(text, /^[A-Z].*\.$/, name);
    assert.ok(text.split(/\s+/).length <= 25, `${name} takes ${text.split(/\s+/).length} words`);
  }
});
