"""Some thousand inputs that are nearly right for all readers; `make fuzz` has more."""

import pytest

from edge_runtime.audio.wav import parse_wav, wav_bytes
from edge_runtime.errors import UserError
from tests.fuzz.reader import Reader, outcome, peak_memory
from tests.fuzz.readers import READERS, counts
from tests.fuzz.run import given
from tests.fuzz.sounds import wavs

COUNTS = counts(30_000)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of odd numbers in a graph
def test_any_bytes_are_read_or_refused_in_one_line(name, monkeypatch):
    monkeypatch.setattr("tests.fuzz.reader.MOST_MEMORY", peak_memory() + 200)
    row = given(name, COUNTS[name], seed=1)
    assert not row.faults
    # Not all are harmless; some answer, or compute anew, instead of refusing.
    tolerant = ("control words", "midi", "cache", "strange model, numpy")
    assert row.refused > 0 or name in tolerant


def test_the_inputs_are_whole_before_something_is_changed(monkeypatch):
    monkeypatch.setattr("tests.fuzz.reader.MOST_MEMORY", peak_memory() + 200)
    for name, reader in READERS.items():
        for content in reader.seeds():
            assert outcome(reader, content) == "read", name


def test_what_is_slow_large_or_told_in_two_lines_is_a_fault(monkeypatch):
    def never(content):
        while True:
            pass

    def two_lines(content):
        raise UserError("one\ntwo")

    monkeypatch.setattr("tests.fuzz.reader.MOST_SECONDS", 0.05)
    monkeypatch.setattr("tests.fuzz.reader.MOST_MEMORY", peak_memory() + 200)
    assert "of processor time" in outcome(Reader(list, never, 1), b"")
    assert "several lines" in outcome(Reader(list, two_lines, 1), b"")
    assert outcome(Reader(list, int, 1), b"?").startswith("ValueError")
    monkeypatch.setattr("tests.fuzz.reader.MOST_MEMORY", 1)
    assert "MB" in outcome(Reader(list, bytes, 1), b"")


def test_what_is_read_is_written_alike():
    for content in wavs():
        stored = parse_wav(content)
        again = parse_wav(wav_bytes(stored))
        assert again.samples.tolist() == stored.samples.tolist()
        assert again.attachments == stored.attachments or not stored.attachments.before
