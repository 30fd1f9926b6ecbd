"""Readers of what browsers send."""

import base64
import json

from edge_runtime.audio.wav import wav_bytes
from edge_runtime.page.edit_request import parse_edit
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.session_file import FORMAT, VERSION, crc32_of, read_session
from tests.fuzz.reader import Reader, from_file, of_text
from tests.fuzz.sounds import noise, wavs


def forms() -> list[bytes]:
    """Forms of a page."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    parts = head % (b"sound", wavs()[0]) + head % (b"edit", edits()[0])
    return [parts + b"--x--\r\n"]


def read_form(body: bytes) -> object:
    """A form as it comes."""
    return parse_multipart("multipart/form-data; boundary=x", body)


def edits() -> list[bytes]:
    """What pages ask for."""
    return [
        b'{"tool": "inpaint", "time": [0.5, 1.2], "freq": [200, 2000], "seed": 7}',
        b'{"tool": "inpaint", "cells": ["0010", "0110"], "prior": "naive_bayes"}',
        b'{"tool": "inpaint", "phase": "continued", "texture": 0.5, "snap": true}',
    ]


def sessions() -> list[bytes]:
    """A session of the page with two steps, one made of the other."""
    sound = noise()
    wav = base64.b64encode(wav_bytes(sound)).decode()
    edit = {"tool": "inpaint", "time": [0.0, 0.002]}
    first = {"label": "a", "model": "general", "edit": edit, "seeds": [1, 2]}
    place = {"step": 0, "take": 1, "mix": 0.5}
    session = {
        "format": FORMAT,
        "version": VERSION,
        "sound": {"name": "a.wav", "wav": wav, "crc32": crc32_of(sound)},
        "models": {"general": "0"},
        "steps": [{**first, "from": None}, {**first, "from": place}],
        "result": {"step": 1, "take": 0, "mix": 1.0},
        "kept": [{"name": "good", **place}],
    }
    return [json.dumps(session).encode()]


READERS = {
    "multipart": Reader(forms, read_form, 12),
    "edit json": of_text(edits, parse_edit, 12),
    "session": of_text(sessions, from_file(read_session, "a.json"), 5),
}
