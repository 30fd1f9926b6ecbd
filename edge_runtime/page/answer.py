"""What the server's own functions give back, before any web framework sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One HTTP answer.

    Attributes:
        body: Content.
        media_type: Its type.
        status: HTTP status. Defaults to `200`.
        headers: More headers.
    """

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request that gets a clear error instead of a result.

    Args:
        status: HTTP status, 4xx or 503.
        message: One line: what came, what was expected, what to do.
        retry_s: When trying again makes sense, in s. Defaults to `None`: never.
    """

    def __init__(self, status: int, message: str, *, retry_s: int | None = None):
        super().__init__(message)
        self.status = status
        self.retry_s = retry_s

    def answer(self) -> Answer:
        """The refusal as JSON, `{"error": message}`."""
        headers = {} if self.retry_s is None else {"Retry-After": str(self.retry_s)}
        return json_answer({"error": str(self)}, status=self.status, headers=headers)


def json_answer(
    content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer that is one JSON document; NaN and infinity are refused."""
    body = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    return Answer(body, "application/json", status, headers or {})
