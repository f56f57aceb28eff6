"""Words of the field in text that Python writes: marked here, given their card by `assets/js/ui/term_marks.js`."""

import re

MARK = re.compile(r"\[(?P<name>[^\]|]+)(?:\|(?P<text>[^\]]+))?\]")


def terms(sentence: str) -> str:
    """HTML of a sentence whose [entries], or [entries|as written], are words of `assets/js/ui/glossary.js`."""

    def word(found: re.Match) -> str:
        return f'<span data-word="{found["name"]}">{found["text"] or found["name"]}</span>'

    return MARK.sub(word, sentence)
