"""A table of results: sortable by every column, cells as the README has them. Drawn by `assets/js/result_table.js`."""

from typing import Any

from .result_markup import table_markup
from .view import View


class ResultTable(View):
    """Takes {"title", "head", "rows", "note"}; cells may hold `code` and **bold**."""

    module = "result_table.js"
    card = False

    def first(self, value: Any) -> str:
        """The table itself: it is known when the page is built."""
        return table_markup(plain(value)) if value else ""

    def postprocess(self, value: Any) -> str | None:
        """Accepts an `engine.analysis.tables.Table` as well."""
        return super().postprocess(plain(value))


def plain(value: Any) -> Any:
    """A `Table` as a dict, anything else as it is."""
    if not hasattr(value, "head"):
        return value
    return {"title": value.title, "head": value.head, "rows": value.rows, "note": value.note}
