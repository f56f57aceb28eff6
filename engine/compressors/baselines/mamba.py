"""The Mamba-1 block: a gated selective state-space layer, with the names and shapes of the published weights.

    x, z = in_proj(u)        x = SiLU(causal depthwise convolution(x))        Δ, B, C = x_proj(x)
    y = selective scan(x, softplus(dt_proj(Δ)), -exp(A_log), B, C, D)         out_proj(y · SiLU(z))
A layer is u + block(RMSNorm(u)). `forward` takes a sequence, `step` one item.
Shapes: B batch, T time, E width, I = 2E inner channels, N states of a channel, R rank of Δ, W kernel width.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.compressors.baselines.baseline import start_at
from engine.compressors.baselines.scan import selective_scan

KERNEL = 4
EXPAND = 2
STEPS = 0.001, 0.1
"""range of Δ at the start"""


class MambaBlock(nn.Module):
    """One layer. `state` is N; Δ's rank is a sixteenth of the width, rounded up."""

    def __init__(self, width: int, state: int) -> None:
        super().__init__()
        inner, self.state, self.rank = EXPAND * width, state, -(-width // 16)
        self.in_proj = nn.Linear(width, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, KERNEL, groups=inner, padding=KERNEL - 1)
        self.x_proj = nn.Linear(inner, self.rank + 2 * state, bias=False)
        self.dt_proj = nn.Linear(self.rank, inner)
        self.A_log = nn.Parameter(torch.arange(1.0, state + 1).log().repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        self.out_proj = nn.Linear(inner, width, bias=False)
        start_at(self.out_proj, 0.0)
        self.start_steps()

    @torch.no_grad()
    def start_steps(self) -> None:
        """softplus(bias of dt_proj) spread evenly in logarithm over STEPS."""
        low, high = map(math.log, STEPS)
        step = torch.exp(low + (high - low) * torch.rand(len(self.D)))
        self.dt_proj.bias.copy_(step + torch.log(-torch.expm1(-step)))
        nn.init.uniform_(self.dt_proj.weight, -(self.rank**-0.5), self.rank**-0.5)

    def forward(self, u_BTE: Tensor) -> Tensor:
        """A whole sequence."""
        x_BTI, z_BTI = self.in_proj(u_BTE).chunk(2, -1)
        x_BTI = F.silu(self.conv1d(x_BTI.transpose(1, 2))[..., : u_BTE.shape[1]].transpose(1, 2))
        step, b, c = self.selected(x_BTI)
        y_BTI = selective_scan(x_BTI.float(), step, self.decay(), b, c, self.D)
        return self.out_proj(y_BTI.to(z_BTI.dtype) * F.silu(z_BTI))

    def selected(self, x_BTI: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Δ, B and C, which depend on the input, in single precision."""
        rank, b, c = self.x_proj(x_BTI).split((self.rank, self.state, self.state), -1)
        return F.softplus(self.dt_proj(rank).float()), b.float(), c.float()

    def decay(self) -> Tensor:
        """A [I, N], negative."""
        return -torch.exp(self.A_log.float())

    def begin(self, batch: int) -> tuple[Tensor, Tensor]:
        """The last W inputs of the convolution [B, I, W] and the state [B, I, N], empty."""
        inner = len(self.D)
        return self.D.new_zeros(batch, inner, KERNEL), self.D.new_zeros(batch, inner, self.state)

    def step(self, u_BE: Tensor, carried: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """One item and what is carried on."""
        window_BIW, state_BIN = carried
        x_BI, z_BI = self.in_proj(u_BE).chunk(2, -1)
        window_BIW = torch.cat((window_BIW[..., 1:], x_BI[..., None]), -1)
        x_BI = F.silu((window_BIW * self.conv1d.weight[:, 0]).sum(-1) + self.conv1d.bias)
        step_BI, b_BN, c_BN = self.selected(x_BI)
        state_BIN = torch.exp(step_BI[..., None] * self.decay()) * state_BIN
        state_BIN = state_BIN + (step_BI * x_BI)[..., None] * b_BN[:, None]
        y_BI = (state_BIN @ c_BN[..., None])[..., 0] + self.D * x_BI
        return self.out_proj(y_BI * F.silu(z_BI)), (window_BIW, state_BIN)


class MambaLayer(nn.Module):
    """u + block(RMSNorm(u))."""

    def __init__(self, width: int, state: int) -> None:
        super().__init__()
        self.norm, self.mixer = nn.RMSNorm(width, eps=1e-5), MambaBlock(width, state)

    def forward(self, u_BTE: Tensor) -> Tensor:
        return u_BTE + self.mixer(self.norm(u_BTE))

    def begin(self, batch: int) -> tuple[Tensor, Tensor]:
        return self.mixer.begin(batch)

    def step(self, u_BE: Tensor, carried: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        y_BE, carried = self.mixer.step(self.norm(u_BE), carried)
        return u_BE + y_BE, carried
