"""Limits of the server alone, without a network and without running a model."""

import asyncio
import json
import logging

import numpy as np
import pytest

from edge_runtime.audio.wav import StoredAudio, wav_bytes
from edge_runtime.bundle.shipped import load_model
from edge_runtime.errors import UsageError
from edge_runtime.page.answer import Refusal
from edge_runtime.page.app import make_app
from edge_runtime.page.limits import Limits
from edge_runtime.page.quiet_log import OncePerMinute
from edge_runtime.page.security_headers import SECURITY_HEADERS
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.upload import Uploads
from edge_runtime.page.worker import Worker


@pytest.fixture(scope="module")
def app():
    pytest.importorskip("starlette")
    return make_app([Worker(load_model("nsynth_live"), engine=None)], Limits())


def ask(app, method="GET", path="/healthz", **headers):
    """Status, headers and body of an answer."""
    headers = {"host": "127.0.0.1", **headers}
    sent = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 80),
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in headers.items()
        ],
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:])


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "", "evil.example", 421),
        ("GET", "", "127.0.0.1", 404),
        ("GET", "/static", "evil.example", 421),
        ("GET", "/static", "127.0.0.1", 404),
        ("PUT", "/api/model", "127.0.0.1", 405),
        ("PUT", "/api/model", "evil.example", 421),
        ("GET", "/nothing", "127.0.0.1", 404),
        ("GET", "/healthz", "127.0.0.1", 200),
    ],
)
def test_every_answer_is_guarded(app, method, path, host, status):
    found, headers, _ = ask(app, method, path, host=host)
    assert found == status
    assert "location" not in headers
    for name, value in SECURITY_HEADERS.items():
        assert headers[name.lower()] == value


@pytest.mark.parametrize(
    ("method", "path", "site", "mode", "status"),
    [
        ("GET", "/api/model", "cross-site", "no-cors", 403),
        ("GET", "/api/model", "same-site", "cors", 403),
        ("POST", "/api/edit", "cross-site", "navigate", 403),
        ("GET", "/", "cross-site", "navigate", 200),
        ("GET", "/", "cross-site", "no-cors", 403),
        ("GET", "/api/model", "same-origin", "cors", 200),
        ("GET", "/", "none", "navigate", 200),
    ],
)
def test_what_browsers_say_of_other_sites_is_believed(
    app, method, path, site, mode, status
):
    found, _, body = ask(app, method, path, sec_fetch_site=site, sec_fetch_mode=mode)
    assert found == status
    assert status != 403 or "other sites" in json.loads(body)["error"]


async def endless(size, pause=None):
    yield bytes(size)
    await (asyncio.Event().wait() if pause is None else asyncio.sleep(pause))


def test_uploads_that_stand_still_hold_up_nobody_else():
    limits = Limits(stall_s=0.2)

    async def run():
        uploads = Uploads(limits)
        size = 29 << 20
        stuck = [
            asyncio.create_task(uploads.read({}, endless(size), "10.0.0.1"))
            for _ in range(9)
        ]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert uploads.held <= limits.client_bytes
        other = await uploads.read({}, endless(1000, 0), "10.0.0.2")
        assert len(other) == 1000
        refused = await asyncio.gather(*stuck, return_exceptions=True)
        assert all(isinstance(error, Refusal) for error in refused)
        assert {error.status for error in refused} == {408, 429}
        uploads.release(1000, "10.0.0.2")
        assert uploads.held == 0 and not uploads._held and not uploads._coming

    asyncio.run(run())


def test_memory_is_bounded_by_a_number():
    default, small = Limits(), Limits.within(512)
    assert small.samples < default.samples and small.workers == 1
    assert small.client_bytes < small.held_bytes < default.held_bytes
    large = Limits.within(4096)
    assert (large.samples, large.held_bytes) == (default.samples, default.held_bytes)
    with pytest.raises(UsageError, match="--memory must be 384 MiB or more"):
        Limits.within(300)


def test_a_sound_may_be_short_and_still_too_much():
    content = wav_bytes(StoredAudio(np.zeros((2000, 2), np.uint8), 96000, "PCM_U8"))
    with pytest.raises(Refusal, match="4000 samples. Send at most 3999"):
        sound_from(content, "sound", sound_s=9, model_rate=16000, most_samples=3999)


def test_a_log_cannot_be_filled():
    now = [0.0]
    quiet = OncePerMinute(lambda: now[0])

    def said(message="Invalid HTTP request received."):
        record = logging.LogRecord("x", logging.WARNING, "", 0, message, (), None)
        return record.getMessage() if quiet.filter(record) else None

    assert [said() for _ in range(3)] == ["Invalid HTTP request received.", None, None]
    assert said("another") == "another"
    now[0] = 61.0
    assert said() == "Invalid HTTP request received. (and 2 times more)"
