"""How the error grows with depth: the figure, and the chart that marks the selected level in it.

`level_figure(levels)` takes the `levels` of an exploration. Colours are left to the page (`assets/js/chart.js`), so
that one figure serves light and dark.
"""

import math
from typing import TYPE_CHECKING, Any

from .chart import PlotlyChart

if TYPE_CHECKING:
    import plotly.graph_objects as go


class LevelChart(PlotlyChart):
    """A chart whose points carry `merges` as customdata; a click selects that level on the whole page."""

    module = "level_chart.js"
    default_id = "explore-chart"

    def __init__(self, value: Any = None, *, height: int = 150, **options: Any):
        super().__init__(value, height=height, label="Error against depth", **options)


def level_figure(levels: list[dict[str, Any]]) -> "go.Figure | None":
    """MSE of every level on a log axis, or None where nothing was measured."""
    import plotly.graph_objects as go

    known = [level for level in levels if level.get("mse")]
    if not known:
        return None
    points = go.Scatter(
        x=[f"{level['ratio']}:1" for level in known],
        y=[level["mse"] for level in known],
        customdata=[level["merges"] for level in known],
        text=[f"{level['psnr']:.1f} dB" for level in known],
        mode="lines+markers",
        hovertemplate="<b>%{x}</b> MSE %{y:.2e}<br>%{text}<extra></extra>",
    )
    figure = go.Figure(points)
    figure.update_layout(
        uirevision="levels",
        showlegend=False,
        margin={"l": 44, "r": 10, "t": 22, "b": 24},
        title={"text": "MSE, log scale", "font": {"size": 11}, "x": 0, "xref": "paper", "y": 0.97},
    )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="log", **_decades([level["mse"] for level in known]))
    return figure


def _decades(errors: list[float]) -> dict[str, Any]:
    """An axis over whole powers of ten, each of them marked."""
    low = math.floor(math.log10(min(errors)) - 0.05)
    high = math.ceil(math.log10(max(errors)) + 0.05)
    step = max(1, (high - low) // 4)
    powers = range(low, high + 1, step)
    return {
        "range": [low, high],
        "tickvals": [10.0**power for power in powers],
        "ticktext": [f"10<sup>{str(power).replace('-', '−')}</sup>" for power in powers],
    }
