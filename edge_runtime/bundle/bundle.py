"""The deployable file: a TFLite model with everything needed to use it appended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle_checks import (
    check_arrays,
    check_bins,
    check_golden_arrays,
    check_metadata,
)
from edge_runtime.bundle.codebook import codes_of, codewords_of
from edge_runtime.bundle.context import Context, context_from
from edge_runtime.bundle.golden_prior import check_golden_prior
from edge_runtime.bundle.prior_facts import PriorFacts, prior_from
from edge_runtime.errors import BundleError
from edge_runtime.spectrogram.settings import SpectrogramSettings


@dataclass(frozen=True, eq=False)
class Bundle:
    """A model and what belongs to it, as one file carries them.

    Attributes:
        flatbuffer: TFLite model with signatures `encode` and `decode`, and `prior` if
            it has one.
        metadata: What the model is; written as JSON. Must hold `name`,
            `number_format`, `codebook_size`, `codebook_dim`, `time_stride`,
            `freq_stride`, `licence`, `attribution` and `spectrogram` (the fields of
            `SpectrogramSettings`, or `None` for images); of a model of sounds
            `context` too (the fields of `Context`). May hold more, such as `spread`
            (whether the decoder gives one), `prior` (the fields of `PriorFacts`),
            `credits` (a list of names), `training` and `energy`.
        arrays: Named arrays: `codebook` `(codebook_size, codebook_dim)` float32 and
            `marginal` `(codebook_size,)`, how often each code occurs in the training
            set; may hold more.
        golden: A recorded input and what it must give: `spectrogram`, `latents`,
            `codemap`, `decoded`, each with a leading batch axis of 1. Of a bundle with
            a prior also `prior_logits_sample`, see `logits_sample`; one of before 0.3
            has `prior_quantized`, `prior_visible` and all `prior_logits` in its place.
        graph: The flatbuffer's signatures as plain data, which the numpy engine runs;
            it names places in the flatbuffer and repeats no weights.
        sha256: Of the file it was read from, as `sha256sum` prints it. Defaults to
            `""`: it was not read from one.

    Raises:
        BundleError: If the parts do not fit together.
    """

    flatbuffer: bytes
    metadata: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    golden: dict[str, NDArray[Any]]
    graph: dict[str, Any]
    sha256: str = ""

    def __post_init__(self) -> None:
        check_metadata(self.metadata)
        check_arrays(self.metadata, self.arrays)
        check_golden_arrays(self.golden, has_spread=self.has_spread)
        prior_from(self.metadata)
        check_golden_prior(self.metadata, self.golden)
        if self.metadata.get("spectrogram") is not None:
            check_bins(self.metadata, self.settings)
            context_from(self.metadata)

    @property
    def name(self) -> str:
        """Name of the model."""
        return str(self.metadata["name"])

    @property
    def settings(self) -> SpectrogramSettings:
        """How sound becomes the model's input; `BundleError` for an image model."""
        fields = self.metadata.get("spectrogram")
        if fields is None:
            raise BundleError(
                f"Model {self.name!r} was trained on images and cannot edit sound. "
                "Choose a model of sounds with --model."
            )
        try:
            return SpectrogramSettings(**fields)
        except (TypeError, ValueError) as error:
            raise BundleError(f"Unusable spectrogram settings: {error}") from error

    @property
    def context(self) -> Context:
        """How far a model of sounds looks beyond a cell along time."""
        return context_from(self.metadata)

    @property
    def prior(self) -> PriorFacts | None:
        """What its prior is, a network that predicts hidden codes; `None`: no such."""
        return prior_from(self.metadata)

    @property
    def prior_reach(self) -> int | None:
        """Cells along time that its prior looks to each side; `None`: it has none."""
        return None if self.prior is None else self.prior.reach

    @property
    def has_inner_prior(self) -> bool:
        """Whether its prior gives inner frames alone too; till 0.2.0 none did."""
        return "prior_inner" in self.metadata.get("signatures", ())

    @property
    def has_spread(self) -> bool:
        """Whether the decoder says how much it does not know, see `Decoded`."""
        return bool(self.metadata.get("spread", False))

    @property
    def codebook(self) -> NDArray[np.float32]:
        """Codewords, shape `(codebook_size, codebook_dim)`."""
        return self.arrays["codebook"]

    @property
    def marginal(self) -> NDArray[np.int64]:
        """How often each code occurs in the training set, `(codebook_size,)`."""
        return self.arrays["marginal"]

    @property
    def codebook_size(self) -> int:
        """Number of codewords."""
        return int(self.metadata["codebook_size"])

    @property
    def codebook_dim(self) -> int:
        """Length of a codeword: channels of the latents."""
        return int(self.metadata["codebook_dim"])

    def map_frames(self, frames: int) -> int:
        """Cells along time of a spectrogram of so many frames, with its padding."""
        return -(-frames // self.time_stride)

    def codes_of(self, latents: NDArray[np.float32]) -> NDArray[np.int32]:
        """Codes of an engine's latents: the nearest codewords."""
        return codes_of(latents, self.codebook)

    def codewords_of(self, codemap: NDArray[np.int32]) -> NDArray[np.float32]:
        """Vectors of a codemap, which the decoder sees."""
        return codewords_of(codemap, self.codebook)

    @property
    def time_stride(self) -> int:
        """Spectrogram frames per codemap cell."""
        return int(self.metadata["time_stride"])

    @property
    def freq_stride(self) -> int:
        """Spectrogram bins per codemap cell."""
        return int(self.metadata["freq_stride"])
