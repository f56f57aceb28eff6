"""A sooner start: nothing is collected, no stub files are written and no server is set up in vain while the page is
imported and built.
"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def quick_start() -> Iterator[None]:
    """Around imports and `build_page`. Afterwards what was built is kept out of later collections.

    Collecting garbage while a million lasting objects are made takes a fifth of the time and finds nothing.
    """
    getfile = inspect.getfile
    inspect.getfile = without_stubs(getfile)
    gc.disable()
    try:
        yield
    finally:
        inspect.getfile = getfile
        gc.freeze()
        gc.enable()


@contextmanager
def without_servers() -> Iterator[None]:
    """Around `build_page`. Gradio sets its server up three times, each time from the beginning: when the page's block
    ends, when the queue is set, and at the launch, whose server alone is ever used. A third of a second each.
    """
    from gradio.routes import App

    create_app = App.create_app
    App.create_app = staticmethod(lambda *arguments, **options: None)
    try:
        yield
    finally:
        App.create_app = staticmethod(create_app)


def without_stubs(getfile: Callable[[Any], str]) -> Callable[[Any], str]:
    """`inspect.getfile` to which Gradio's components are classes without a file.

    For each one that has a file, Gradio parses the file twice and keeps a stub (.pyi) for editors beside it, at every
    import: 0.7 s. For those without one it does nothing (gradio/component_meta.py, create_or_modify_pyi).
    """

    def found(thing: Any) -> str:
        if type(thing).__name__ == "ComponentMeta":
            raise OSError("a component's stub is not wanted")
        return getfile(thing)

    return found
