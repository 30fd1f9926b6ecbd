"""Who may come in, and the address that lets them in."""

import asyncio
import socket
import sys

import pytest

from edge_runtime.errors import UserError
from edge_runtime.page import address
from edge_runtime.page.answer import Refusal
from edge_runtime.page.entrance import Entrance, kept_token, new_token
from edge_runtime.page.guard import Guard

TOKEN = "a-token_of_letters-0123"


def asked(query="", method="GET", path="/", **headers):
    """What the entrance answers, or the status of its refusal."""
    try:
        return Entrance(TOKEN).check(headers, method, path, query)
    except Refusal as refusal:
        assert TOKEN not in str(refusal)
        return refusal.status


def test_the_address_with_its_token_leads_in_and_is_forgotten():
    answer = asked(f"token={TOKEN}")
    assert answer.status == 303 and answer.headers["Location"] == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert asked(cookie=f"other=1; {cookie.partition(';')[0]}") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {TOKEN}"},
        {"authorization": f"bearer  {TOKEN} "},
        {"cookie": f"vqkeras=old; vqkeras={TOKEN}"},
    ],
)
def test_programs_and_browsers_come_in_again(headers):
    assert asked(method="POST", path="/api/edit", **headers) is None


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("token=", {}),
        (f"token={TOKEN[:-1]}", {}),
        ("token=wrong&token=" + TOKEN, {}),
        ("&".join(["token=x"] * 100), {}),
        ("token=%ff%00\u00e9", {"cookie": "vqkeras=\u00e9\u20ac"}),
        ("", {"cookie": f"vqkeras{TOKEN}; ; ="}),
        ("", {"authorization": f"Basic {TOKEN}"}),
        ("", {"authorization": "Bearer"}),
    ],
)
def test_nobody_else_comes_in(query, headers):
    assert asked(query, **headers) == 401
    assert asked(f"token={TOKEN}", method="POST") == 401
    assert asked(f"token={TOKEN}", path="/api/model") == 401


def test_health_is_for_all():
    assert asked(path="/healthz") is None
    assert asked(path="/healthz", method="POST") == 401


@pytest.mark.parametrize(("query", "status"), [(b"", 401), (TOKEN.encode(), 303)])
def test_the_guard_asks_before_anything_is_done(query, status):
    async def app(scope, receive, send):
        raise AssertionError("nobody should come here")

    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"token=" + query,
        "headers": [(b"host", b"127.0.0.1")],
    }
    asyncio.run(Guard(app, set(), Entrance(TOKEN))(scope, None, send))
    assert sent[0]["status"] == status
    assert b"content-security-policy" in dict(sent[0]["headers"])


def test_tokens_differ_and_are_kept_for_their_owner(tmp_path):
    assert new_token() != new_token()
    path = tmp_path / "token"
    token = kept_token(path)
    assert kept_token(path) == token and path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 30, b"a b" * 10])
def test_files_without_a_token_are_refused(tmp_path, content):
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(UserError, match="token"):
        kept_token(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UserError, match="Cannot keep a token in .*No such file"):
        kept_token(tmp_path / "none" / "token")


def test_a_phone_is_shown_a_number_and_not_a_name(monkeypatch):
    monkeypatch.setattr(address, "_own_address", lambda host: "192.168.7.9")
    shown = address.page_address("0.0.0.0", 80, TOKEN)
    assert shown == f"http://192.168.7.9:80/?token={TOKEN}"
    assert address.page_address("::1", 80) == "http://[::1]:80/"


def test_a_number_is_of_the_kind_that_is_listened_on(monkeypatch):
    asked = []

    def unreachable(family, kind):
        asked.append(family)
        raise OSError

    monkeypatch.setattr(socket, "socket", unreachable)
    shown = address.page_address("::", 80, TOKEN)
    assert shown == f"http://{socket.gethostname()}:80/?token={TOKEN}"
    address.page_address("0.0.0.0", 80, TOKEN)
    assert asked == [socket.AF_INET6, socket.AF_INET]


def test_a_qr_code_of_the_address():
    pytest.importorskip("segno", reason="draws it")
    picture = address.qr_code(f"http://192.168.7.9:8765/?token={TOKEN}")
    lines = picture.splitlines()
    assert len(lines) < 24 and max(map(len, lines)) < 60


def test_without_the_package_there_is_text_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)
    assert address.qr_code("http://localhost/") is None
