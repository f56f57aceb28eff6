"""Skill against lag: what memories of the Lantern room still know of what was lit so many frames ago.

Takes what `engine/reports/memory_tables.py` reads from assets/results/lantern.json.
"""

from typing import TYPE_CHECKING

from app.components.figures import LEGEND, MARGIN, SMALL

if TYPE_CHECKING:
    import plotly.graph_objects as go

COLOURS = {
    "tree, prediction": "#139a8f",
    "tree, joint": "#5bb8a6",
    "tree, reconstruction": "#3b7fc4",
    "GRU": "#c79a1c",
    "GRU, wide state": "#a3801c",
    "Mamba": "#c2548f",
    "last 4 frames": "#d9622b",
    "student, distilled": "#7a6ff0",
    "canvas, no budget": "#8a919c",
}
OTHER = "#8a919c"


def lag_figure(lines: dict[str, dict[str, list[float]]]) -> "go.Figure":
    """Skill by lag of every model, its interval as a shade around its line."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for label, line in lines.items():
        colour = COLOURS.get(label, OTHER)
        lags = list(range(len(line["skill"])))
        figure.add_scatter(
            x=[*lags, *reversed(lags)],
            y=[*line["high"], *reversed(line["low"])],
            fill="toself",
            fillcolor=colour,
            opacity=0.16,
            line={"width": 0},
            legendgroup=label,
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=lags,
            y=line["skill"],
            name=label,
            legendgroup=label,
            mode="lines",
            line={"color": colour, "width": 2},
            hovertemplate="lag %{x}, skill %{y:.3f}",
        )
    figure.update_layout(uirevision="lantern-lags", margin={**MARGIN, "t": 84}, legend=LEGEND)
    figure.update_xaxes(title={"text": "frames since it was lit", "font": SMALL, "standoff": 8})
    figure.update_yaxes(title={"text": "skill", "font": SMALL, "standoff": 8})
    return figure
