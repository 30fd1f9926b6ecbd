import numpy as np
import pytest

from vqkeras.datasets.split import Split


def _split(count=7, frames=6, dtype=np.float16):
    """Examples whose every value says which example and frame it belongs to."""
    values = 8 * np.arange(count)[:, np.newaxis] + np.arange(frames)
    values = np.repeat(values[:, :, np.newaxis, np.newaxis], 3, axis=2)
    return Split(values.astype(dtype), [{}] * count)


def _numbers(batch):
    return np.asarray(batch)[:, 0, 0, 0].astype(int) // 8


def test_the_stored_order_is_kept():
    batches = list(_split().batches(3))
    assert [batch.shape for batch in batches] == [(3, 6, 3, 1)] * 2 + [(1, 6, 3, 1)]
    assert all(batch.dtype == np.float32 for batch in batches)
    np.testing.assert_array_equal(np.concatenate(batches), _split().array)


def test_images_are_scaled():
    batch = next(iter(_split(dtype=np.uint8).batches(7)))
    np.testing.assert_allclose(batch, _split(dtype=np.uint8).array / 255.0, rtol=1e-6)


def test_keras_is_told_how_many_batches_there_are():
    assert int(_split().batches(3, shuffle_seed=0).cardinality()) == 3


def test_a_pass_has_every_example_once_and_the_next_another_order():
    dataset = _split(40).batches(16, shuffle_seed=3)
    first, second = (
        np.concatenate([_numbers(batch) for batch in dataset]) for _ in range(2)
    )
    assert sorted(first) == sorted(second) == list(range(40))
    assert first.tolist() != second.tolist()
    assert first.tolist() != list(range(40))


@pytest.mark.parametrize("repeat", [False, True])
def test_a_seed_repeats(repeat):
    def stream(seed):
        dataset = _split(40, 20).batches(
            8, shuffle_seed=seed, crop_frames=4, repeat=repeat
        )
        return np.concatenate(list(dataset.take(5)))

    np.testing.assert_array_equal(stream(1), stream(1))
    assert not np.array_equal(stream(1), stream(2))


def test_an_endless_stream_puts_passes_end_to_end():
    dataset = _split(7).batches(3, shuffle_seed=5, repeat=True)
    assert dataset.element_spec.shape == (3, 6, 3, 1)
    batches = list(dataset.take(14))
    numbers = np.concatenate([_numbers(batch) for batch in batches]).reshape(6, 7)
    assert all(sorted(one_pass) == list(range(7)) for one_pass in numbers)
    assert len({tuple(one_pass) for one_pass in numbers}) == 6


def test_batches_larger_than_the_data_are_full():
    batch = next(iter(_split(3).batches(10, shuffle_seed=0, repeat=True)))
    counts = np.bincount(_numbers(batch))
    assert counts.sum() == 10
    assert counts.min() == 3


def test_a_stream_can_be_entered_anywhere():
    def stream(first_batch):
        return _split(11).batches(
            4, shuffle_seed=2, crop_frames=3, repeat=True, first_batch=first_batch
        )

    whole = np.stack(list(stream(0).take(12)))
    np.testing.assert_array_equal(np.stack(list(stream(9).take(3))), whole[9:])


def test_crops_are_cut_at_random_times():
    batches = list(_split(50, 8).batches(25, shuffle_seed=0, crop_frames=5))
    crops = np.concatenate(batches)
    assert crops.shape == (50, 5, 3, 1)
    starts = crops[:, 0, 0, 0] % 8
    np.testing.assert_array_equal(
        crops - crops[:, :1],
        np.broadcast_to(np.arange(5)[:, None, None], (50, 5, 3, 1)),
    )
    # Every start there is: 0, 1, 2 and 3.
    assert set(starts) == {0, 1, 2, 3}


def test_without_a_seed_crops_are_the_same_in_each_pass():
    dataset = _split(20, 40).batches(20, crop_frames=4)
    first, second = (next(iter(dataset)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_only_what_a_batch_needs_is_read():
    class Watched(np.ndarray):
        seen = []

        def __getitem__(self, key):
            self.seen.append(key)
            return np.asarray(super().__getitem__(key))

    array = np.zeros((100, 30, 4, 1), np.float16).view(Watched)
    batches = Split(array, [{}] * 100).batches(4, shuffle_seed=0, crop_frames=8)
    # Three batches: the one asked for and two read ahead.
    iterator = iter(batches)
    next(iterator)
    assert 4 <= len(Watched.seen) <= 16
    assert all(frames.stop - frames.start == 8 for _, frames in Watched.seen)


def test_autotuning_is_off():
    assert _split().batches(2).options().autotune.enabled is False


def test_empty_and_senseless_requests_are_refused():
    with pytest.raises(ValueError, match="batch_size=0"):
        _split().batches(0)
    empty = Split(np.zeros((0, 2, 2, 1), np.uint8), [])
    with pytest.raises(ValueError, match="0 examples"):
        empty.batches(2)
