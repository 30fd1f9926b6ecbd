import os

import pytest

from edge_runtime.errors import AudioError
from vqkeras.datasets.audio_clip import read_file


@pytest.mark.parametrize(
    ("make", "message"),
    [(os.mkdir, ": a folder, not a file"), (os.mkfifo, ": a pipe or a device, not")],
)
def test_what_is_no_file_is_named_as_what_it_is(tmp_path, make, message):
    make(tmp_path / "sound.wav")
    with pytest.raises(AudioError, match=message):
        read_file(tmp_path / "sound.wav")
