"""Sound files: WAV in every number format, FLAC, OGG and MP3 with soundfile."""

from edge_runtime.audio.audio_file import (
    AudioFile,
    check_audio_output,
    read_audio,
    write_audio,
)

__all__ = [
    "AudioFile",
    "check_audio_output",
    "read_audio",
    "write_audio",
]
