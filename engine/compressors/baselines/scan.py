"""The selective scan, the recurrence inside Mamba (Gu and Dao, 2023).

    h_t = exp(Δ_t A) h_{t-1} + Δ_t x_t B_t          y_t = C_t h_t + D x_t
On a CPU both directions are loops over time whose arrays of one time step stay in the cache; only the states are kept,
decays are computed again on the way back, as the published kernel does. A general autograd would write a dozen arrays
of all times. On a GPU with `mamba_ssm` installed its kernel is used.
Shapes: B batch, T time, I inner channels, N states of a channel (I stands last, where a CPU multiplies fastest).
"""

from __future__ import annotations

from importlib.util import find_spec

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx


def selective_scan(x_BTI: Tensor, step_BTI: Tensor, a_IN: Tensor, b_BTN: Tensor, c_BTN: Tensor, d_I: Tensor) -> Tensor:
    """All outputs y [B, T, I]; `step` is Δ, positive. In single precision whatever autocast says."""
    # on the meta device, where operations are counted, autocast knows no type to switch off
    with torch.autocast("cpu" if x_BTI.is_meta else x_BTI.device.type, enabled=False):
        if x_BTI.is_cuda and find_spec("mamba_ssm"):
            return fused_scan(x_BTI, step_BTI, a_IN, b_BTN, c_BTN, d_I)
        return Scan.apply(x_BTI, step_BTI, a_IN.T.contiguous(), b_BTN, c_BTN) + d_I * x_BTI


def fused_scan(x_BTI: Tensor, step_BTI: Tensor, a_IN: Tensor, b_BTN: Tensor, c_BTN: Tensor, d_I: Tensor) -> Tensor:
    """The same by mamba_ssm's kernel, which wants time last."""
    from mamba_ssm.ops.selective_scan_interface import selective_scan_fn

    x, step, b, c = (v.transpose(1, 2).contiguous() for v in (x_BTI, step_BTI, b_BTN, c_BTN))
    return selective_scan_fn(x, step, a_IN, b, c, d_I).transpose(1, 2)


class Scan(torch.autograd.Function):
    """y_t = C_t h_t, with a gradient of its own."""

    @staticmethod
    def forward(
        ctx: FunctionCtx, x_BTI: Tensor, step_BTI: Tensor, a_NI: Tensor, b_BTN: Tensor, c_BTN: Tensor
    ) -> Tensor:
        input_BTI = step_BTI * x_BTI
        state_BTNI = x_BTI.new_empty(*x_BTI.shape[:2], *a_NI.shape)
        before_BNI = x_BTI.new_zeros(())
        steps = () if x_BTI.is_meta else enumerate(state_BTNI.unbind(1))  # without data there is nothing to fill
        for t, state_BNI in steps:
            torch.mul(input_BTI[:, t, None], b_BTN[:, t, :, None], out=state_BNI)
            if t:
                state_BNI.addcmul_(decay(step_BTI, a_NI, t), before_BNI)
            before_BNI = state_BNI
        ctx.save_for_backward(x_BTI, step_BTI, a_NI, b_BTN, c_BTN, state_BTNI)
        return (c_BTN[:, :, None] @ state_BTNI)[:, :, 0]

    @staticmethod
    def backward(ctx: FunctionCtx, gradient_BTI: Tensor) -> tuple[Tensor, ...]:
        x_BTI, step_BTI, a_NI, b_BTN, c_BTN, state_BTNI = ctx.saved_tensors
        input_BTI = step_BTI * x_BTI
        of_input_BTI, of_step_BTI = torch.empty_like(x_BTI), torch.zeros_like(x_BTI)
        of_a_NI, of_b_BTN, later_BNI = torch.zeros_like(a_NI), torch.empty_like(b_BTN), None
        for t in reversed(range(x_BTI.shape[1])):
            of_state_BNI = gradient_BTI[:, t, None] * c_BTN[:, t, :, None]
            if later_BNI is not None:
                of_state_BNI += later_BNI
            of_b_BTN[:, t] = (of_state_BNI @ input_BTI[:, t, :, None])[..., 0]
            of_input_BTI[:, t] = (b_BTN[:, t, None] @ of_state_BNI)[:, 0]
            if t:
                later_BNI = of_state_BNI.mul_(decay(step_BTI, a_NI, t))
                of_power_BNI = later_BNI * state_BTNI[:, t - 1]
                of_step_BTI[:, t] = (of_power_BNI * a_NI).sum(1)
                of_a_NI += of_power_BNI.mul_(step_BTI[:, t, None]).sum(0)
        of_c_BTN = (state_BTNI @ gradient_BTI[..., None])[..., 0]
        of_step_BTI += of_input_BTI * x_BTI
        return of_input_BTI * step_BTI, of_step_BTI, of_a_NI, of_b_BTN, of_c_BTN


def decay(step_BTI: Tensor, a_NI: Tensor, t: int) -> Tensor:
    """exp(Δ_t A), [B, N, I]."""
    return (step_BTI[:, t, None] * a_NI).exp_()
