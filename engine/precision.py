"""How precisely a memory's floats are stored: as float32, as float16, or in 8 bits.

8 bits: BLOCK neighbouring floats share one scale, the largest of them over 127. Neighbours are the floats of one
channel, or, where slots share a node's floats, of one place; so few large ones do not make many small ones coarse.
Floats that must stay exact, the first ones of such a node, are whole numbers below 2,048 and are stored in 16 bits.
Shapes: N nodes, S slots, C channels, E exact floats of a node, R = S·C - E others, K blocks of them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

PRECISIONS = ("float32", "float16", "8bit")
BLOCK = 64
SIZES = {"F32": 4, "F16": 2, "I16": 2, "I8": 1}
"""bytes of a number, by safetensors' names"""
KINDS = {"F32": torch.float32, "F16": torch.float16, "I16": torch.int16, "I8": torch.int8}


def checked_precision(precision: object) -> str:
    """ValueError unless it is one of PRECISIONS."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision is {str(precision)[:20]!r}, choose one of {', '.join(PRECISIONS)}")
    return str(precision)


def tensors_of(shape: tuple[int, ...], precision: str, exact: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """By name, kind and shape of what nodes [N, S, C] are stored as, in the order of the file."""
    nodes, rest = shape[0], shape[1] * shape[2] - exact
    if precision != "8bit":
        return {"states": ("F32" if precision == "float32" else "F16", tuple(shape))}
    scales = {"scales": ("F16", (nodes, math.ceil(rest / BLOCK))), "states": ("I8", (nodes, rest))}
    return {"exact": ("I16", (nodes, exact)), **scales}


def stored_bytes(shape: tuple[int, ...], precision: str, exact: int) -> int:
    """Bytes that nodes [N, S, C] take, the header not counted."""
    return sum(SIZES[kind] * math.prod(part) for kind, part in tensors_of(shape, precision, exact).values())


def packed(states_NSC: Tensor, precision: str, exact: int) -> dict[str, Tensor]:
    """States as they are stored, by name; ValueError for floats that float16 cannot hold."""
    states_NSC = states_NSC.detach().cpu().float()
    if precision == "float32":
        return {"states": states_NSC}
    if precision == "float16":
        return {"states": finite(states_NSC.half())}
    exact_NE, rest_NR = states_NSC.flatten(1)[:, :exact], others(states_NSC, exact)
    blocks_NKB = torch.nn.functional.pad(rest_NR, (0, -rest_NR.shape[1] % BLOCK)).unflatten(1, (-1, BLOCK))
    codes_NKB, scales_NK = coded(blocks_NKB)
    codes_NR = codes_NKB.flatten(1)[:, : rest_NR.shape[1]]
    return {"exact": exact_NE.round().to(torch.int16), "scales": scales_NK, "states": codes_NR.to(torch.int8)}


def coded(blocks_NKB: Tensor) -> tuple[Tensor, Tensor]:
    """(codes [N, K, B] from -127 to 127, scales [N, K] float16) such that what they stand for has the same ones again.

    A scale below 6e-5 is coarse in float16. Rounded up, it leaves no code at 127, and packed once more the block would
    have another; so it is lowered until it stays.
    """
    scales_NK = finite((blocks_NKB.abs().amax(2) / 127).half())
    while True:
        codes_NKB = (blocks_NKB / scales_NK.float().clamp(min=1e-30)[..., None]).round().clamp(-127, 127)
        again_NK = (codes_NKB.abs().amax(2) * scales_NK.float() / 127).half()
        if torch.equal(again_NK, scales_NK):
            return codes_NKB, scales_NK
        scales_NK = torch.minimum(again_NK, scales_NK)


def unpacked(tensors: dict[str, Tensor], shape: tuple[int, ...], precision: str, exact: int) -> Tensor:
    """The states [N, S, C] float32 of what was stored."""
    if precision != "8bit":
        return tensors["states"].float()
    codes_NR, scales_NK = tensors["states"].float(), tensors["scales"].float()
    rest_NR = codes_NR * scales_NK.repeat_interleave(BLOCK, 1)[:, : codes_NR.shape[1]]
    if not exact:
        return rest_NR.unflatten(1, (shape[2], shape[1])).mT.contiguous()
    return torch.cat((tensors["exact"].float(), rest_NR), 1).unflatten(1, tuple(shape[1:]))


def others(states_NSC: Tensor, exact: int) -> Tensor:
    """The floats behind the exact ones, [N, R]; where there are none of these, channel after channel."""
    return states_NSC.flatten(1)[:, exact:] if exact else states_NSC.mT.flatten(1)


def rounded(states_NSC: Tensor, precision: str, exact: int) -> Tensor:
    """The states as a file of this precision gives them back."""
    return unpacked(packed(states_NSC, precision, exact), tuple(states_NSC.shape), precision, exact)


def finite(tensor: Tensor) -> Tensor:
    """The tensor; ValueError where a number was too large for float16."""
    if not torch.isfinite(tensor).all():
        raise ValueError("the memory holds a float that float16 cannot; store it as float32")
    return tensor
