"""What Gradio keeps of a session: nothing is computed for one that only says its name."""

from __future__ import annotations

import gradio as gr
import pytest
from gradio import state_holder

from app.server.page_sessions import LeanState, lean_sessions


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What boxes have been asked for their configuration."""
    boxes, get_config = [], gr.Textbox.get_config

    def counted(box: gr.Textbox, *arguments: object) -> dict:
        boxes.append(box.value)
        return get_config(box, *arguments)

    monkeypatch.setattr(gr.Textbox, "get_config", counted)
    return boxes


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> gr.Blocks:
    """A page with one box, whose sessions are ours."""
    monkeypatch.setattr(state_holder, "SessionState", state_holder.SessionState)
    lean_sessions()
    with gr.Blocks() as blocks:
        gr.Textbox("first")
    asked.clear()
    return blocks


def test_made_up_sessions_compute_nothing(page: gr.Blocks, asked: list[str]):
    holder = state_holder.StateHolder()
    holder.set_blocks(page)
    states = [holder[f"made up {number}"] for number in range(50)]
    assert all(type(state) is LeanState for state in states)
    assert not asked
    assert not list(states[0].components)


def test_what_changes_in_a_session_is_its_own(page: gr.Blocks):
    box = next(key for key, block in page.blocks.items() if isinstance(block, gr.Textbox))
    one, other = LeanState(page), LeanState(page)
    one[box] = gr.Textbox("second", render=False)
    one._update_config(box)  # as Gradio does after an event that gives a component
    assert (one[box].value, other[box].value) == ("second", "first")
    assert [config["props"]["value"] for config in one.components] == ["second"]
