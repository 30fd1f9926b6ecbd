"""Parity: how close an exported model is to the Keras model it came from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import keras
import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.decoded import Decoded, decoded_from
from edge_runtime.engines.engine import Engine
from edge_runtime.spectrogram.features import silence
from export.prior_parity import PriorParity
from vqkeras.evaluation.measures import sounding_cells
from vqkeras.evaluation.reconstruction_error import ReconstructionError


@dataclass(frozen=True)
class ParityReport:
    """What the export cost, measured on examples the model never saw.

    Attributes:
        examples: How many examples were measured.
        equal_codes: Share of cells with the code of the Keras model, in [0, 1].
        equal_codes_sounding: The same over cells that are not silent; `None` for
            images.
        nmse_float: Normalised mean squared error of the Keras model, first channel.
        nmse_exported: The same for the exported model, from its own codes.
        latents_max_difference: Largest difference of a latent value.
        latents_mean_difference: Mean absolute difference of the latents.
        decoded_max_difference: Largest difference of a decoded value, both decoders
            given the codemap of the Keras model.
        decoded_mean_difference: Mean absolute difference of the decoded values.
        spread_mean_difference: Mean absolute difference of the spreads, both decoders
            given the codemap of the Keras model; `None` if there are none.
        prior: The same for its prior; `None` if it has none.
    """

    examples: int
    equal_codes: float
    equal_codes_sounding: float | None
    nmse_float: float
    nmse_exported: float
    latents_max_difference: float
    latents_mean_difference: float
    decoded_max_difference: float
    decoded_mean_difference: float
    spread_mean_difference: float | None = None
    prior: PriorParity | None = None


@dataclass
class _EqualCodes:
    """Which codes are those of the Keras model, and which sound."""

    strides: tuple[int, int]
    same: list[NDArray[np.bool_]] = field(default_factory=list)
    heard: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(
        self,
        same: NDArray[np.bool_],
        spectrogram: NDArray[np.float32],
        floor_db: float | None,
    ) -> None:
        self.same.append(same.ravel())
        if floor_db is not None:
            decibels = floor_db * (1 - spectrogram[..., 0])
            self.heard.append(sounding_cells(decibels, *self.strides).ravel())

    @property
    def share(self) -> float:
        return float(np.concatenate(self.same).mean())

    @property
    def share_sounding(self) -> float | None:
        if not self.heard:
            return None
        return float(np.concatenate(self.same)[np.concatenate(self.heard)].mean())


@dataclass
class _Difference:
    """Largest and mean absolute difference, added up."""

    largest: float = 0.0
    total: float = 0.0
    count: int = 0

    def add(self, expected: NDArray[np.float32], received: NDArray[np.float32]) -> None:
        if expected.shape != received.shape:
            raise ValueError(
                "The exported model must give the shape of the Keras model. "
                f"Received: {received.shape}, expected: {expected.shape}."
            )
        difference = np.abs(expected - received)
        self.largest = max(self.largest, float(difference.max()))
        self.total += float(difference.sum(dtype=np.float64))
        self.count += difference.size

    @property
    def mean(self) -> float:
        return self.total / self.count


def covered(
    spectrogram: NDArray[np.float32], encoder: keras.Layer
) -> NDArray[np.float32]:
    """Pad with silence at the end to a size the encoder covers.

    Args:
        spectrogram: Shape `(batch, frames, bins, channels)`.
        encoder: Layer with `covered_sizes`.
    """
    batch, frames, bins, channels = spectrogram.shape
    more_frames, more_bins = encoder.covered_sizes(frames, bins)
    padded = silence((batch, more_frames, more_bins, channels))
    padded[:, :frames, :bins] = spectrogram
    return padded


def measure_parity(
    model: keras.Model,
    engine: Engine,
    examples: Iterable[NDArray[np.float32]],
    *,
    codes_of: Callable[[NDArray[np.float32]], NDArray[np.int32]],
    floor_db: float | None,
) -> ParityReport:
    """Run the Keras model and the exported one side by side.

    The exported side is what a device runs: the small interpreter and the nearest
    codeword in numpy.

    Args:
        model: VQ-VAE with a codebook.
        engine: The exported model.
        examples: Unseen examples of shape `(1, frames, bins, channels)`.
        codes_of: Looks exported latents up in the exported codebook.
        floor_db: Level of the value 0, in dB; `None` for images.

    Returns:
        The figures.

    Raises:
        ValueError: If there are no examples, or a shape differs.
    """
    encoder = model.encoder
    equal = _EqualCodes((encoder.time_stride, encoder.freq_stride))
    latents_difference, decoded_difference = _Difference(), _Difference()
    spread_difference = _Difference()
    error_float, error_exported = ReconstructionError(), ReconstructionError()
    for target in examples:
        spectrogram = covered(target, encoder)
        latents = encoder(spectrogram, training=False).numpy()
        codemap = model.quantizer.codes_of(latents).numpy()
        decoded = _decoded(model, model.decode_codemap(codemap).numpy())

        exported_latents = engine.encode(spectrogram)
        exported_codemap = codes_of(exported_latents)
        exported = _decoded(model, engine.decode(exported_codemap)).spectrogram
        of_same_codes = _decoded(model, engine.decode(codemap))

        latents_difference.add(latents, exported_latents)
        decoded_difference.add(decoded.spectrogram, of_same_codes.spectrogram)
        if decoded.spread is not None and of_same_codes.spread is not None:
            spread_difference.add(decoded.spread, of_same_codes.spread)
        error_float.add(target[..., :1], _cropped(decoded.spectrogram, target))
        error_exported.add(target[..., :1], _cropped(exported, target))
        equal.add(codemap == exported_codemap, spectrogram, floor_db)
    if not equal.same:
        raise ValueError("Parity needs at least one example. Received none.")
    return ParityReport(
        examples=len(equal.same),
        equal_codes=equal.share,
        equal_codes_sounding=equal.share_sounding,
        nmse_float=error_float.nmse,
        nmse_exported=error_exported.nmse,
        latents_max_difference=latents_difference.largest,
        latents_mean_difference=latents_difference.mean,
        decoded_max_difference=decoded_difference.largest,
        decoded_mean_difference=decoded_difference.mean,
        spread_mean_difference=spread_difference.mean if model.has_spread else None,
    )


def _decoded(model: keras.Model, outputs: NDArray[np.float32]) -> Decoded:
    return decoded_from(outputs, has_spread=model.has_spread)


def _cropped(
    decoded: NDArray[np.float32], target: NDArray[np.float32]
) -> NDArray[np.float32]:
    """First channel without padding, and clipped: the decoder's output is linear."""
    return np.clip(decoded[:, : target.shape[1], : target.shape[2], :1], 0.0, 1.0)
