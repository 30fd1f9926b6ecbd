"""A bundle as one file: the TFLite model, then a sealed zip with the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
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
from edge_runtime.input_file import read_at_most, read_json
from edge_runtime.output_file import output_file

FORMAT_VERSION = 1
_FILES = ("vqkeras.json", "arrays.npz", "golden.npz", "graph.json")
# Values of its texts; the largest of the package has 6,000.
_MOST_PARTS = 1 << 20
LARGEST_BUNDLE = 128 << 20  # bytes; the largest of the package has 3 MB


def write_bundle(path: Path, bundle: Bundle, *, force: bool = False) -> None:
    """Write a bundle: the flatbuffer, then a zip with the rest.

    Args:
        path: File to write, usually `*.tflite`.
        bundle: What to write.
        force: Whether an existing file may be replaced. Defaults to `False`.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If it cannot be written.
    """
    content = bytes_of(bundle)
    with output_file(path, force=force) as temporary:
        temporary.write_bytes(content)


def bytes_of(bundle: Bundle) -> bytes:
    """What the file of a bundle holds; the same bundle always gives the same bytes.

    Fields `format_version`, `flatbuffer_bytes` and `sha256` of the metadata are filled
    in here.
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
        "graph.json": _graph_json(bundle.graph),
    }
    return seal(bundle.flatbuffer, files)


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and check every byte of it.

    Args:
        path: File written by `write_bundle`.

    Raises:
        BundleError: If the file is missing, is something else, or was changed in any
            byte since it was written.
    """
    content = _content_of(path)
    try:
        files = files_of(content, _FILES)
    except ValueError as error:
        raise BundleError(
            f"Model {path} is damaged: {error}. Copy it again."
        ) from error
    if "graph.json" not in files:
        raise BundleError(
            f"Model {path} has no graph for the numpy engine. "
            "Export it again with this version."
        )
    # The one gate: whatever strange types, cycles and depths raise ends here.
    try:
        return _bundle_of(content, files, path)
    except BundleError:
        raise
    except Exception as error:
        raise BundleError(
            f"Model {path} is damaged: {type(error).__name__}: {error}. Copy it again."
        ) from error


def _content_of(path: Path) -> bytes:
    """The whole file, if it looks like a bundle."""
    try:
        content = read_at_most(path, LARGEST_BUNDLE)
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
    return content


def _bundle_of(content: bytes, files: dict[str, bytes], path: Path) -> Bundle:
    metadata, arrays, golden, graph = _parts_of(files)
    version = metadata["format_version"]
    if version != FORMAT_VERSION:
        raise BundleError(
            f"Model {path} has format version {version}; this program reads "
            f"{FORMAT_VERSION}. Update the program or export the model again."
        )
    flatbuffer = content[: metadata["flatbuffer_bytes"]]
    digests = metadata["sha256"]
    try:
        bundle = Bundle(flatbuffer, metadata, arrays, golden, graph, sha256(content))
    except BundleError as error:
        raise BundleError(f"Model {path} is not usable. {error}") from error
    if digests != _digests(bundle):
        raise BundleError(f"Model {path} is damaged: an inner checksum differs.")
    return bundle


def _parts_of(
    files: dict[str, bytes],
) -> tuple[
    dict[str, Any],
    dict[str, NDArray[Any]],
    dict[str, NDArray[Any]],
    dict[str, Any],
]:
    """Metadata, arrays, golden arrays and graph of a whole bundle."""
    return (
        read_json(files["vqkeras.json"], _MOST_PARTS),
        arrays_of(files["arrays.npz"]),
        arrays_of(files["golden.npz"]),
        read_json(files["graph.json"], _MOST_PARTS),
    )


def _graph_json(graph: dict[str, Any]) -> bytes:
    return json.dumps(graph, sort_keys=True, separators=(",", ":")).encode()


def _digests(bundle: Bundle) -> dict[str, str]:
    """Checksum of each part."""
    digests = {"flatbuffer": sha256(bundle.flatbuffer)}
    for group, arrays in (("arrays", bundle.arrays), ("golden", bundle.golden)):
        for name, array in arrays.items():
            digests[f"{group}/{name}"] = array_sha256(array)
    digests["graph"] = sha256(_graph_json(bundle.graph))
    return digests
