"""Codemaps that a prior learns from: made once by the codec, and kept in a file."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from edge_runtime.output_file import output_file
from vqkeras.config import Config
from vqkeras.config_file import plain
from vqkeras.datasets.augmentation import augmented
from vqkeras.datasets.progress import progress
from vqkeras.datasets.shard_files import DAMAGE

if TYPE_CHECKING:
    import tensorflow as tf

    from vqkeras.datasets.dataset import Dataset
    from vqkeras.model.vqvae import VQVAE

_log = logging.getLogger(__name__)
_BATCH = 16


class Codemaps(NamedTuple):
    """Codes of whole examples, uint16 of shape `(examples, map_frames, map_bins)`.

    Attributes:
        train: What is learned from.
        validation: What the learning is watched on.
    """

    train: NDArray[np.uint16]
    validation: NDArray[np.uint16]


def kept_codemaps(
    model: VQVAE, config: Config, dataset: Dataset, *, versions: int, path: Path
) -> Codemaps:
    """Codes of a data set, from the file if it holds them, and holds them whole.

    Args:
        model: The codec.
        config: What it was trained with: training examples are changed in level and
            mixed as they were for it.
        dataset: Its data.
        versions: How often each training example is encoded.
        path: File to keep them in.
    """
    key = _key(model, config, versions)
    found = _kept(path, key)
    if found is not None:
        return found
    _log.info("Encoding %d examples ...", versions * len(dataset.train))
    codemaps = Codemaps(
        _train_codes(model, config, dataset, versions),
        _codes(model, dataset.validation or dataset.test),
    )
    with output_file(path, force=True) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, key=np.array(key), **codemaps._asdict())
    return codemaps


def as_learned(batches: tf.data.Dataset, config: Config) -> tf.data.Dataset:
    """Training examples as a prior hears them: at other levels, and mixed.

    Args:
        batches: Endless batches of examples.
        config: What the codec was trained with.
    """
    if config.spectrogram is None:
        return batches
    return augmented(
        batches,
        gain_db=config.data.gain_db,
        pitch_semitones=0.0,
        mix_share=config.data.mix_share,
        mask_share=0.0,
        floor_db=config.spectrogram.floor_db,
        seed=config.training.seed,
        first_batch=0,
    )


def _kept(path: Path, key: str) -> Codemaps | None:
    """What the file holds; `None` if it is of something else, or damaged."""
    if not path.is_file():
        return None
    try:
        # numpy does not close a file that it cannot read, so that is done here.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["key"]) == key:
                return Codemaps(kept["train"], kept["validation"])
    # A zip's checksums, or what a file is that is none.
    except (*DAMAGE, KeyError, BadZipFile) as error:
        _log.warning("%s is damaged (%s): encoding again", path, error)
    return None


def _train_codes(
    model: VQVAE, config: Config, dataset: Dataset, versions: int
) -> NDArray[np.uint16]:
    split, seed = dataset.train, config.training.seed
    count = versions * len(split)
    batches = as_learned(split.batches(_BATCH, shuffle_seed=seed, repeat=True), config)
    steps = -(-count // _BATCH)
    parts = []
    with progress(steps, "encoding") as done:
        for batch in batches.take(steps):
            parts.append(_encoded(model, batch))
            done(1)
    return np.concatenate(parts)[:count]


def _codes(model: VQVAE, split: Any) -> NDArray[np.uint16]:
    return np.concatenate([_encoded(model, batch) for batch in split.batches(_BATCH)])


def _encoded(model: VQVAE, batch: Any) -> NDArray[np.uint16]:
    return np.asarray(model.encode_codemap(batch)).astype(np.uint16)


def _key(model: VQVAE, config: Config, versions: int) -> str:
    """Text that changes when the codes would."""
    digest = hashlib.sha256()
    for part in (model.encoder, model.quantizer):
        for weight in part.get_weights():
            digest.update(np.ascontiguousarray(weight).tobytes())
    said = [
        plain(config.data),
        plain(config.spectrogram),
        config.training.seed,
        versions,
    ]
    digest.update(json.dumps(said).encode())
    return digest.hexdigest()
