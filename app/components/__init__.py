"""Components of the page: thin `gr.HTML` classes whose drawing lives in `assets/js` and `assets/css`.

Every component mounts one JavaScript module (see `script.py`). The tree receives the exploration; the other views
follow the one selection kept in `assets/js/explore/store.js`.
"""

from .charts import LevelChart, PlotlyChart
from .figures import level_figure
from .head import FAVICON, head_html, header_html, static_paths
from .script import mount_script
from .shell import PageShell
from .sub_views import SubView, SubViews, fold, sub_view
from .tables import ResultTable
from .term import terms
from .theme import page_theme
from .upload import Upload, UploadField
from .views import (
    CompareVerdict,
    ComparisonBoard,
    ExploreControls,
    ExploreInspector,
    ExploreLevels,
    ExplorePlayer,
    ExploreTree,
    GuideView,
    LiveView,
    MovingDigits,
    PredictBoard,
    Reproduce,
    SideBySide,
    TableExports,
    TrainBoard,
    TrajectoryControls,
    TrajectoryCost,
    TrajectoryDistance,
    TrajectoryMap,
    TrajectoryNow,
    TrajectoryOrder,
    TrajectoryTakeaway,
    TrajectoryTree,
)

__all__ = [
    "FAVICON",
    "CompareVerdict",
    "ComparisonBoard",
    "ExploreControls",
    "ExploreInspector",
    "ExploreLevels",
    "ExplorePlayer",
    "ExploreTree",
    "GuideView",
    "LevelChart",
    "LiveView",
    "MovingDigits",
    "PageShell",
    "PlotlyChart",
    "PredictBoard",
    "Reproduce",
    "ResultTable",
    "SideBySide",
    "SubView",
    "SubViews",
    "TableExports",
    "TrainBoard",
    "TrajectoryControls",
    "TrajectoryCost",
    "TrajectoryDistance",
    "TrajectoryMap",
    "TrajectoryNow",
    "TrajectoryOrder",
    "TrajectoryTakeaway",
    "TrajectoryTree",
    "Upload",
    "UploadField",
    "fold",
    "head_html",
    "header_html",
    "level_figure",
    "mount_script",
    "page_theme",
    "static_paths",
    "sub_view",
    "terms",
]
