"""A real server on loopback with the tiny model, and Chromium where there is one."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import threading
import time

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.wav import wav_bytes
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.page.limits import Limits
from edge_runtime.page.worker import OtherModel, Worker

LIMITS = Limits(body_bytes=1 << 20, sound_s=5.0, waiting=3)
# For the tests of patience alone: on a busy machine a thread may well stand still for
# longer than this between connecting and sending.
IMPATIENT = Limits(body_bytes=1 << 20, sound_s=5.0, body_s=3.0, idle_s=2.0, waiting=3)


def make_wav(audio, rate=8000, subtype="PCM_16"):
    """WAV bytes of float audio `(samples,)` or `(samples, channels)`."""
    audio = np.asarray(audio, np.float32)
    audio = audio[:, np.newaxis] if audio.ndim == 1 else audio
    dtype = {"PCM_16": np.int16, "FLOAT": np.float32}[subtype]
    blank = AudioFile(np.zeros(audio.shape, dtype), rate, subtype)
    return wav_bytes(blank.with_float(audio, np.ones(len(audio), np.bool_)))


def make_form(**parts):
    """Content type and body of a form, as curl -F makes it."""
    body = b""
    for name, content in parts.items():
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        head = f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return "multipart/form-data; boundary=limit", body + b"--limit--\r\n"


class Client:
    """What a test needs of HTTP."""

    def __init__(self, port, source="127.0.0.1"):
        self.port = port
        self.source = source

    def request(self, method, path, body=None, headers=None):
        """Status, headers and body of one answer."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(self.source, 0)
        )
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def post(self, path, headers=None, **parts):
        """Send a form."""
        content_type, body = make_form(**parts)
        headers = {"Content-Type": content_type, **(headers or {})}
        return self.request("POST", path, body, headers)

    def health(self):
        """What /healthz says; it must always answer."""
        status, _, body = self.request("GET", "/healthz")
        assert status == 200
        return json.loads(body)

    def connect(self):
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@contextlib.contextmanager
def running(workers, limits):
    """A server in a thread; gives its port."""
    pytest.importorskip("starlette", reason="the page needs starlette")
    pytest.importorskip("uvicorn", reason="the page needs uvicorn")
    from edge_runtime.page.serving import make_server

    server = make_server(workers, host="127.0.0.1", port=0, limits=limits)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline
            threading.Event().wait(0.01)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive()


class SlowCodec:
    """A codec that waits for a permission before every encoding."""

    def __init__(self, codec):
        self.codec = codec
        self.gate = threading.Event()
        self.gate.set()

    def encode(self, spectrogram):
        assert self.gate.wait(30)
        return self.codec.encode(spectrogram)

    def decode(self, codemap):
        return self.codec.decode(codemap)

    def decode_quantized(self, quantized):
        return self.codec.decode_quantized(quantized)


@pytest.fixture(scope="session")
def slow_codec(level_codec):
    """The tiny model, which `gate.clear()` holds up; shared by both workers."""
    return SlowCodec(level_codec)


@pytest.fixture(scope="session")
def level_path(level_bundle, tmp_path_factory):
    """The tiny model as a file. Read only."""
    path = tmp_path_factory.mktemp("level") / "levels.tflite"
    write_bundle(path, level_bundle)
    return path


@pytest.fixture(scope="session")
def port(level_path, slow_codec):
    """A running server with the tiny model."""
    bundle = read_bundle(level_path)
    # As with two files of one model, only the server tells their names apart.
    others = {
        "second": OtherModel("to compare with", lambda: Worker(bundle, slow_codec))
    }
    workers = [Worker(bundle, slow_codec, others) for _ in range(2)]
    with running(workers, LIMITS) as number:
        yield number


@pytest.fixture(scope="session")
def wav_of():
    """`wav_of(audio, rate, subtype)`."""
    return make_wav


@pytest.fixture(scope="session")
def form_of():
    """`form_of(name=content, ...)`."""
    return make_form


@pytest.fixture(scope="session")
def limits():
    """Limits of the running server."""
    return LIMITS


@pytest.fixture(scope="session")
def short_limits():
    """Limits of the impatient server."""
    return IMPATIENT


@pytest.fixture(scope="session")
def client_at(port):
    """Make a client that comes from another address: `client_at("127.0.0.2")`."""
    return lambda source: Client(port, source)


@pytest.fixture
def client(port):
    """A client; afterwards the server must be idle again."""
    yield from idle_after(Client(port))


@pytest.fixture
def impatient(level_bundle, level_codec):
    """A client of a server that waits for nobody long; its limits are `IMPATIENT`."""
    with running([Worker(level_bundle, level_codec)], IMPATIENT) as number:
        yield from idle_after(Client(number))


def idle_after(found):
    """Give a client, then wait until its server has nothing to do."""
    yield found
    deadline = time.monotonic() + 10
    while True:
        health = found.health()
        busy = health["running"], health["waiting"], health["held_bytes"]
        if busy == (0, 0, 0):
            return
        assert time.monotonic() < deadline, f"still busy: {health}"
        threading.Event().wait(0.02)


@pytest.fixture(scope="session")
def noise_wav():
    """A second of noise, 8 kHz mono, 16 bit: 32 x 8 cells."""
    return make_wav(np.random.default_rng(3).normal(scale=0.1, size=8000))


@pytest.fixture(scope="session")
def chromium():
    """Paths of Chromium and its driver."""
    pytest.importorskip("selenium", reason="selenium drives Chromium")
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if None in found:
        pytest.skip("Chromium is not installed: apt-get install chromium-driver")
    return found


@pytest.fixture(scope="session")
def start_browser(chromium, tmp_path_factory):
    """Start headless Chromium with a profile of its own: `start_browser(w, h)`."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--autoplay-policy=no-user-gesture-required --mute-audio "
        "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
    )

    def start():
        options = webdriver.ChromeOptions()
        options.binary_location = chromium[0]
        for flag in flags.split():
            options.add_argument(flag)
        folder = tmp_path_factory.mktemp("profile")
        options.add_argument(f"--user-data-dir={folder}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        return webdriver.Chrome(options, Service(chromium[1]))

    return start
