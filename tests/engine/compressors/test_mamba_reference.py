"""Our Mamba is the published one: transformers' MambaModel with the same weights gives the same outputs.

transformers is needed for this file alone (requirements-dev.txt); importing it takes seconds.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.compressors.baselines.mamba import MambaLayer

transformers = pytest.importorskip("transformers")


@pytest.mark.slow
def test_our_layers_equal_transformers_mamba_model() -> None:
    torch.manual_seed(0)
    config = transformers.MambaConfig(vocab_size=4, hidden_size=48, state_size=16, num_hidden_layers=3)
    theirs = transformers.MambaModel(config).eval()
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.2)
    ours = nn.Sequential(*(MambaLayer(48, 16) for _ in range(3))).eval()
    for own, other in zip(ours, theirs.layers, strict=True):
        own.load_state_dict(other.state_dict())
    u_BTE = torch.randn(2, 20, 48)
    with torch.no_grad():
        expected = theirs(inputs_embeds=u_BTE, use_cache=False).last_hidden_state
        assert expected.abs().max() > 0.5
        assert torch.allclose(theirs.norm_f(ours(u_BTE)), expected, atol=1e-4)
