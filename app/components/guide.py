"""The Guide: IMFN explained by pieces that are drawn from the clip on the Explore tab (`assets/js/guide_view.js`)."""

import json
from typing import Any

from .view import View


class GuideView(View):
    """Needs no value; `facts` are the recorded figures that `app/guide.py` reads from cards and results."""

    module = "guide_view.js"
    default_id = "guide"
    card = False

    def __init__(self, *, facts: dict[str, Any], **options: Any):
        super().__init__(None, facts=json.dumps(facts, allow_nan=False), **options)
