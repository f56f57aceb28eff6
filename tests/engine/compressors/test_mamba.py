"""The selective scan and its gradient, one step at a time, and the kernel's calling convention."""

from __future__ import annotations

import sys
import types

import pytest
import torch
from torch import Tensor

from engine.compressors.baselines.mamba import MambaLayer
from engine.compressors.baselines.scan import Scan, fused_scan, selective_scan


def arrays(dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    """x, step, a [I, N], b, c, d of 2 sequences, 5 times, 3 channels, 4 states."""
    generator = torch.Generator().manual_seed(0)
    shapes = (2, 5, 3), (2, 5, 3), (3, 4), (2, 5, 4), (2, 5, 4), (3,)
    x, step, a, b, c, d = (torch.randn(*shape, generator=generator, dtype=dtype) for shape in shapes)
    return x, step.abs(), -a.abs(), b, c, d


def by_the_formula(x: Tensor, step: Tensor, a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    """The recurrence as it is written."""
    state, outputs = torch.zeros(len(x), *a.shape, dtype=x.dtype), []
    for t in range(x.shape[1]):
        state = torch.exp(step[:, t, :, None] * a) * state + (step[:, t] * x[:, t])[..., None] * b[:, t, None]
        outputs.append((state * c[:, t, None]).sum(-1) + d * x[:, t])
    return torch.stack(outputs, 1)


def test_the_scan_is_the_recurrence() -> None:
    assert torch.allclose(selective_scan(*arrays()), by_the_formula(*arrays()))


def test_the_scan_s_own_gradient_is_right() -> None:
    x, step, a, b, c, _ = (v.requires_grad_() for v in arrays())
    assert torch.autograd.gradcheck(
        lambda *v: Scan.apply(v[0], v[1], v[2].T.contiguous(), v[3], v[4]), (x, step, a, b, c)
    )


def test_the_kernel_is_called_with_time_last(monkeypatch: pytest.MonkeyPatch) -> None:
    def kernel(x: Tensor, step: Tensor, a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
        back = (v.transpose(1, 2) for v in (x, step))
        return by_the_formula(*back, a, b.transpose(1, 2), c.transpose(1, 2), d).transpose(1, 2)

    interface = types.SimpleNamespace(selective_scan_fn=kernel)
    monkeypatch.setitem(sys.modules, "mamba_ssm.ops.selective_scan_interface", interface)
    monkeypatch.setitem(sys.modules, "mamba_ssm.ops", types.SimpleNamespace())
    monkeypatch.setitem(sys.modules, "mamba_ssm", types.SimpleNamespace())
    assert torch.allclose(fused_scan(*arrays()), selective_scan(*arrays()))


def test_one_step_at_a_time_is_the_whole_sequence() -> None:
    torch.manual_seed(0)
    layer = MambaLayer(8, 3)
    torch.nn.init.normal_(layer.mixer.out_proj.weight)
    u_BTE = torch.randn(2, 6, 8)
    carried, outputs = layer.begin(2), []
    for u_BE in u_BTE.unbind(1):
        y_BE, carried = layer.step(u_BE, carried)
        outputs.append(y_BE)
    assert torch.allclose(torch.stack(outputs, 1), layer(u_BTE), atol=1e-5)


def test_what_comes_later_changes_nothing_before() -> None:
    torch.manual_seed(0)
    layer = MambaLayer(8, 3)
    torch.nn.init.normal_(layer.mixer.out_proj.weight)
    u_BTE = torch.randn(1, 6, 8)
    changed = u_BTE.clone()
    changed[:, 4:] += 1
    assert torch.allclose(layer(u_BTE)[:, :4], layer(changed)[:, :4])
