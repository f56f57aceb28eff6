"""Charts of the recorded figures below the Trajectory tab: work against length, and student against teacher over t.

They take what assets/results/streaming.json and a student's card hold.
"""

from typing import TYPE_CHECKING, Any

from .result_figures import LEGEND, MARGIN, SMALL, log_axis

if TYPE_CHECKING:
    import plotly.graph_objects as go

TEAL, ORANGE = "#139a8f", "#d9622b"
WAYS = {
    "rebuild, dense tree": ("#4b8fd6", "solid"),
    "rebuild, stack tree": ("#4b8fd6", "dot"),
    "path update, dense tree": (TEAL, "solid"),
    "path update, stack tree": (TEAL, "dot"),
    "student, the tree's merges on one leaf": (ORANGE, "dot"),
    "student, one MLP": (ORANGE, "solid"),
}


def growth_figure(streaming: dict[str, Any]) -> "go.Figure":
    """Multiply-adds of one more leaf against T, both axes logarithmic; the growth stands in the legend."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for row in streaming["ways"]:
        colour, dash = WAYS[row["way"]]
        figure.add_scatter(
            x=streaming["sizes"],
            y=row["operations"],
            customdata=row["ms"],
            name=f"{row['way']}: {row['grows']}",
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"size": 6},
            hovertemplate="T = %{x}: %{y:.3s} multiply-adds, %{customdata:.2f} ms",
        )
    figure.update_layout(uirevision="growth", margin={**MARGIN, "t": 66}, legend=LEGEND)
    sizes = streaming["sizes"]
    figure.update_xaxes(
        type="log",
        tickvals=sizes,
        ticktext=[str(t) for t in sizes],
        title={"text": "T, leaves of the tree", "font": SMALL, "standoff": 8},
    )
    axis = log_axis([value for row in streaming["ways"] for value in row["operations"]])
    figure.update_yaxes(**axis, title={"text": "multiply-adds a leaf", "font": SMALL, "standoff": 8})
    return figure


def trail_figure(trail: dict[str, Any]) -> "go.Figure":
    """Mean PSNR over test sequences of what teacher and student remember of the first t leaves."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for kind, colour, dash in (("teacher", TEAL, "solid"), ("student", ORANGE, "dot")):
        values = trail[f"{kind}_psnr"]
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=values,
            name=kind,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate="after %{x} leaves %{y:.2f} dB",
        )
    figure.update_layout(uirevision="trail", margin={**MARGIN, "t": 34}, legend=LEGEND)
    figure.update_xaxes(title={"text": "t, leaves that have arrived", "font": SMALL, "standoff": 8})
    figure.update_yaxes(title={"text": "mean PSNR of the first t, dB", "font": SMALL, "standoff": 8}, nticks=5)
    return figure
