"""Who may come in: whoever opens the address with its token, and their browser later.

The token goes over the network as it is: it keeps out who shares a network, not who
listens to it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

from edge_runtime.errors import UserError
from edge_runtime.output_file import write_secret
from edge_runtime.page.answer import Answer, Refusal

_COOKIE = "vqkeras"
# 30 days, in s.
_KEPT_S = 30 * 24 * 3600
# 128 bits cannot be guessed, however often one tries.
_BYTES = 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


def new_token() -> str:
    """A token that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(_BYTES)


def kept_token(path: Path) -> str:
    """The token of a file, which is made if it is not there, for its owner alone.

    Args:
        path: The file.

    Raises:
        UserError: If it cannot be read or written, or holds no token.
    """
    try:
        try:
            token = new_token()
            write_secret(path, token.encode())
        except FileExistsError:
            token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UserError(f"Cannot keep a token in {path}: {reason}.") from error
    if _TOKEN.fullmatch(token) is None:
        raise UserError(
            f"{path} holds no token: 20 to 100 letters, digits, - and _ are expected. "
            "Delete it, and another one is made."
        )
    return token


class Entrance:
    """Lets those in who know a token: in the address, a cookie or a header.

    Args:
        token: The token.
    """

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def check(
        self, headers: Mapping[str, str], method: str, path: str, query: str
    ) -> Answer | None:
        """Let a request in, or answer it.

        Args:
            headers: Request headers, names in lower case.
            method: HTTP method.
            path: Path of the request.
            query: What follows `?`.

        Returns:
            `None` if the request may go on; for the page's address with the token the
            way to the page without it, so that it stays out of histories.

        Raises:
            Refusal: 401 if the token is not there.
        """
        if (method, path) == ("GET", "/healthz"):
            return None
        if (method, path) == ("GET", "/") and self._is_token(_asked(query)):
            token = self._token.decode()
            cookie = f"{_COOKIE}={token}; Path=/; Max-Age={_KEPT_S}"
            headers = {
                "Location": "/",
                "Set-Cookie": f"{cookie}; HttpOnly; SameSite=Lax",
            }
            return Answer(b"", "text/plain", 303, headers)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given.strip()):
            return None
        if any(self._is_token(each) for each in _cookies(headers.get("cookie", ""))):
            return None
        raise Refusal(
            401,
            "This page is for those who have its address with a token: open the one "
            "that the server shows where it was started.",
        )

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token)


def _asked(query: str) -> str:
    try:
        return parse_qs(query, max_num_fields=8).get("token", [""])[0]
    except ValueError:  # too many fields
        return ""


def _cookies(header: str) -> list[str]:
    """Values of the cookies that are called as ours."""
    pairs = (pair.partition("=") for pair in header.split(";"))
    return [value.strip() for name, _, value in pairs if name.strip() == _COOKIE]
