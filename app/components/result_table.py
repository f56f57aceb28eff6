"""A table of results: sortable by every column, cells as the README has them. Drawn by `assets/js/result_table.js`."""

from typing import Any

from .view import View


class ResultTable(View):
    """Takes {"title", "head", "rows", "note"}; cells may hold `code` and **bold**."""

    module = "result_table.js"
    card = False

    def postprocess(self, value: Any) -> str | None:
        """Accepts an `engine.analysis.tables.Table` as well."""
        if hasattr(value, "head"):
            value = {"title": value.title, "head": value.head, "rows": value.rows, "note": value.note}
        return super().postprocess(value)
