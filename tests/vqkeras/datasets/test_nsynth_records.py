"""NSynth's TFRecord files, as TensorFlow writes them, read without it."""

import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig
from vqkeras.datasets.audio_clip import clip_of
from vqkeras.datasets.nsynth import load_nsynth

SETTINGS = SpectrogramSettings(sample_rate=2000, n_fft=64, hop_length=16)


def example_of(name, audio, pitch=40):
    """A record with every official key."""
    texts = {
        "note_str": name,
        "instrument_str": name[:19],
        "instrument_family_str": "bass",
        "instrument_source_str": "electronic",
    }
    feature = {
        key: tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()]))
        for key, text in texts.items()
    }
    numbers = {"pitch": pitch, "velocity": 100, "sample_rate": 2000, "note": 2**40}
    for key, number in numbers.items():
        feature[key] = tf.train.Feature(
            int64_list=tf.train.Int64List(value=[number, number])
        )
    feature["audio"] = tf.train.Feature(float_list=tf.train.FloatList(value=audio))
    return tf.train.Example(features=tf.train.Features(feature=feature))


def write(path, messages):
    with tf.io.TFRecordWriter(str(path)) as writer:
        for message in messages:
            writer.write(message)


@pytest.fixture
def folder(tmp_path):
    """Three parts of two notes each, written in the order that is not theirs."""
    for first, part in enumerate(("train", "valid", "test")):
        messages = [
            example_of(
                f"bass_electronic_{first:03d}-{pitch:03d}-100",
                np.full(9000, pitch / 100),
                pitch,
            ).SerializeToString()
            for pitch in (50, 40)
        ]
        write(tmp_path / f"nsynth-{part}.tfrecord", messages)
    return tmp_path


def test_official_parts_are_read(folder):
    splits = load_nsynth(DataConfig("nsynth", dir=str(folder)), SETTINGS)
    assert [note["note_str"] for note in splits.validation.metadata] == [
        "bass_electronic_001-040-100",
        "bass_electronic_001-050-100",
    ]
    assert splits.train.metadata[1] == {
        "note_str": "bass_electronic_000-050-100",
        "instrument_str": "bass_electronic_000",
        "instrument_family_str": "bass",
        "instrument_source_str": "electronic",
        "pitch": 50,
        "velocity": 100,
    }
    expected = np.full(8000, np.float32(0.5))
    np.testing.assert_array_equal(splits.train.read(1), expected)
    low = DataConfig("nsynth", dir=str(folder), pitch_range=(0, 45))
    assert len(load_nsynth(low, SETTINGS).test) == 1


def test_a_fingerprint_is_that_of_the_content(folder):
    config = DataConfig("nsynth", dir=str(folder))
    before = load_nsynth(config, SETTINGS).train
    messages = [
        example_of(note["note_str"], audio, note["pitch"]).SerializeToString()
        for note, audio in zip(
            before.metadata, (np.full(9000, 0.4), np.zeros(9000)), strict=True
        )
    ]
    write(folder / "nsynth-train.tfrecord", messages)
    after = load_nsynth(config, SETTINGS).train
    assert after.fingerprints[0] == before.fingerprints[0]
    assert after.fingerprints[1] != before.fingerprints[1]
    with pytest.raises(UserError, match="it is not what it was"):
        before.read(1)


def test_numbers_where_texts_should_be_take_no_memory(tmp_path):
    """`bytes` of a number would be that many zeros."""
    message = example_of("a", np.zeros(9))
    message.features.feature["note_str"].CopyFrom(
        tf.train.Feature(int64_list=tf.train.Int64List(value=[2**62]))
    )
    write(tmp_path / "nsynth-train.tfrecord", [message.SerializeToString()])
    with pytest.raises(UserError, match="is no note"):
        load_nsynth(DataConfig("nsynth", dir=str(tmp_path)), SETTINGS)


def test_a_rate_that_nobody_records_at_takes_no_memory():
    assert clip_of(np.ones(1_000_000, np.float32), 1, 16000).shape == (64000,)


def test_bad_records_are_named(folder, caplog):
    path = folder / "nsynth-train.tfrecord"
    good = example_of("bass_electronic_000-040-100", np.zeros(9))
    silent = example_of("bass_electronic_000-041-100", [])
    endless = example_of("bass_electronic_000-042-100", np.zeros(9))
    endless.features.feature["pitch"].float_list.value.append(np.inf)
    messages = [good, silent, endless]
    write(path, [b"x", *(message.SerializeToString() for message in messages)])
    config = DataConfig("nsynth", dir=str(folder))
    train = load_nsynth(config, SETTINGS).train
    assert "the record at byte 12 is no note" in caplog.text
    assert len(train) == 2
    with pytest.raises(UserError, match="has no sound"):
        train.read(1)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UserError, match="ends within the record at byte"):
        load_nsynth(config, SETTINGS)
    path.write_bytes(b"")
    with pytest.raises(UserError, match="the file is empty"):
        load_nsynth(config, SETTINGS)
