"""Charts of the stored results. Colours are left to the page, so that one figure serves light and dark.

Each takes what `engine/reports/tables.py` reads from assets/results.
"""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

MARGIN = {"l": 56, "r": 12, "t": 62, "b": 40}
LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": {"size": 11}}
SMALL = {"size": 11.5}
MODEL_COLOURS = {
    "IMFN": "#139a8f",
    "Transformer": "#7a6ff0",
    "Mamba": "#c2548f",
    "GRU": "#c79a1c",
    "Frame autoencoder": "#3b82c4",
    "Linear (KLT)": "#6d9a5b",
    "Mean image": "#8a919c",
}
FAMILY_COLOURS = {"digits-128": "#d9622b", "residual": "#139a8f", "linear": "#4b8fd6", "dense": "#c2548f"}


def scaling_figure(lines: dict[str, list[tuple[int, float]]], authors: dict[str, Any]) -> "go.Figure":
    """MSE of the root against the number of leaves, both axes logarithmic, with the authors' one point."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, points in lines.items():
        colour = next(colour for word, colour in FAMILY_COLOURS.items() if word in name)
        figure.add_scatter(
            x=[t for t, _ in points],
            y=[mse for _, mse in points],
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": "solid" if "1024" in name else "dot", "width": 2},
            marker={"symbol": "square" if "fuse" in name else "circle", "size": 7},
            hovertemplate="T = %{x}, MSE %{y:.4f}",
        )
    figure.add_scatter(
        x=[128],
        y=[authors["mse"]],
        name="authors: IMFN, d=1024",
        mode="markers",
        marker={"symbol": "diamond-open", "size": 11, "color": "#c2548f", "line": {"width": 2}},
        hovertemplate="T = %{x}, MSE %{y:.4f}",
    )
    sizes = sorted({t for points in lines.values() for t, _ in points})
    figure.update_layout(uirevision="scaling", margin=MARGIN, legend=LEGEND)
    figure.update_xaxes(
        type="log",
        tickvals=sizes,
        ticktext=[str(t) for t in sizes],
        title={"text": "T, leaves", "font": SMALL, "standoff": 8},
    )
    figure.update_yaxes(
        **log_axis([mse for points in lines.values() for _, mse in points]),
        title={"text": "MSE", "font": SMALL, "standoff": 8},
    )
    return figure


def cost_figure(lines: list[dict[str, Any]]) -> "go.Figure":
    """MSE of every model against parameters, seconds and milliseconds, one panel each, the cost logarithmic."""
    from plotly.subplots import make_subplots

    costs = {"parameters": "parameters", "seconds": "seconds to train", "compress_ms": "ms to compress"}
    figure = make_subplots(rows=1, cols=3, shared_yaxes=True, horizontal_spacing=0.04)
    for column, (name, title) in enumerate(costs.items(), start=1):
        for line in lines:
            figure.add_scatter(
                x=[max(line[name], 1e-2)],
                y=[line["mse"]],
                error_y={"array": [line["mse_std"]], "thickness": 1},
                name=line["variant"],
                legendgroup=line["variant"],
                showlegend=column == 1,
                mode="markers",
                marker={"size": 11, "color": MODEL_COLOURS.get(line["variant"], "#8a919c")},
                hovertemplate=f"{line['variant']}: MSE %{{y:.4f}}, %{{x:.3s}} {title}<extra></extra>",
                row=1,
                col=column,
            )
        figure.update_xaxes(
            type="log", title={"text": title, "font": SMALL, "standoff": 8}, nticks=4, row=1, col=column
        )
    figure.update_yaxes(**log_axis([line["mse"] for line in lines]))
    figure.update_yaxes(title={"text": "MSE", "font": SMALL, "standoff": 8}, row=1, col=1)
    figure.update_layout(uirevision="cost", margin={**MARGIN, "t": 56}, legend=LEGEND)
    return figure


def curve_figure(rows: list[dict[str, Any]]) -> "go.Figure":
    """The latent pair loss of every level while it is trained, one line a level, seeds in the same colour."""
    import plotly.graph_objects as go

    figure = go.Figure()
    palette = ("#0b7a75", "#d9622b", "#7a6ff0", "#c79a1c", "#3b82c4", "#c2548f", "#5f6670")
    for row in rows:
        for index, (stage, (steps, losses)) in enumerate(row["curve"].items()):
            figure.add_scatter(
                x=steps,
                y=losses,
                name=stage,
                legendgroup=stage,
                showlegend=row is rows[0],
                mode="lines",
                line={"color": palette[index % len(palette)], "width": 1.6},
                hovertemplate=f"{stage}, seed {row['seed']}: %{{y:.4f}} after %{{x}} steps<extra></extra>",
            )
    figure.update_layout(uirevision="curve", margin=MARGIN, legend=LEGEND)
    figure.update_xaxes(title={"text": "steps of the level", "font": SMALL, "standoff": 8}, rangemode="tozero")
    losses = [x for row in rows for _, values in row["curve"].values() for x in values]
    figure.update_yaxes(**log_axis(losses), title={"text": "latent pair loss", "font": SMALL, "standoff": 8})
    return figure


def seconds_figure(rows: list[dict[str, Any]]) -> "go.Figure":
    """The root's MSE on one training window against CPU seconds, a line a model; a tree's begins with its top level."""
    import plotly.graph_objects as go

    figure = go.Figure()
    palette = ("#139a8f", "#7a6ff0", "#c2548f", "#0b7a75", "#3b82c4", "#d9622b")
    for colour, row in zip(palette * len(rows), rows, strict=False):
        curve = row["curve"]
        last = curve["stage"][-1] if curve["stage"] else ""
        shown = [k for k, stage in enumerate(curve["stage"]) if stage == last]
        figure.add_scatter(
            x=[curve["cpu_seconds"][k] for k in shown],
            y=[curve["mse"][k] for k in shown],
            customdata=[curve["steps"][k] for k in shown],
            name=row["title"],
            mode="lines",
            line={"color": colour, "width": 2},
            hovertemplate="%{x:,.0f} CPU s, %{customdata:,} steps: MSE %{y:.4f}",
        )
    figure.update_layout(uirevision="seconds", margin=MARGIN, legend=LEGEND)
    figure.update_xaxes(title={"text": "CPU seconds", "font": SMALL, "standoff": 8}, rangemode="tozero")
    values = [value for row in rows for value in row["curve"]["mse"]]
    figure.update_yaxes(**log_axis(values), title={"text": "MSE", "font": SMALL, "standoff": 8})
    return figure


def padding_figure(lines: list[dict[str, Any]], variants: list[str]) -> "go.Figure":
    """MSE of what is remembered of the first t leaves, for both paddings."""
    import plotly.graph_objects as go

    figure = go.Figure()
    chosen = [line for line in lines if line["variant"] in variants]
    palette = ("#0b7a75", "#d9622b", "#7a6ff0", "#c79a1c")
    for colour, line in zip(palette, chosen, strict=False):
        for padding, dash in (("zeros", "solid"), ("skip", "dot")):
            figure.add_scatter(
                x=list(range(1, len(line[f"{padding}_curve"]) + 1)),
                y=[max(value, 1e-6) for value in line[f"{padding}_curve"]],
                name=f"{line['variant']}: {padding}",
                mode="lines",
                line={"color": colour, "dash": dash, "width": 2, "shape": "hv"},
                hovertemplate="after %{x} leaves, MSE %{y:.4f}",
            )
    figure.update_layout(uirevision="padding", margin=MARGIN, legend=LEGEND)
    figure.update_xaxes(title={"text": "t, leaves that have arrived", "font": SMALL, "standoff": 8})
    values = [max(v, 1e-4) for line in chosen for v in line["zeros_curve"] + line["skip_curve"]]
    figure.update_yaxes(**log_axis(values), title={"text": "MSE of the first t", "font": SMALL, "standoff": 8})
    return figure


def race_figure(race: dict[str, Any], marks: dict[str, float]) -> "go.Figure":
    """Test error against seconds of work, with the errors to beat."""
    import plotly.graph_objects as go

    points = race["curve"]
    figure = go.Figure()
    figure.add_scatter(
        x=[p["seconds"] for p in points],
        y=[p["mse"] for p in points],
        mode="lines+markers",
        name="test MSE",
        marker={"size": 5},
        hovertemplate="%{x:.1f} s, MSE %{y:.4f}<extra></extra>",
    )
    for name, value in marks.items():
        figure.add_hline(
            y=value,
            line={"dash": "dot", "width": 1, "color": "#8a919c"},
            annotation={"text": name, "font": {"size": 11}},
        )
    figure.update_layout(uirevision="race", margin={**MARGIN, "t": 12}, showlegend=False)
    figure.update_xaxes(title={"text": "seconds of work", "font": SMALL, "standoff": 8}, rangemode="tozero")
    figure.update_yaxes(title={"text": "test MSE", "font": SMALL, "standoff": 8}, rangemode="tozero")
    return figure


def log_axis(values: list[float]) -> dict[str, Any]:
    """A logarithmic axis marked at 1, 2 and 5 of every decade that is needed."""
    low, high = min(values), max(values)
    marks = [m * 10.0**e for e in range(-7, 11) for m in (1, 2, 5)]
    kept = [m for m in marks if low / 2.1 <= m <= high * 2.1]
    if len(kept) > 9:
        kept = [m for m in kept if f"{m:.0e}".startswith("1")]
    return {"type": "log", "tickvals": kept, "ticktext": [written(m) for m in kept]}


def written(value: float) -> str:
    """A tick: plain up to a thousand, then with a letter."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def level_figure(levels: list[dict[str, Any]]) -> dict[str, Any] | None:
    """MSE of every level on a log axis, or None where nothing was measured.

    Plain data and layout: every window of every visitor has one, and Plotly's Python takes 10 ms to check a figure.
    """
    known = [level for level in levels if level.get("mse")]
    if not known:
        return None
    points = {
        "type": "scatter",
        "x": [ratio_words(level["measured_ratio"] or level["ratio"]) for level in known],
        "y": [level["mse"] for level in known],
        "customdata": [level["merges"] for level in known],
        "text": [f"{level['psnr']:.1f} dB" for level in known],
        "mode": "lines+markers",
        "hovertemplate": "<b>%{x}</b> MSE %{y:.2e}<br>%{text}<extra></extra>",
    }
    layout = {
        "uirevision": "levels",
        "showlegend": False,
        "margin": {"l": 44, "r": 10, "t": 22, "b": 24},
        "title": {"text": "MSE, log scale", "font": {"size": 11}, "x": 0, "xref": "paper", "y": 0.97},
        "xaxis": {"type": "category", "showgrid": False},
        "yaxis": {"type": "log", **_decades([level["mse"] for level in known])},
    }
    return {"data": [points], "layout": layout}


def ratio_words(ratio: float) -> str:
    """Floats in for one that is kept, as the page's scripts write it."""
    return f"{round(ratio, 1):,.10g}:1"


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
