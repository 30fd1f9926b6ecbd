"""What every request passes and every answer gets, whoever makes the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from edge_runtime.page.answer import Answer, Refusal
from edge_runtime.page.entrance import Entrance
from edge_runtime.page.host_check import check_fetch, check_host
from edge_runtime.page.security_headers import SECURITY_HEADERS

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]

HEADERS = [(k.lower().encode(), v.encode()) for k, v in SECURITY_HEADERS.items()]


class Guard:
    """An application around another one, in ASGI's terms.

    Redirects, errors of the framework and its refusals pass here too.

    Args:
        app: The application inside.
        names: Host names that are this server's, in lower case.
        entrance: Lets in. Defaults to `None`: everybody may come.
    """

    def __init__(
        self, app: _App, names: Collection[str], entrance: Entrance | None = None
    ) -> None:
        self._app = app
        self._names = names
        self._entrance = entrance

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        try:
            check_host(headers, self._names)
            check_fetch(headers, scope["method"], scope["path"])
            if not scope["path"].startswith("/"):
                raise Refusal(404, "There is nothing here. The page is at /.")
            if self._entrance is not None:
                query = scope["query_string"].decode("latin-1")
                asked = scope["method"], scope["path"], query
                answer = self._entrance.check(headers, *asked)
                if answer is not None:
                    await _answer(answer, send)
                    return
        except Refusal as refusal:
            await _answer(refusal.answer(), send)
            return

        async def guarded(message: _Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                missing = [pair for pair in HEADERS if pair[0] not in given]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        await self._app(scope, receive, guarded)


async def _answer(answer: Answer, send: _Send) -> None:
    headers = {"cache-control": "no-store", **answer.headers}
    pairs = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
    pairs += [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *HEADERS,
    ]
    await send(
        {"type": "http.response.start", "status": answer.status, "headers": pairs}
    )
    await send({"type": "http.response.body", "body": answer.body})
