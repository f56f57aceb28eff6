"""A Plotly chart that keeps its zoom and sends clicks, which `gr.Plot` does not. Drawn by `assets/js/ui/chart.js`.

The value is a `plotly.graph_objects.Figure`, its JSON text, or None. plotly.min.js is the copy inside the Python
package, fetched when the first chart of the page appears.
"""

from typing import Any

from app.server.shelf import plotly_script, shelf_url

from .skeleton import chart
from .view import View


class PlotlyChart(View):
    """Sends `select` {curve, point, x, y, customdata} when a point is clicked."""

    module = "ui/chart.js"
    events_sent = ("select",)
    card = False

    def __init__(self, value: Any = None, *, height: int = 240, label: str = "Chart", **options: Any):
        self.skeleton = chart(height)
        super().__init__(value, plotly=shelf_url(plotly_script()), height=height, label=label, **options)

    def postprocess(self, value: Any) -> str | None:
        return value.to_json() if hasattr(value, "to_json") else super().postprocess(value)


class LevelChart(PlotlyChart):
    """A chart whose points carry `merges` as customdata; a click selects that level on the whole page."""

    module = "explore/level_chart.js"
    default_id = "explore-chart"

    def __init__(self, value: Any = None, *, height: int = 150, **options: Any):
        super().__init__(value, height=height, label="Error against depth", **options)
