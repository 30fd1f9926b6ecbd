"""Readers of sounds."""

import io
import struct

import numpy as np

from edge_runtime.audio.audio_file import AudioFile, read_audio
from edge_runtime.audio.wav import parse_wav, wav_bytes
from tests.fuzz.reader import Reader, from_file


def noise(subtype: str = "PCM_16", channels: int = 1) -> AudioFile:
    """Fifty samples."""
    dtype = {"PCM_U8": np.uint8, "PCM_16": np.int16, "FLOAT": np.float32}
    values = np.random.default_rng(0).integers(0, 100, (50, channels))
    return AudioFile(values.astype(dtype.get(subtype, np.int32)), 16000, subtype)


def wavs() -> list[bytes]:
    """WAV files of every kind, one with chunks around its samples."""
    plain = [
        wav_bytes(noise(subtype, channels))
        for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT")
        for channels in (1, 2)
    ]
    body = plain[2][12:]
    smpl = b"smpl" + struct.pack("<I", 36) + bytes(36)
    info = b"LIST" + struct.pack("<I", 18) + b"INFOINAM\6\0\0\0aaaaaa"
    rich = info + body + smpl
    riff = b"RIFF" + struct.pack("<I", len(rich) + 4) + b"WAVE" + rich
    long = b"RF64\xff\xff\xff\xffWAVEds64" + struct.pack("<IQQQI", 28, 900, 100, 50, 0)
    return [*plain, riff, long + body]


def soundfiles() -> list[bytes]:
    """Files of other formats, with a title where they have a place for it."""
    import soundfile

    found = []
    for container in ("FLAC", "OGG", "AIFF", "W64", "CAF", "MP3"):
        stream = io.BytesIO()
        samples = np.tile(noise().samples, (20, 1))
        with soundfile.SoundFile(stream, "w", 16000, 1, format=container) as file:
            if container != "W64":
                file.title = "Rain"
            file.write(samples)
        found.append(stream.getvalue())
    return found


READERS = {
    "wav": Reader(wavs, parse_wav, 20),
    "wav file": Reader(wavs, from_file(read_audio, "a.wav"), 3),
    "soundfile": Reader(soundfiles, from_file(read_audio, "a.data"), 3),
}
