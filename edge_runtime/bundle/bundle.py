"""The deployable file: a TFLite model with everything needed to use it appended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle_checks import (
    check_arrays,
    check_bins,
    check_golden,
    check_metadata,
)
from edge_runtime.bundle.codebook import codes_of, codewords_of
from edge_runtime.bundle.context import Context, context_from
from edge_runtime.bundle.sealed_zip import (
    array_sha256,
    arrays_of,
    files_of,
    is_sealed,
    npz_of,
    seal,
    sha256,
)
from edge_runtime.errors import BundleError
from edge_runtime.output_file import output_file
from edge_runtime.spectrogram.settings import SpectrogramSettings

FORMAT_VERSION = 1


@dataclass(frozen=True, eq=False)
class Bundle:
    """A model and what belongs to it, as one file carries them.

    Attributes:
        flatbuffer: TFLite model with signatures `encode` and `decode`.
        metadata: What the model is; written as JSON. Must hold `name`,
            `number_format`, `codebook_size`, `codebook_dim`, `time_stride`,
            `freq_stride`, `licence`, `attribution` and `spectrogram` (the fields of
            `SpectrogramSettings`, or `None` for images); may hold more, such as
            `spread` (whether the decoder gives one), `credits` (a list of names),
            `context`, `training` and `energy`.
        arrays: Named arrays: `codebook` `(codebook_size, codebook_dim)` float32 and
            `marginal` `(codebook_size,)`, how often each code occurs in the training
            set; may hold more.
        golden: A recorded input and what it must give: `spectrogram`, `latents`,
            `codemap`, `decoded`, each with a leading batch axis of 1.
        graph: The flatbuffer's signatures as plain data, which the numpy engine runs;
            it names places in the flatbuffer and repeats no weights. Defaults to
            `None`: only an interpreter can run the model.

    Raises:
        BundleError: If the parts do not fit together.
    """

    flatbuffer: bytes
    metadata: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    golden: dict[str, NDArray[Any]]
    graph: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        check_metadata(self.metadata)
        check_arrays(self.metadata, self.arrays)
        check_golden(self.golden, has_spread=self.has_spread)
        if self.metadata.get("spectrogram") is not None:
            check_bins(self.metadata, self.settings)

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
    def context(self) -> Context | None:
        """How far the model looks beyond a cell; `None` if that is not known."""
        return context_from(self.metadata)

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


def write_bundle(path: Path, bundle: Bundle, *, force: bool = False) -> None:
    """Write a bundle: the flatbuffer, then a zip with the rest.

    The same bundle always gives the same bytes. Fields `format_version`,
    `flatbuffer_bytes` and `sha256` of the metadata are filled in here.

    Args:
        path: File to write, usually `*.tflite`.
        bundle: What to write.
        force: Whether an existing file may be replaced. Defaults to `False`.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If it cannot be written.
    """
    metadata = dict(bundle.metadata)
    metadata["format_version"] = FORMAT_VERSION
    metadata["flatbuffer_bytes"] = len(bundle.flatbuffer)
    metadata["sha256"] = _digests(bundle)
    text = json.dumps(metadata, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    files = {
        "vqkeras.json": text.encode(),
        "arrays.npz": npz_of(bundle.arrays),
        "golden.npz": npz_of(bundle.golden),
    }
    if bundle.graph is not None:
        files["graph.json"] = _graph_json(bundle.graph)
    content = seal(bundle.flatbuffer, files)
    with output_file(path, force=force) as temporary:
        temporary.write_bytes(content)


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and check every byte of it.

    Args:
        path: File written by `write_bundle`.

    Raises:
        BundleError: If the file is missing, is something else, or was changed in any
            byte since it was written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise BundleError(f"Cannot read model {path}: {reason}.") from error
    if content[4:8] != b"TFL3":
        raise BundleError(f"{path} is not a TFLite model.")
    if not is_sealed(content):
        raise BundleError(
            f"{path} is a TFLite model but not a whole bundle of this program. "
            "Make one with python -m export, or copy it again."
        )
    try:
        metadata, arrays, golden, graph = _parts_of(content)
        version = metadata["format_version"]
        size, digests = metadata["flatbuffer_bytes"], metadata["sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"Model {path} is damaged: {error}. Copy it again."
        ) from error
    if version != FORMAT_VERSION:
        raise BundleError(
            f"Model {path} has format version {version}; this program reads "
            f"{FORMAT_VERSION}. Update the program or export the model again."
        )
    try:
        bundle = Bundle(content[:size], metadata, arrays, golden, graph)
    except BundleError as error:
        raise BundleError(f"Model {path} is not usable. {error}") from error
    if digests != _digests(bundle):
        raise BundleError(f"Model {path} is damaged: an inner checksum differs.")
    return bundle


def _parts_of(
    content: bytes,
) -> tuple[
    dict[str, Any],
    dict[str, NDArray[Any]],
    dict[str, NDArray[Any]],
    dict[str, Any] | None,
]:
    """Metadata, arrays, golden arrays and graph of a whole bundle."""
    files = files_of(content)
    return (
        json.loads(files["vqkeras.json"]),
        arrays_of(files["arrays.npz"]),
        arrays_of(files["golden.npz"]),
        json.loads(files["graph.json"]) if "graph.json" in files else None,
    )


def _graph_json(graph: dict[str, Any]) -> bytes:
    return json.dumps(graph, sort_keys=True, separators=(",", ":")).encode()


def _digests(bundle: Bundle) -> dict[str, str]:
    """Checksum of each part."""
    digests = {"flatbuffer": sha256(bundle.flatbuffer)}
    for group, arrays in (("arrays", bundle.arrays), ("golden", bundle.golden)):
        for name, array in arrays.items():
            digests[f"{group}/{name}"] = array_sha256(array)
    if bundle.graph is not None:
        digests["graph"] = sha256(_graph_json(bundle.graph))
    return digests
