import numpy as np
import pytest

from edge_runtime.errors import UsageError
from vqkeras.datasets.split import Split


def _split(count=5, frames=6):
    rng = np.random.default_rng(0)
    array = rng.random((count, frames, 4, 1)).astype(np.float16)
    return Split(array, [{"number": i} for i in range(count)])


def test_examples_are_float32_in_0_1():
    images = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1, 1)
    split = Split(images, [{"label": i} for i in range(3)])
    assert [example.dtype for example in split] == [np.float32] * 3
    np.testing.assert_allclose([example.item() for example in split], [0, 0.2, 1])
    sounds = _split()
    assert sounds[3].dtype == np.float32
    np.testing.assert_array_equal(sounds[3], sounds.array[3].astype(np.float32))


def test_it_ends_like_a_list():
    split = _split()
    assert len(list(split)) == len(split) == 5
    with pytest.raises(IndexError):
        split[5]


@pytest.mark.parametrize("dtype", [np.uint8, np.float16])
def test_variance_is_that_of_the_first_channel(dtype):
    values = np.random.default_rng(1).random((130, 7, 4, 2)) * 200
    array = (values / (1 if dtype == np.uint8 else 255)).astype(dtype)
    split = Split(array, [{}] * len(array))
    scale = 255.0 if dtype == np.uint8 else 1.0
    expected = np.var(array[..., 0].astype(np.float64) / scale)
    assert split.variance() == pytest.approx(expected, rel=1e-5)


def test_constant_examples_have_no_variance():
    array = np.full((3, 200, 200, 1), 77, np.uint8)
    assert 0.0 <= Split(array, [{}] * 3).variance() < 1e-9


def test_audio_is_read_by_number():
    array = np.zeros((3, 1, 1, 1), np.float16)
    split = Split(array, [{}] * 3, read_audio=lambda i: np.full(8, i, np.float32))
    assert split.audio(1)[0] == 1.0
    assert split.audio(-1)[0] == 2.0
    with pytest.raises(IndexError):
        split.audio(3)


def test_images_have_no_audio():
    with pytest.raises(ValueError, match="examples are images"):
        _split().audio(0)


def test_wrong_arrays_are_refused():
    with pytest.raises(ValueError, match=r"float16 or uint8 .* Received: float64"):
        Split(np.zeros((2, 3, 4, 1)), [{}] * 2)
    with pytest.raises(ValueError, match="Received: 1 for 2 examples"):
        Split(np.zeros((2, 3, 4, 1), np.uint8), [{}])


def test_crops_longer_than_the_examples_are_refused():
    with pytest.raises(UsageError, match="crop_frames must be at most 6"):
        _split().batches(2, crop_frames=7)
