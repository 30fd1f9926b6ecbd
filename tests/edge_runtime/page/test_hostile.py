"""Requests that are not meant well: a clear refusal, and the server lives on."""

import contextlib
import json
import socket
import struct
import time

import numpy as np
import pytest

EDIT = {"tool": "inpaint", "time": [0.4, 0.6]}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "a b"]
    + ["[::1", "127.0.0.1:8765:1", "user@localhost", "localhost/x", "2130706433x"],
)
def test_hosts_that_are_not_us(client, host):
    status, _, body = client.request("GET", "/api/model", headers={"Host": host})
    assert status in (400, 421)
    if status == 421:
        assert "not called" in json.loads(body)["error"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:99", "127.0.0.1:1", "[::1]:8765", "192.168.7.9"]
)
def test_hosts_that_are_us(client, host):
    assert client.request("GET", "/healthz", headers={"Host": host})[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost"])
def test_pages_of_others_may_not_post(client, noise_wav, origin):
    status, headers, body = client.post(
        "/api/edit", {"Origin": origin}, sound=noise_wav, edit=EDIT
    )
    assert status == 403 and "may not use" in json.loads(body)["error"]
    assert "Access-Control-Allow-Origin" not in headers
    own = {"Origin": f"http://127.0.0.1:{client.port}"}
    assert client.post("/api/edit", own, sound=noise_wav, edit=EDIT)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/../conftest.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fbundle.py",
        "/static//etc/passwd",
        "/../../../../etc/passwd",
        "/static/%00",
        "/static/",
        "/api/examples/..%2fnotes",
        "//etc/passwd",
        "/api/model/../../x",
    ],
)
def test_paths_lead_nowhere(client, path):
    status, headers, body = client.request("GET", path)
    assert status == 404 and "error" in json.loads(body)
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_other_methods(client, method):
    assert client.request(method, "/api/model")[0] == 405


def raw(client, content, wait=True):
    """Send bytes as they are; status line of the answer, if there is one."""
    with client.connect() as connection:
        connection.sendall(content)
        return connection.recv(200).partition(b"\r\n")[0] if wait else b""


def test_a_gigabyte_is_refused_unread(client, limits):
    start = time.monotonic()
    head = (
        b"POST /api/edit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    assert b" 413 " in raw(client, head)
    assert time.monotonic() - start < limits.body_s


def test_a_body_that_hides_its_size_is_cut_off(client):
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    head = b"POST /api/edit HTTP/1.1\r\nHost: localhost\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    assert b" 413 " in raw(client, head + 17 * chunk)


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"99999999999999999999999"])
def test_lengths_that_are_none(client, length):
    head = b"POST /api/edit HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
    status = raw(client, head + length + b"\r\n\r\n")
    assert b" 400 " in status or b" 413 " in status


def test_a_slow_body_is_given_up_and_holds_up_nobody(
    impatient, noise_wav, form_of, short_limits
):
    content_type, body = form_of(sound=noise_wav, edit=EDIT)
    head = (
        f"POST /api/edit HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}"
        f"\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    # One address may send so many bodies at a time; the last place is for the edit.
    slow = [impatient.connect() for _ in range(short_limits.jobs_per_client - 1)]
    for connection in slow:
        connection.sendall(head + body[:1000])
    start = time.monotonic()
    assert impatient.post("/api/edit", sound=noise_wav, edit=EDIT)[0] == 200
    assert time.monotonic() - start < short_limits.body_s
    for connection in slow:
        assert b" 408 " in connection.recv(200).partition(b"\r\n")[0]
        connection.close()


def test_a_crowd_of_slow_clients_holds_up_nobody(
    port, client_at, noise_wav, form_of, limits
):
    """200 that never finish a request, and 9 that stop short of the largest upload."""
    content_type, _ = form_of(sound=b"", edit=EDIT)
    head = (
        f"POST /api/edit HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}"
        f"\r\nContent-Length: {limits.body_bytes}\r\n\r\n"
    ).encode()
    other = client_at("127.0.0.3")

    def edited_s():
        start = time.monotonic()
        assert other.request("GET", "/")[0] == 200
        assert other.post("/api/edit", sound=noise_wav, edit=EDIT)[0] == 200
        return time.monotonic() - start

    alone_s = edited_s()
    with contextlib.ExitStack() as crowd:
        for number in range(209):
            source = ("127.0.0.2", 0)
            connection = socket.create_connection(("127.0.0.1", port), 30, source)
            crowd.enter_context(connection)
            if number < 200:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            else:
                with contextlib.suppress(ConnectionError):  # one too many
                    connection.sendall(head + bytes(limits.body_bytes - 1000))
        # Whoever had to wait for the crowd would wait each time, and for `stall_s`.
        # A busy machine is slow for one client as well.
        assert min(edited_s(), edited_s()) < max(0.5 * limits.stall_s, 3.0 * alone_s)
        assert other.health()["held_bytes"] <= limits.client_bytes


def test_a_request_that_never_ends_its_head_is_dropped(impatient, short_limits):
    with impatient.connect() as silent, impatient.connect() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        start = time.monotonic()
        for connection in (silent, slow):
            connection.settimeout(10)
            with contextlib.suppress(ConnectionResetError):  # dropped the hard way
                assert connection.recv(100) == b""
        assert time.monotonic() - start < 3 * short_limits.idle_s + 1


def test_an_answer_nobody_takes_is_dropped(impatient, short_limits):
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", impatient.port))
        request = b"GET /api/examples/notes HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(100 * request)  # 12.8 MB of answers
        threshold = time.monotonic() + 4 * short_limits.idle_s + 2
        while time.monotonic() < threshold:
            time_left = threshold - time.monotonic()
            connection.settimeout(max(0.1, min(0.5, time_left)))
            try:
                connection.sendall(b"\r\n")
            except (ConnectionResetError, BrokenPipeError):
                return
            except TimeoutError:
                continue
            assert impatient.health()["status"] == "ok"
        pytest.fail("the server still waits")


def test_a_client_that_hangs_up_in_the_middle(client, noise_wav, form_of):
    content_type, body = form_of(sound=noise_wav, edit=EDIT)
    head = (
        f"POST /api/edit HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}"
        f"\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    for part in (head, head + body[:5000], head + body):
        raw(client, part, wait=False)
    assert client.post("/api/edit", sound=noise_wav, edit=EDIT)[0] == 200


def header_with(wav, offset, form, value):
    changed = bytearray(wav)
    struct.pack_into(form, changed, offset, value)
    return bytes(changed)


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda wav, _: wav[:100], "truncated"),
        (lambda wav, _: b"MZ" + wav, "not a WAV file"),
        (lambda wav, _: header_with(wav, 24, "<I", 2**32 - 1), "sample rate"),
        (lambda wav, _: header_with(wav, 24, "<I", 7), "sample rate"),
        (lambda wav, _: header_with(wav, 22, "<H", 0), "contradicts itself"),
        (lambda wav, _: header_with(wav, 20, "<H", 0x55), "unsupported encoding"),
        (lambda wav, wav_of: wav_of(np.zeros(0)), "no samples"),
        (lambda wav, wav_of: wav_of(np.zeros(8000 * 5 + 1)), "lasts 5.0 s"),
        (lambda wav, _: b"/etc/passwd", "not a WAV file"),
        (lambda wav, _: b"", "not a WAV file"),
    ],
)
def test_sounds_that_are_none(client, noise_wav, break_it, message, wav_of):
    for path, parts in (("/api/sounds", {}), ("/api/edit", {"edit": EDIT})):
        status, _, body = client.post(path, sound=break_it(noise_wav, wav_of), **parts)
        assert status == 422 and message in json.loads(body)["error"]


