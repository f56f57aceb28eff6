"""Baselines: what else could keep a sequence in d floats, behind the compressors' contract.

    transformer   attention layers, learned queries that read out into the memory, and learned queries back
    mamba         selective state-space blocks that write the memory while they read, and blocks that read it back
    gru           the same around gated recurrent units
    frame         an autoencoder for every frame alone, d / T floats each
    mean          the mean training frame, no memory at all
    linear        the closed-form tree (Karhunen-Loève transform), no optimiser; `sweepers/linear.py`
A baseline keeps roots only: `encode(frames_BTHWK) -> memory_BSC`, `decode(memory_BSC) -> frames_BTHWK`. It is trained
by the same loop, on the same batches, for as many steps, and keeps at most as many floats (`tree.channels`).
"""
