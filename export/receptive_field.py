"""How far along time a cell of the codemap sees, and how far its sound reaches."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from edge_runtime.errors import UserError

# Random inputs per measurement: a ReLU or a maximum hides some of what it could see,
# but not the same each time.
_DRAWS = 3
# Cells along time to look at; a network that sees further than half of the last counts
# as seeing everything.
_LENGTHS = (17, 65, 257)


def context_of(model: keras.Model, *, bins: int, channels: int) -> dict[str, list[int]]:
    """Measure how far encoder and decoder look beyond a cell.

    Args:
        model: VQ-VAE for any number of frames.
        bins: Bins of its spectrograms.
        channels: Channels of its spectrograms.

    Returns:
        Dict with `encoder_frames`, a pair of frames before and after its own that the
        latents of a cell depend on, and `decoder_cells`, a pair of cells before and
        after that its sound depends on.

    Raises:
        UserError: If one of them depends on everything.
    """
    time_stride = model.encoder.time_stride
    map_bins = bins // model.encoder.freq_stride
    depth = model.encoder.codebook_dim
    for cells in _LENGTHS:
        first = cells // 2
        own = first, first + 1
        own_frames = first * time_stride, (first + 1) * time_stride
        encoder = _reach(
            model.encoder, (1, cells * time_stride, bins, channels), own, own_frames
        )
        decoder = _reach(model.decoder, (1, cells, map_bins, depth), own_frames, own)
        if encoder and decoder:
            return {"encoder_frames": encoder, "decoder_cells": decoder}
    raise UserError(
        f"Each cell of the model depends on more than {_LENGTHS[-1] // 2} cells around "
        "it. Only models of convolutions can be exported."
    )


def _reach(
    network: Callable[[tf.Tensor], tf.Tensor],
    shape: tuple[int, ...],
    rows: tuple[int, int],
    own: tuple[int, int],
) -> list[int] | None:
    """Rows of the input, before and after its own, that rows of the output depend on.

    `None` if the ends of the input are among them.
    """
    seen = np.zeros(shape[1], np.bool_)
    for seed in range(_DRAWS):
        rng = np.random.default_rng(seed)
        inputs = tf.constant(rng.uniform(0.0, 1.0, shape).astype(np.float32))
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = network(inputs)[:, rows[0] : rows[1]]
            weights = rng.normal(size=outputs.shape).astype(np.float32)
            total = tf.reduce_sum(outputs * weights)
        gradient = tape.gradient(total, inputs).numpy()
        seen |= np.any(gradient != 0.0, axis=(0, 2, 3))
    if seen[0] or seen[-1]:
        return None
    places = np.flatnonzero(seen)
    first, last = int(places.min(initial=own[0])), int(places.max(initial=own[1] - 1))
    return [max(0, own[0] - first), max(0, last + 1 - own[1])]
