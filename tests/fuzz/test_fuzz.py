"""Some thousand inputs that are nearly right for each reader; `make fuzz` has more."""

import pytest

from edge_runtime.audio.wav import parse_wav, wav_bytes
from tests.fuzz.readers import READERS, outcome, wavs

COUNT = 3000


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of odd numbers in a graph
def test_any_bytes_are_read_or_refused_in_one_line(name, capfd):
    reader = READERS[name]
    counts = {"read": 0, "refused": 0}
    for content in reader.inputs(max(10, int(COUNT * reader.share)), seed=1):
        result = outcome(reader, content)
        assert result in counts, (result, content[:300])
        counts[result] += 1
    # Not all are harmless; a session answers instead of refusing.
    assert counts["refused"] > 0 or name in ("control words", "midi")
    capfd.readouterr()  # C libraries warn on their own


def test_the_inputs_are_whole_before_something_is_changed():
    for name, reader in READERS.items():
        for content in reader.seeds():
            assert outcome(reader, content) == "read", name


def test_what_is_read_is_written_alike():
    for content in wavs():
        stored = parse_wav(content)
        again = parse_wav(wav_bytes(stored))
        assert again.samples.tolist() == stored.samples.tolist()
        assert again.attachments == stored.attachments or not stored.attachments.before
