"""Components of the page: thin `gr.HTML` classes whose drawing lives in `assets/js` and `assets/css`.

Every component mounts one JavaScript module (see `script.py`). The tree receives the exploration; the other views
follow the one selection kept in `assets/js/store.js`.
"""

from .chart import PlotlyChart
from .guide import GuideView
from .inspector import ExploreInspector
from .level_figure import LevelChart, level_figure
from .levels import ExploreLevels
from .live import LiveView
from .page_head import FAVICON, head_html, header_html, static_paths
from .player import ExplorePlayer
from .result_table import ResultTable
from .script import mount_script
from .takeaway import ExploreTakeaway
from .term import terms
from .theme import page_theme
from .train import ContestBoard, TrainBoard
from .trajectory import TrajectoryCost, TrajectoryDistance, TrajectoryMap, TrajectoryNow, TrajectoryTree
from .tree import ExploreTree
from .upload import Upload, UploadField

__all__ = [
    "FAVICON",
    "ContestBoard",
    "ExploreInspector",
    "ExploreLevels",
    "ExplorePlayer",
    "ExploreTakeaway",
    "ExploreTree",
    "GuideView",
    "LevelChart",
    "LiveView",
    "PlotlyChart",
    "ResultTable",
    "TrainBoard",
    "TrajectoryCost",
    "TrajectoryDistance",
    "TrajectoryMap",
    "TrajectoryNow",
    "TrajectoryTree",
    "Upload",
    "UploadField",
    "head_html",
    "header_html",
    "level_figure",
    "mount_script",
    "page_theme",
    "static_paths",
    "terms",
]
