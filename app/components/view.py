"""The base of every view: an element with a skeleton, one JavaScript module, a value that travels as JSON text."""

import json
from typing import Any

import gradio as gr

from engine.files import json_text

from .script import mount_script


class View(gr.HTML):
    """A `gr.HTML` drawn by the module named in `module`; subclasses say which one and which events it sends."""

    module = ""
    events_sent: tuple[str, ...] = ()
    default_id: str | None = None
    card = True
    skeleton = ""
    """HTML that stands in the view's place until it is drawn"""

    def __init__(self, value: Any = None, *, elem_id: str | None = None, **options: Any):
        classes = options.pop("elem_classes", None) or []
        classes = [classes] if isinstance(classes, str) else list(classes)
        super().__init__(
            value=value,
            elem_id=elem_id or self.default_id,
            elem_classes=[*classes, "imfn-view", *(["imfn-card"] if self.card else [])],
            html_template=f'<div class="imfn-root">{self.first(value)}</div>',
            js_on_load=mount_script(self.module, self.events_sent) if self.module else None,
            apply_default_css=False,
            **options,
        )

    def first(self, value: Any) -> str:
        """What is there before the script is."""
        return self.skeleton

    def postprocess(self, value: Any) -> str | None:
        """Send JSON text: the browser parses it once and Gradio does not have to watch every number in it."""
        return value if value is None or isinstance(value, str) else json_text(value)

    def preprocess(self, payload: Any) -> Any:
        """Give a handler the value back as it was sent."""
        return json.loads(payload) if isinstance(payload, str) and payload else payload
