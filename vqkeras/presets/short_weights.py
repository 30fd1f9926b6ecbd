"""Weights of a preset in half the bytes, where that changes next to nothing.

Kernels, and a decoder's offsets of its rows, are kept in float16 and loaded as float32.
Codewords, biases and averages are few and stay float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vqkeras.datasets.example_blocks import evenly_spaced

if TYPE_CHECKING:
    import keras

    from vqkeras.datasets.split import Split
    from vqkeras.model.code_prior import CodePrior
    from vqkeras.model.vqvae import VQVAE

# Largest share of the codes, or of a prior's bits, that short weights may change.
MOST = 0.001
# Examples that the change is measured on.
EXAMPLES = 40


def save_codec(model: VQVAE, path: Path, split: Split) -> dict[str, Any]:
    """Save the weights of a codec.

    Kernels of the decoder are always short: no code depends on them. Those of the
    encoder are where that changes less than 0.1% of the codes.

    Args:
        model: The codec. Its own weights stay as they are.
        path: New file, `*.weights.h5`.
        split: Examples of the codec's data to count changed codes on.

    Returns:
        `float16`: which parts are short; `equal_codes`: share of the codes that stay,
        on `examples` of the split.
    """
    places = evenly_spaced(len(split), EXAMPLES)

    def codes() -> NDArray[np.int32]:
        rows = [model.encode_codemap(split[place][np.newaxis]) for place in places]
        return np.concatenate([np.asarray(row) for row in rows])

    before = codes()
    for parts in (("encoder", "decoder"), ("decoder",)):
        equal = float((_with_short(model, path, parts, codes) == before).mean())
        if 1.0 - equal < MOST:
            break
    return {"float16": list(parts), "equal_codes": equal, "examples": len(places)}


def save_prior(prior: CodePrior, path: Path, codemaps: NDArray[Any]) -> dict[str, Any]:
    """Save the weights of a prior, short if its bits stay within 0.1%.

    Args:
        prior: The network. Its own weights stay as they are.
        path: New file, `*.weights.h5`.
        codemaps: Codes that it did not learn from, `(examples, map_frames, map_bins)`.

    Returns:
        `float16`: whether it is short; `bits_changed`: by which share of themselves the
        bits a code change with short kernels, on `examples`, half of whose cells are
        hidden at random.
    """
    shown = codemaps[evenly_spaced(len(codemaps), EXAMPLES)].astype(np.int32)
    hidden = np.random.default_rng(0).random(shown.shape) < 0.5

    def bits() -> float:
        return float(prior.losses_of(shown, hidden)["bits_per_code"])

    before = bits()
    changed = _with_short(prior, path, ("first", "blocks", "head"), bits) / before - 1.0
    is_short = abs(changed) < MOST
    if not is_short:
        prior.save_weights(path)
    return {"float16": is_short, "bits_changed": changed, "examples": len(shown)}


def _with_short(
    model: keras.Model, path: Path, parts: Sequence[str], measure: Callable[[], Any]
) -> Any:
    """Save short weights, and what is measured while the model has them."""
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.weights.h5"
        model.save_weights(whole)
        _shorten(whole, path, parts)
        model.load_weights(path)
        try:
            return measure()
        finally:
            model.load_weights(whole)


def _shorten(whole: Path, short: Path, parts: Sequence[str]) -> None:
    """Copy a file of weights, with the kernels of some parts in float16."""
    import h5py

    with h5py.File(whole) as before, h5py.File(short, "w") as after:

        def copy(name: str, item: Any) -> None:
            if isinstance(item, h5py.Group):
                copied = after.require_group(name)
            else:
                # Kernels have four axes, and so have offsets of rows.
                is_short = item.ndim == 4 and name.split("/")[0] in parts
                kind = np.float16 if is_short else item.dtype
                copied = after.create_dataset(name, data=item[()].astype(kind))
            copied.attrs.update(item.attrs)

        after.attrs.update(before.attrs)
        before.visititems(copy)
