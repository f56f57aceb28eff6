"""The contract of a tab, and the registry that the page is built from.

    @TABS.add
    class Mine(Tab):
        name, title, place = "mine", "Mine", 60
        styles = (Path(__file__).with_name("mine.css"),)

        def build(self, context: PageContext, place: gr.Tab) -> None: ...

The page shows the registered tabs in the order of their places; `?tab=mine` opens one. A module of `app/tabs` is found
there, one of another package is imported before `build_page()` is called, or named in IMFN_PLUGINS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TypeVar

import gradio as gr

from engine.registry import Registry

Service = TypeVar("Service")


@dataclass(kw_only=True)
class PageContext:
    """What tabs share: services, one of a class, put in by whoever has made one."""

    services: dict[type, object] = field(default_factory=dict)

    def provide(self, service: Service, kind: type | None = None) -> Service:
        """Make a service known, by its own class or the given one; returns it."""
        self.services[kind or type(service)] = service
        return service

    def service(self, kind: type[Service]) -> Service:
        """The service of a class; ValueError where no tab before this one has provided it."""
        if kind not in self.services:
            raise ValueError(f"no tab provides {kind.__name__}; register one with a lower place that does")
        return self.services[kind]


class Tab:
    """One tab of the page; subclasses build it with Gradio's components inside an open `gr.Tab`."""

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What can be set without writing another class."""

    name: ClassVar[str]
    """in the address and in Gradio's tab id: lower-case letters"""
    title: ClassVar[str]
    """in the row of tabs"""
    place: ClassVar[int] = 100
    """tabs stand in ascending order"""
    styles: ClassVar[tuple[str | Path, ...]] = ()
    """style sheets, linked in the page's head: names in assets/css, or whole paths"""

    def __init__(self, config: Tab.Config | None = None) -> None:
        self.config = config or self.Config()

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """Lay the tab out and wire it; `place` is the open `gr.Tab`."""
        raise NotImplementedError

    def ready(self, context: PageContext) -> None:
        """Called when every tab is built: for named endpoints, and for what needs other tabs' services."""


class TabRegistry(Registry):
    """Tab classes by name, in the order of their places."""

    def __iter__(self) -> Iterator[type[Tab]]:
        return iter(sorted(super().__iter__(), key=lambda tab: (tab.place, tab.name)))


TABS = TabRegistry("tab", "app.tabs")


__all__ = ["TABS", "PageContext", "Tab", "TabRegistry"]
