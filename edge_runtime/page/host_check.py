"""Whose pages may talk to this server: its own, under names nobody else controls.

A web site can point its own name at 127.0.0.1 (DNS rebinding) and read what a local
server answers; only the Host header shows it. An address cannot be rebound, so any
address is fine. Forms of other sites show in the Origin header.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection, Mapping

from edge_runtime.page.answer import Refusal

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::[0-9]{1,5})?")


def own_names(extra: Collection[str] = ()) -> frozenset[str]:
    """Names this machine goes by: localhost, its own name, with .local, and more."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name}.local", *map(str.lower, extra)})


def check_host(headers: Mapping[str, str], names: Collection[str]) -> None:
    """Refuse requests meant for somebody else or sent by somebody else's page.

    Args:
        headers: Request headers, names in lower case.
        names: Host names that are this server's, in lower case.

    Raises:
        Refusal: 421 if `Host` is neither an address nor one of the names; 403 if
            `Origin` is there and differs from `Host`.
    """
    host = headers.get("host", "")
    found = _HOST.fullmatch(host)
    if found is None or not (found[1].lower() in names or _is_address(found[1])):
        raise Refusal(
            421,
            f"This server is not called {host[:60]!r}. Use its address, or start it "
            "with --allow-host NAME.",
        )
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        raise Refusal(403, f"Pages of {origin[:60]!r} may not use this server.")


def check_fetch(headers: Mapping[str, str], method: str, path: str) -> None:
    """Refuse what a browser says another site's page has asked for.

    Source: W3C, "Fetch Metadata Request Headers" (2025). A link to the page itself may
    stand anywhere.

    Args:
        headers: Request headers, names in lower case.
        method: HTTP method.
        path: Path of the request.

    Raises:
        Refusal: 403 if the request comes from another site's page.
    """
    site = headers.get("sec-fetch-site", "none")
    is_link = (method, path) == ("GET", "/") and headers.get(
        "sec-fetch-mode"
    ) == "navigate"
    if site not in ("none", "same-origin") and not is_link:
        raise Refusal(403, "Pages of other sites may not use this server.")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
