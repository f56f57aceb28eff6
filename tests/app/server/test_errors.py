"""What a visitor is told, and what the log keeps, of anything that goes wrong."""

from __future__ import annotations

import logging
import sqlite3

import gradio as gr
import pytest

from app.api.media import in_one_sentence
from app.server import errors
from app.server.errors import message_of


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("database is locked"), "nothing is lost"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlite3.DatabaseError("file is not a database"), "not a database"),
        (RecursionError("maximum recursion depth exceeded"), "too many lists"),
        (ModuleNotFoundError("No module named 'umap'", name="umap"), "package umap"),
        (PermissionError(13, "Permission denied", "/secret/place"), "Permission denied"),
        (ValueError("The clip\n has no frames."), "The clip has no frames."),
    ],
)
def test_what_can_be_expected_has_a_sentence_of_its_own(error: Exception, words: str) -> None:
    said = message_of(error, "test")
    assert words in said
    assert "/secret" not in said


def test_anything_else_has_a_reference_that_the_log_repeats(caplog: pytest.LogCaptureFixture) -> None:
    errors.told.clear()
    with caplog.at_level(logging.ERROR, "imfn"):
        said = [message_of(KeyError("/secret/place"), "explore") for _ in range(50)]
    references = [each.split("reference ")[1][:8] for each in said]
    assert len(set(references)) == 50
    assert all(reference in record.getMessage() for reference, record in zip(references, caplog.records, strict=True))
    assert not any("secret" in each for each in said)
    assert sum(record.exc_info is not None for record in caplog.records) == 1


def test_an_endpoint_s_error_is_never_empty() -> None:
    def breaks() -> None:
        raise ZeroDivisionError

    with pytest.raises(gr.Error, match="reference"):
        in_one_sentence(breaks)()
