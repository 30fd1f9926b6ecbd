"""`multipart/form-data`: what browsers and `curl -F` send, read in memory.

Web frameworks put large parts into temporary files; what a client sends must not reach
the disk here. Source: RFC 7578 (2015), RFC 2046 section 5.1 (1996).
"""

from __future__ import annotations

import re

from edge_runtime.page.answer import Refusal

_BOUNDARY = re.compile(
    r'multipart/form-data\s*;\s*boundary="?([0-9A-Za-z\'()+_,./:=?-]{1,70})"?\s*',
    re.IGNORECASE,
)
_NAME = re.compile(rb'(?:^|;)\s*name="([^"]*)"', re.IGNORECASE)
_MOST_PARTS = 8


def parse_multipart(content_type: str, body: bytes) -> dict[str, bytes]:
    """Content of each named part.

    Args:
        content_type: Header `Content-Type` of the request.
        body: The whole body.

    Returns:
        Dict from name to content; file names and types are ignored.

    Raises:
        Refusal: 415 if the body is something else, 400 if it is malformed or a name
            comes twice.

    Example:

    >>> head = b'--x\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\n'
    >>> parse_multipart("multipart/form-data; boundary=x", head + b"1\\r\\n--x--")
    {'a': b'1'}
    """
    found = _BOUNDARY.fullmatch(content_type)
    if found is None:
        raise Refusal(
            415,
            "Send multipart/form-data, as curl -F does. "
            f"Received: {content_type[:80] or 'no Content-Type'!r}.",
        )
    delimiter = b"\r\n--" + found[1].encode()
    # The first delimiter has no line break before it.
    pieces = (b"\r\n" + body).split(delimiter, _MOST_PARTS + 2)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Refusal(400, "The form is cut off or malformed: no last boundary.")
    if len(pieces) > _MOST_PARTS + 2:
        raise Refusal(400, f"The form has more than {_MOST_PARTS} parts.")
    parts: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        name, content = _parse_part(piece)
        if name in parts:
            raise Refusal(400, f"The form has two parts called {name!r}.")
        parts[name] = content
    return parts


def _parse_part(piece: bytes) -> tuple[str, bytes]:
    head, blank, content = piece.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        field, _, value = line.partition(b":")
        if field.strip().lower() == b"content-disposition":
            name = _NAME.search(value)
            if name is not None and blank:
                return name[1].decode("utf-8", "replace")[:40], content
    raise Refusal(400, "A part of the form has no name.")
