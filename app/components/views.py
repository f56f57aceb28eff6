"""Every view of the page: which module of `assets/js` draws it, which events it sends, what stands in its place first.

The tree receives an exploration as its first value; everything else comes as answers to questions, and all views of a
tab follow the one selection that lives in the browser.
"""

import html
from dataclasses import asdict
from typing import Any

from app.pictures.side_by_side import waiting
from app.server.shelf import plotly_script, shelf_url
from engine.files import json_text
from engine.reports.verdict import Verdict

from .controls import explore_controls, path_controls
from .skeleton import (
    COMPARISON,
    COST,
    EXPORTS,
    INSPECTOR,
    LEVELS,
    LIVE,
    MOVING,
    PATH_CHART,
    PATH_MAP,
    PATH_TAKE_AWAY,
    PATH_TREE,
    PLAYER,
    PREDICT,
    STRIPS,
    TRAIN,
    TREE,
    VERDICT,
)
from .view import View


class ExploreControls(View):
    """What to explore, Run and Cancel, the status line. `setup` says what there is to choose; its server functions are
    those of `app/sessions/explorations.py`. All of it stands on the page as HTML before any script is loaded.
    """

    module = "explore/controls.js"
    default_id = "explore-controls"
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        self.setup = setup
        super().__init__(None, setup=json_text(setup), **options)

    def first(self, value: Any) -> str:
        """The controls and the line below them."""
        return explore_controls(self.setup)


class ExploreTree(View):
    """Takes the exploration payload (dict or JSON text) as its value; None shows the empty state."""

    module = "explore/tree_view.js"
    events_sent = ("window",)
    default_id = "explore-tree"
    skeleton = TREE


class ExplorePlayer(View):
    """Two sides of the clip. Its server functions are those of `app/sessions/beside.py`."""

    module = "explore/player.js"
    default_id = "explore-player"
    skeleton = PLAYER


class ExploreInspector(View):
    """Needs no value. Put a download button under it by nesting both in a column of class `imfn-card`."""

    module = "explore/inspector.js"
    default_id = "explore-inspector"
    skeleton = INSPECTOR


class ExploreLevels(View):
    """Needs no value."""

    module = "explore/levels_table.js"
    default_id = "explore-levels"
    skeleton = LEVELS


class TrajectoryControls(View):
    """What to follow and how, and the status line. `setup` says what there is to choose; its server functions are those
    of `app/sessions/trajectories.py`.
    """

    module = "trajectory/controls.js"
    default_id = "path-controls"
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        self.setup = setup
        super().__init__(None, setup=json_text(setup), **options)

    def first(self, value: Any) -> str:
        """The controls and the line below them."""
        return path_controls(self.setup)


class TrajectoryTakeaway(View):
    """Buttons that make files. Nest it in a column of class `imfn-takeaway`."""

    module = "trajectory/takeaway.js"
    default_id = "path-takeaway"
    skeleton = PATH_TAKE_AWAY
    card = False


class TrajectoryMap(View):
    """The projection of the paths, and the time that all views of the tab follow."""

    module = "trajectory/map.js"
    default_id = "path-map"
    skeleton = PATH_MAP

    def __init__(self, **options: Any):
        super().__init__(None, plotly=shelf_url(plotly_script()), **options)


class TrajectoryDistance(View):
    """Distance of student and tree, or both errors, along the path."""

    module = "trajectory/chart.js"
    default_id = "path-distance"
    skeleton = PATH_CHART

    def __init__(self, **options: Any):
        super().__init__(None, plotly=shelf_url(plotly_script()), **options)


class TrajectoryNow(View):
    """Strips of what came in and of what both memories give back."""

    module = "trajectory/now.js"
    default_id = "path-now"
    skeleton = STRIPS


class TrajectoryOrder(View):
    """What the nearest memories of other rooms share; away unless a walk through a Lantern room is followed."""

    module = "trajectory/order.js"
    default_id = "path-order"


class TrajectoryTree(View):
    """The recomputed path."""

    module = "trajectory/tree.js"
    default_id = "path-tree"
    skeleton = PATH_TREE


class TrajectoryCost(View):
    """Merges and milliseconds of one more leaf."""

    module = "trajectory/cost.js"
    default_id = "path-cost"
    skeleton = COST


class LiveView(View):
    """`setup` says which sources and models there are; its server functions are those of `app/sessions/live.py`."""

    module = "live/view.js"
    default_id = "live"
    skeleton = LIVE

    def __init__(self, value: Any = None, *, setup: dict, **options: Any):
        super().__init__(value, setup=setup, **options)


class ComparisonBoard(View):
    """A comparison that is run from the page; server functions: `app/sessions/comparison.py`."""

    module = "compare/comparison_view.js"
    default_id = "compare-board"
    skeleton = COMPARISON
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        super().__init__(None, setup=json_text(setup), plotly=shelf_url(plotly_script()), **options)


class CompareVerdict(View):
    """The stored verdict as `engine.reports.verdict.Verdict`; None shows nothing."""

    module = "compare/verdict.js"
    default_id = "compare-verdict"
    skeleton = VERDICT
    card = False

    def __init__(self, verdict: Verdict | None, **options: Any):
        super().__init__(None, verdict=json_text(asdict(verdict)) if verdict else None, **options)


class Reproduce(View):
    """A command, and a button that copies it."""

    module = "compare/reproduce.js"
    card = False

    def __init__(self, command: str, **options: Any):
        self.command = command
        super().__init__(None, command=command, **options)

    def first(self, value: Any) -> str:
        """The command as it stands."""
        words = f"<span>reproduce:</span><code>{html.escape(self.command)}</code>"
        return f'<p class="imfn-reproduce">{words}</p>'


class SideBySide(View):
    """Strips of the bundled models; server functions: `app/sessions/comparison.py`."""

    module = "compare/side_by_side.js"
    default_id = "compare-side-by-side"
    card = False

    def first(self, value: Any) -> str:
        """Names, and strips still to come."""
        return waiting()


class TableExports(View):
    """Buttons that save the stored table; server functions: `app/sessions/comparison.py`."""

    module = "compare/exports.js"
    default_id = "compare-exports"
    skeleton = EXPORTS
    card = False


class TrainBoard(View):
    """`setup` says what can be chosen: presets, form, devices; server functions: `app/sessions/training.py`."""

    module = "train/view.js"
    default_id = "train-board"
    skeleton = TRAIN
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        super().__init__(None, setup=json_text(setup), plotly=shelf_url(plotly_script()), **options)


class PredictBoard(View):
    """A round in the Lantern room. `setup` has the memories, the recorded curves and the round that is shown first;
    server functions: `app/sessions/predict.py`.
    """

    module = "predict/view.js"
    default_id = "predict"
    skeleton = PREDICT
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        super().__init__(None, setup=json_text(setup), **options)


class MovingDigits(View):
    """Ten frames of moving digits and what is said of the ten that follow; `setup` has the sequence that is shown
    first. Server functions: `app/sessions/foretold.py`.
    """

    module = "predict/moving.js"
    default_id = "predict-moving"
    skeleton = MOVING

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        super().__init__(None, setup=json_text(setup), **options)


class GuideView(View):
    """Needs no value; `facts` are the recorded figures that `app/tabs/guide.py` reads from cards and results."""

    module = "guide/view.js"
    default_id = "guide"
    card = False

    def __init__(self, *, facts: dict[str, Any], **options: Any):
        super().__init__(None, facts=json_text(facts), **options)
