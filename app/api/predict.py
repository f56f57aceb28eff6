"""The named endpoint /predict: what a memory of a Lantern room answers to a query.

    client.predict(None, "lantern-64", {"seed": 7, "moves": "rrdd"}, {"question": "room"}, api_name="/predict")
    client.predict(handle_file("walk.imfn"), "", {}, {"question": "find", "digit": 7}, api_name="/predict")

The memory is one of a walk through a room of bundled digits, as the Predict tab shows it, or a file of one window.
`engine/data/datasets/asking.py` has the questions and the shapes of their answers.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np

from app.api.media import given, in_one_sentence
from app.components import Upload
from app.server.limits import limits
from app.server.models import model, model_of
from app.server.payloads import parse_payload
from app.sessions.predict import Predictions, WalkRequest, offered
from engine.memory import Memory

DIGITS = 4
"""decimals of an answer"""


@in_one_sentence
def predict(predictions: Predictions, file: object, name: object, walk: object, query: object) -> dict[str, Any]:
    """{"model", "question", "answer"}: a number, or rows of numbers."""
    if not isinstance(query, dict):
        raise ValueError('The query is not an object; send one such as {"question": "room"}.')
    if file:
        memory = Memory.load(given(file))
        limits().check_memory(memory)
        loaded = model_of(memory)
    else:
        loaded = model(checked_name(name))
        memory = predictions.memory_of(loaded.name, parse_payload(WalkRequest, walk or {}, "walk"))
    found = loaded.predict(memory, query)
    answer = np.round(found, DIGITS).tolist() if isinstance(found, np.ndarray) else round(found, DIGITS)
    return {"model": loaded.name, "question": query["question"], "answer": answer}


def checked_name(name: object) -> str:
    """The name of a bundled memory that can be asked; ValueError names those that there are."""
    if name not in offered():
        raise ValueError(f"There is no memory {str(name)[:40]!r} to ask here; choose one of {', '.join(offered())}.")
    return str(name)


def build_predict_api(predictions: Predictions) -> None:
    """Hidden components that carry the endpoint's types."""

    def ask(file: object, name: object, walk: object, query: object) -> dict[str, Any]:
        return predict(predictions, file, name, walk, query)

    with gr.Row(visible=False):
        file, name = Upload(), gr.Textbox("lantern-64")
        walk, query, facts, button = gr.JSON(), gr.JSON(), gr.JSON(), gr.Button()
        button.click(ask, [file, name, walk, query], facts, api_name="predict")


__all__ = ["build_predict_api"]
