"""The views of the Trajectory tab. The map receives the journey; the others follow it in the browser
(`assets/js/trajectory_store.js`). Each is drawn by the module it names.
"""

from typing import Any

from .chart import plotly_script
from .script import file_url
from .skeleton import COST, PATH_CHART, PATH_MAP, PATH_TREE, STRIPS
from .view import View


class TrajectoryMap(View):
    """Takes what `Travel.payload` gives, or None for the empty state."""

    module = "trajectory_map.js"
    default_id = "path-map"
    skeleton = PATH_MAP

    def __init__(self, value: Any = None, **options: Any):
        super().__init__(value, plotly=file_url(plotly_script()), **options)


class TrajectoryDistance(View):
    """Distance of student and tree, or both errors, along the path."""

    module = "trajectory_chart.js"
    default_id = "path-distance"
    skeleton = PATH_CHART

    def __init__(self, **options: Any):
        super().__init__(None, plotly=file_url(plotly_script()), **options)


class TrajectoryNow(View):
    """Strips of what came in and of what both memories give back."""

    module = "trajectory_now.js"
    default_id = "path-now"
    skeleton = STRIPS


class TrajectoryTree(View):
    """The recomputed path."""

    module = "trajectory_tree.js"
    default_id = "path-tree"
    skeleton = PATH_TREE


class TrajectoryCost(View):
    """Merges and milliseconds of one more leaf."""

    module = "trajectory_cost.js"
    default_id = "path-cost"
    skeleton = COST
