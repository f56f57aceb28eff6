"""What it costs in pixels to cut a code: seen by decoding it at every length, and remembered.

Most leaves of a node are those of the node before (a stream's path, a trajectory's nodes), so what was seen of a code
is kept while the weights stand still. Shapes: B nodes, S leaves of a node, I floats of a code, K lengths, H W K frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from engine.compressors.sweepers.ordered import OrderedTree

MOST = 20_000
"""codes that are remembered"""
AT_ONCE = 128
"""codes that are decoded in one call, at every length"""


class CutErrors:
    """Mean squared errors between a state's pixels and those of its cut code, clipped to [0, 1] as they are shown."""

    def __init__(self, tree: OrderedTree) -> None:
        self.tree, self.known = tree, {}

    @torch.no_grad()
    def __call__(self, code_BSI: Tensor, x_BSI: Tensor) -> Tensor:
        """[.., S, K] of codes and the states they stand for."""
        rows_NJ = torch.cat((code_BSI, x_BSI), -1).flatten(0, -2).float()
        keys = [row_J.tobytes() for row_J in rows_NJ.cpu().numpy()]
        fixed = not any(value.requires_grad for value in self.tree.parameters())
        found = {key: self.known.get(key) if fixed else None for key in keys}
        first = {key: index for index, key in enumerate(keys) if found[key] is None}
        seen_MK = self.seen(*rows_NJ[list(first.values())].chunk(2, -1)).cpu() if first else ()
        found |= zip(first, seen_MK, strict=True)
        if fixed:
            if len(self.known) > MOST:
                self.known = {}
            self.known |= {key: found[key] for key in first}
        return torch.stack([found[key] for key in keys]).view(*code_BSI.shape[:-1], -1).to(code_BSI)

    def seen(self, code_NI: Tensor, x_NI: Tensor) -> Tensor:
        """The same, [N, K], by decoding."""
        parts = zip(code_NI.split(AT_ONCE), x_NI.split(AT_ONCE), strict=True)
        return torch.cat([self.decoded(*part) for part in parts])

    def decoded(self, code_NI: Tensor, x_NI: Tensor) -> Tensor:
        """The same, in one call."""
        top, count = self.tree.top, len(self.tree.top.lengths_K)
        choice_KN = torch.arange(count, device=code_NI.device)[:, None].expand(count, len(code_NI))
        cut_KNI = top.map.up(top.cut(code_NI.expand(count, -1, -1), choice_KN))
        pixels = self.tree.pixels_below(torch.cat((x_NI[None], cut_KNI)).flatten(0, 1)).clamp(0, 1)
        whole_1NP, cut_KNP = pixels.view(1 + count, len(code_NI), -1).split((1, count))
        return (cut_KNP - whole_1NP).square().mean(-1).T
