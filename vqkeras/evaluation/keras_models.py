"""A run in the whole program without an export: Keras is the engine.

A bundle has one code a cell. So the codes of several stages are joined into one number,
and its codebook holds the sums of all their codewords. A lookup in that many would take
minutes: the stages find the codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.errors import UserError
from vqkeras.evaluation.fillers import Models
from vqkeras.presets.preset import Preset
from vqkeras.run import Run

# Codewords that a bundle may have: two codebooks of 1,024 have 2**20 sums.
_MOST = 2**20
# Further than any cell looks: what is judged is a few seconds long, and kept whole.
_FAR = 4096


@dataclass(frozen=True, eq=False)
class _StagesBundle(Bundle):
    """A bundle whose codes the quantizer of a model finds."""

    quantizer: Any = None

    def codes_of(self, latents: NDArray[np.float32]) -> NDArray[np.int32]:
        """Codes of an engine's latents, those of all stages in one number."""
        codes = np.asarray(self.quantizer.codes_of(latents))
        joint = np.zeros(latents.shape[:-1], np.int32)
        for stage in np.moveaxis(codes.reshape(*joint.shape, -1), -1, 0):
            joint = joint * self.quantizer.codebook_size + stage
        return joint


@dataclass(frozen=True, eq=False)
class _KerasEngine(Engine):
    """Runs the networks of a model as they were trained.

    Attributes:
        model: A `VQVAE`.
        codebook: Float32 array of shape `(joint codes, codebook_dim)`.
    """

    model: Any
    codebook: NDArray[np.float32]
    name = "keras"

    def run(
        self,
        signature: str,
        inputs: Mapping[str, NDArray[Any]],
        results: tuple[str, ...],
    ) -> tuple[NDArray[np.float32], ...]:
        """Run `encode`, `decode` or `decode_quantized`."""
        (values,) = inputs.values()
        if signature == "decode":
            values = self.codebook[values]
        network = self.model.encoder if signature == "encode" else self.model.decoder
        return (np.asarray(network(values, training=False)),)


def keras_models(run: Run | Preset) -> Models:
    """What regenerates sounds with a run, without a prior.

    Args:
        run: A trained run of sounds with codes, or a preset of one.

    Raises:
        UserError: If its codebooks have too many sums.
    """
    model, settings = run.model, run.settings
    quantizer = model.quantizer
    count = quantizer.codebook_size**quantizer.codebooks
    if count > _MOST:
        raise UserError(
            f"{run.config.name} has {quantizer.codebooks} codes a cell of "
            f"{quantizer.codebook_size}; {_MOST} sums of codewords at most are held."
        )
    codebook = np.zeros((1, model.encoder.codebook_dim), np.float32)
    for stage in getattr(quantizer, "stages", (quantizer,)):
        sums = codebook[:, np.newaxis] + np.asarray(stage.codebook)
        codebook = sums.reshape(-1, sums.shape[-1])
    metadata = {
        "name": run.config.name,
        "number_format": "float32",
        "spectrogram": asdict(settings),
        "codebook_size": count,
        "codebook_dim": model.encoder.codebook_dim,
        "time_stride": model.encoder.time_stride,
        "freq_stride": model.encoder.freq_stride,
        "spread": model.has_spread,
        "licence": run.credits.licence,
        "attribution": run.credits.attribution,
        "context": {"encoder_frames": [_FAR, _FAR], "decoder_cells": [_FAR, _FAR]},
    }
    arrays = {"codebook": codebook, "marginal": np.ones(count, np.int64)}
    # Of no use here, but no bundle goes without: 0 for each channel.
    channels = settings.num_channels * (2 if model.has_spread else 1)
    golden = {
        **dict.fromkeys(("spectrogram", "latents", "codemap"), np.zeros((1, 1, 1, 1))),
        "decoded": np.zeros((1, 1, 1, channels)),
    }
    bundle = _StagesBundle(b"", metadata, arrays, golden, {}, quantizer=quantizer)
    return Models(bundle, _KerasEngine(model, codebook))
