"""Reconstruction baselines: the mean, and vector quantization of patches by k-means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import codes_of
from edge_runtime.spectrogram.features import silence
from vqkeras.datasets.example_blocks import evenly_spaced, example_blocks
from vqkeras.datasets.split import Split

# Patches that the k-means codebook learns from: at least, and for each codeword. Of
# 2,048 codewords, 60,000 patches leave an nmse of 0.097 and 200,000 one of 0.091.
PATCHES = 60_000
PATCHES_PER_CODEWORD = 100
# Training examples those patches, and the mean, are taken from.
EXAMPLES = 2_000
# Patches in one step of mini-batch k-means.
STEP = 8_192


def mean_example(split: Split, *, is_sound: bool) -> NDArray[np.float32]:
    """The best guess of something that sees no input.

    Args:
        split: Training split.
        is_sound: Whether time does not matter: the mean is then taken over frames too.

    Returns:
        Float32 array: of sound the mean spectrum, `(1, bins, channels)`; of images the
        mean image, `(frames, bins, channels)`.
    """
    total = np.zeros(split.shape, np.float64)
    for block in example_blocks(split, EXAMPLES):
        total += block.sum(axis=0, dtype=np.float64)
    mean = total / len(evenly_spaced(len(split), EXAMPLES))
    if is_sound:
        mean = mean.mean(axis=0, keepdims=True)
    return mean.astype(np.float32)


@dataclass(frozen=True)
class PatchCodebook:
    """Vector quantization without a network: every cell becomes its nearest patch.

    Attributes:
        patches: The codebook, float32 of shape
            `(codebook_size, time_stride, freq_stride, channels)`.
    """

    patches: NDArray[np.float32]

    def codemaps(self, examples: NDArray[np.float32]) -> NDArray[np.int32]:
        """The nearest patch of every cell.

        Args:
            examples: Float array of shape `(examples, frames, bins, channels)`.

        Returns:
            Int32 array of shape `(examples, map_frames, map_bins)`.
        """
        cells = _cells_of(examples, *self.patches.shape[1:3])
        table = self.patches.reshape(len(self.patches), -1)
        return codes_of(cells.reshape(*cells.shape[:3], -1), table)

    def reconstruct(self, examples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Replace every cell of some examples by the nearest patch.

        Args:
            examples: Float array of shape `(examples, frames, bins, channels)`.

        Returns:
            Float32 array of the same shape.
        """
        # (examples, map_frames, time_stride, map_bins, freq_stride, channels)
        grid = np.moveaxis(self.patches[self.codemaps(examples)], 3, 2)
        count, rows, height, columns, width, channels = grid.shape
        whole = grid.reshape(count, rows * height, columns * width, channels)
        return whole[:, : examples.shape[1], : examples.shape[2]]


def fit_patch_codebook(
    split: Split, *, cell: tuple[int, int], codebook_size: int, seed: int
) -> PatchCodebook:
    """Learn a codebook of patches by mini-batch k-means (scikit-learn).

    Args:
        split: Training split.
        cell: Frames and bins of a patch.
        codebook_size: Number of patches in the codebook; fewer if the data has fewer.
        seed: Of the draw of patches and of k-means.

    Returns:
        The codebook.
    """
    from sklearn.cluster import MiniBatchKMeans
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(seed)
    wanted = max(PATCHES, PATCHES_PER_CODEWORD * codebook_size)
    per_example = -(-wanted // len(evenly_spaced(len(split), EXAMPLES)))
    drawn = []
    for block in example_blocks(split, EXAMPLES):
        for cells in _cells_of(block, *cell):
            patches = cells.reshape(-1, *cells.shape[2:])
            count = min(per_example, len(patches))
            drawn.append(patches[rng.choice(len(patches), count, replace=False)])
    patches = np.concatenate(drawn)
    kmeans = MiniBatchKMeans(
        min(codebook_size, len(patches)),
        batch_size=STEP,
        init_size=STEP,
        n_init=1,
        max_no_improvement=20,
        # Moving rarely used centres to drawn patches, most of them silent, made the
        # error of 2,048 codewords a fifth larger.
        reassignment_ratio=0.0,
        random_state=seed,
    )
    # On a busy machine its threads wait for each other: minutes in place of seconds.
    with threadpool_limits(1):
        kmeans.fit(patches.reshape(len(patches), -1))
    centres = kmeans.cluster_centers_.astype(np.float32)
    return PatchCodebook(centres.reshape(-1, *patches.shape[1:]))


def patches_at_rate(
    example_shape: tuple[int, int, int], map_shape: tuple[int, int], bits: float
) -> tuple[tuple[int, int], int]:
    """Cell and codebook size of a patch codebook that spends as much as a model.

    Where the model's cells tile the example, that is the model's own cell and codebook.
    Where they overlap (convolutions without padding), patches are the next larger tile,
    with a larger codebook.

    Args:
        example_shape: `(frames, bins, channels)`.
        map_shape: `(map_frames, map_bins)` of the model.
        bits: What the model spends on one example.

    Returns:
        The cell, `(frames, bins)`, and the codebook size.

    Example:

    >>> patches_at_rate((251, 512, 1), (32, 16), bits=32 * 16 * 9)
    ((8, 32), 512)
    >>> patches_at_rate((28, 28, 1), (20, 20), bits=1600)
    ((2, 2), 286)
    """
    frames, bins = (
        -(-size // cells)
        for size, cells in zip(example_shape[:2], map_shape, strict=True)
    )
    num_cells = -(-example_shape[0] // frames) * -(-example_shape[1] // bins)
    # The tolerance lets a power of two come out whole.
    return (frames, bins), int(2.0 ** (bits / num_cells) + 1e-6)


def _cells_of(
    examples: NDArray[np.float32], time_stride: int, freq_stride: int
) -> NDArray[np.float32]:
    """Examples cut into cells, padded with silence at the end.

    Shape `(examples, map_frames, map_bins, time_stride, freq_stride, channels)`.
    """
    count, frames, bins, channels = examples.shape
    more = (frames + -frames % time_stride, bins + -bins % freq_stride)
    padded = silence((count, *more, channels))
    padded[:, :frames, :bins] = examples
    grid = padded.reshape(
        count,
        padded.shape[1] // time_stride,
        time_stride,
        padded.shape[2] // freq_stride,
        freq_stride,
        channels,
    )
    return np.moveaxis(grid, 2, 3)
