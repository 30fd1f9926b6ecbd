"""The address that a person opens, as text and as a picture for a phone."""

from __future__ import annotations

import io
import ipaddress
import socket

# By what listens everywhere: an address of networks that exist in examples only (RFC
# 5737 and 3849); nothing is sent there.
_EVERYWHERE = {
    "0.0.0.0": (socket.AF_INET, "192.0.2.1"),
    "::": (socket.AF_INET6, "2001:db8::1"),
}


def page_address(host: str, port: int, token: str | None = None) -> str:
    """The address of the page.

    Args:
        host: Address that is listened on.
        port: Port.
        token: What lets in. Defaults to `None`: nothing is needed. With one, a server
            that listens everywhere is called by its number in the network, which a
            phone finds without asking for names.

    Example:

    >>> page_address("127.0.0.1", 8765, "secret")
    'http://127.0.0.1:8765/?token=secret'
    """
    if host in _EVERYWHERE:
        host = socket.gethostname() if token is None else _own_address(host)
    host = f"[{host}]" if ":" in host else host
    query = "" if token is None else f"?token={token}"
    return f"http://{host}:{port}/{query}"


def is_private(host: str) -> bool:
    """Whether only this machine reaches what listens there.

    Example:

    >>> is_private("127.0.0.1"), is_private("0.0.0.0")
    (True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _own_address(host: str) -> str:
    """This machine's number in its network; its name if it has none."""
    family, nowhere = _EVERYWHERE[host]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((nowhere, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return socket.gethostname()


def qr_code(text: str) -> str | None:
    """A text as a QR code of half blocks; `None` where segno is not installed."""
    try:
        import segno
    except ImportError:
        return None
    picture = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(picture, border=2, compact=True)
    return picture.getvalue().rstrip("\n")