def test_nan_is_refused(client, wav_of):
    wav = bytearray(wav_of(np.zeros(800), subtype="FLOAT"))
    wav[-4:] = struct.pack("<f", np.nan)
    status, _, body = client.post("/api/edit", sound=bytes(wav), edit=EDIT)
    assert status == 422 and "NaN" in json.loads(body)["error"]


@pytest.mark.parametrize("tool", ["inpaint", "noise"])
@pytest.mark.parametrize("phase", ["continued", "original"])
def test_the_loudest_sound_that_is_taken_is_edited(client, wav_of, tool, phase):
    audio = np.random.default_rng(0).uniform(-1e10, 1e10, 8000)
    wav = bytearray(wav_of(np.zeros(8000), subtype="FLOAT"))
    wav[-32000:] = audio.astype("<f4").tobytes()
    edit = {**EDIT, "tool": tool, "phase": phase}
    status, _, body = client.post("/api/edit", sound=bytes(wav), edit=edit)
    assert status == 200
    assert np.isfinite(np.frombuffer(body[-32000:], "<f4")).all()
    wav[-4:] = struct.pack("<f", 1e38)
    status, _, body = client.post("/api/edit", sound=bytes(wav), edit=edit)
    assert status == 422 and "times full scale" in json.loads(body)["error"]


def test_a_bundle_cannot_be_named_in_a_request(client, noise_wav):
    edit = {**EDIT, "model": "/tmp/other.tflite"}
    status, _, body = client.post("/api/edit", sound=noise_wav, edit=edit)
    assert status == 422 and "Unknown field 'model'" in json.loads(body)["error"]
    path = "/api/edit?model=/tmp/other.tflite"
    assert client.post(path, sound=noise_wav, edit=EDIT)[0] == 200  # never looked at


def test_forms_that_are_none(client):
    for content_type in ("", "application/json", "multipart/form-data"):
        headers = {"Content-Type": content_type}
        assert client.request("POST", "/api/edit", b"{}", headers)[0] == 415
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.request("POST", "/api/edit", b"--y--", headers)[0] == 400


def test_nothing_a_client_sent_reaches_the_disk(client, noise_wav, monkeypatch, wav_of):
    import builtins
    import os

    opened = []
    real_open, real_os_open = builtins.open, os.open

    def watched(file, *arguments, **options):
        opened.append(file)
        return real_open(file, *arguments, **options)

    def os_watched(file, *arguments, **options):
        opened.append(file)
        return real_os_open(file, *arguments, **options)

    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(os, "open", os_watched)
    large = wav_of(np.zeros(8000 * 4))
    assert client.post("/api/edit", sound=large, edit=EDIT)[0] == 200
    assert client.post("/api/sounds", sound=noise_wav)[0] == 200
    assert not [name for name in opened if not isinstance(name, int)]
