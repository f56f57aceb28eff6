"""How the error grows with depth: the figure, and the chart that marks the selected level in it.

`level_figure(levels)` takes the `levels` of an exploration. Colours are left to the page (`assets/js/chart.js`), so
that one figure serves light and dark.
"""

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
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component

def level_figure(levels: list[dict[str, Any]]) -> go.Figure | None:
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
    figure.update_yaxes(type="log", nticks=4, exponentformat="power", showexponent="all")
    return figure
