import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.live.channels import StreamEffect
from edge_runtime.live.file_effect import (
    FileClock,
    at_rate,
    play_through,
    with_change,
)


@pytest.mark.parametrize("block", [1, 100, 5000])
def test_the_delay_is_undone(block):
    audio = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    kept = [np.zeros((70, 2), np.float32)]

    def delayed(part):
        joined = np.concatenate([kept[0], part])
        kept[0] = joined[len(part) :]
        return joined[: len(part)]

    assert np.array_equal(play_through(delayed, audio, delay=70, block=block), audio)


def test_the_clock_keeps_the_pace(monkeypatch):
    now, waited = [100.0], []

    class Never:
        def wait(self, seconds):
            waited.append(seconds)
            now[0] += seconds

    monkeypatch.setattr("edge_runtime.live.file_effect.time.monotonic", lambda: now[0])
    monkeypatch.setattr("edge_runtime.live.file_effect.threading.Event", Never)

    def callback(block, output):
        output[:] = -block
        now[0] += 0.3 if len(waited) == 3 else 0.01

    clock = FileClock(callback, 1000)
    block = np.ones((100, 1), np.float32)
    for _ in range(7):
        assert np.array_equal(clock.process(block), -block)
    # The third block takes three blocks' time; three come at once.
    assert waited == pytest.approx([0.1, 0.09, 0.09, 0.0, 0.0, 0.0, 0.07], abs=1e-9)
    assert now[0] == pytest.approx(100.71)


@pytest.mark.parametrize("rate", [8000, 22050, 44100])
def test_what_did_not_change_stays_bit_identical(rate):
    samples = np.random.default_rng(1).integers(-9000, 9000, (rate, 2), np.int16)
    audio_file = AudioFile(samples, rate, "PCM_16")
    before = at_rate(audio_file, 8000)
    assert np.array_equal(
        with_change(audio_file, before, before, 8000).samples, samples
    )
    after = before.copy()
    after[3000:3200] *= np.float32(0.5)
    result = with_change(audio_file, before, after, 8000)
    changed = np.flatnonzero((result.samples != samples).any(axis=1)) / rate
    assert changed.min() > 0.36 and changed.max() < 0.42
    assert result.subtype == "PCM_16" and result.samples.shape == samples.shape


def test_channels_run_side_by_side(make_inpainter, tone):
    effect = StreamEffect([make_inpainter(density=0.7) for _ in range(2)])
    audio = np.stack([tone, tone[::-1]], axis=1)[:4000]
    output = effect.process(audio)
    assert effect.delay == make_inpainter().delay
    for number in range(2):
        alone = make_inpainter(density=0.7).process(audio[:, number])
        assert np.array_equal(output[:, number], alone)
