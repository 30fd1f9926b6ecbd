"""The web application: routes, and the one place that knows the web framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from edge_runtime.audio.examples import EXAMPLES, example_wav
from edge_runtime.errors import (
    BundleError,
    MissingDependencyError,
    UserError,
    how_to_install,
)
from edge_runtime.page.answer import Answer, Refusal, json_answer
from edge_runtime.page.editing import answer_edit
from edge_runtime.page.entrance import Entrance
from edge_runtime.page.guard import Guard
from edge_runtime.page.host_check import own_names
from edge_runtime.page.jobs import ClientGone, Jobs
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits
from edge_runtime.page.model_description import describe_model, purpose_of
from edge_runtime.page.security_headers import SECURITY_HEADERS
from edge_runtime.page.sound_keeping import answer_sound
from edge_runtime.page.static_files import read_static_files
from edge_runtime.page.upload import Uploads
from edge_runtime.page.worker import Worker

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_Handler = Callable[["Request"], Awaitable[Answer]]
_Work = Callable[[Worker, str, bytes, Limits, KeptSounds], Answer]


def make_app(
    workers: Sequence[Worker],
    limits: Limits,
    *,
    names: Collection[str] = (),
    token: str | None = None,
) -> Guard:
    """The application; between requests it keeps the model and sounds for a while.

    Args:
        workers: Models ready to run, one per thread.
        limits: Bounds on requests.
        names: Host names to answer to besides this machine's own.
        token: What lets in. Defaults to `None`: everybody may come.

    Returns:
        An ASGI application.

    Raises:
        MissingDependencyError: If starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.routing import Route
    except ImportError as error:
        raise MissingDependencyError(
            "The page needs starlette and uvicorn. "
            f"Install them with: {how_to_install('serve')}"
        ) from error
    site = _Site(workers, limits)
    allowed = own_names(names)

    def route(path: str, handler: _Handler, method: str) -> Route:
        return Route(path, _endpoint(handler), methods=[method])

    app = Starlette(
        routes=[
            route("/", site.page, "GET"),
            route("/static/{name:path}", site.static, "GET"),
            route("/healthz", site.health, "GET"),
            route("/api/model", site.model, "GET"),
            route("/api/model/{name}", site.model, "GET"),
            route("/api/examples/{name}", site.example, "GET"),
            route("/api/sounds", partial(site.work, answer_sound), "POST"),
            route("/api/edit", partial(site.work, answer_edit), "POST"),
            route("/{path:path}", site.unknown, "GET"),
        ],
        exception_handlers={405: _wrong_method},
    )
    # Else a path without its slash is sent to whatever the request calls the host.
    app.router.redirect_slashes = False
    return Guard(app, allowed, None if token is None else Entrance(token))


class _Site:
    """What each address answers."""

    def __init__(self, workers: Sequence[Worker], limits: Limits) -> None:
        self._limits = limits
        self._jobs = Jobs(limits, workers)
        self._uploads = Uploads(limits)
        self._kept = KeptSounds(limits)
        self._files = read_static_files()
        self._bundle = workers[0].bundle
        others = {key: other.purpose for key, other in workers[0].others.items()}
        name = self._bundle.name
        self._models = {name: purpose_of(self._bundle), **others}
        self._described = {name: self._describe(name, workers[0])}
        self._examples = {name: example_wav(name) for name in EXAMPLES}

    async def page(self, request: Request) -> Answer:
        return self._file(request, "index.html")

    async def static(self, request: Request) -> Answer:
        return self._file(request, request.path_params["name"])

    async def model(self, request: Request) -> Answer:
        name = request.path_params.get("name", self._bundle.name)
        if name not in self._described:
            self._described[name] = await self._jobs.run(
                request.client.host if request.client else "",
                partial(_until_gone, request),
                lambda worker: self._describe(name, worker.of(name)),
            )
        return self._described[name]

    def _describe(self, name: str, worker: Worker) -> Answer:
        described = describe_model(name, worker.bundle, self._limits, self._models)
        return json_answer(described)

    async def example(self, request: Request) -> Answer:
        wav = self._examples.get(request.path_params["name"])
        if wav is None:
            raise Refusal(404, "There is no such example.")
        return Answer(wav, "audio/wav")

    async def health(self, request: Request) -> Answer:
        return json_answer(
            {
                "status": "ok",
                "model": self._bundle.name,
                "running": self._jobs.running,
                "waiting": self._jobs.waiting,
                "held_bytes": self._uploads.held,
                "kept_bytes": self._kept.held,
            }
        )

    async def unknown(self, request: Request) -> Answer:
        raise Refusal(404, "There is nothing here. The page is at /.")

    async def work(self, work: _Work, request: Request) -> Answer:
        """Take a body in, then let a worker answer."""
        client = request.client.host if request.client else ""
        self._jobs.check(client)
        body = await self._uploads.read(request.headers, request.stream(), client)
        media_type = request.headers.get("content-type", "")
        try:
            return await self._jobs.run(
                client,
                partial(_until_gone, request),
                lambda worker: work(worker, media_type, body, self._limits, self._kept),
                body_bytes=len(body),
            )
        finally:
            self._uploads.release(len(body), client)

    def _file(self, request: Request, name: str) -> Answer:
        answer = self._files.get(name)
        if answer is None:
            raise Refusal(404, "There is no such file.")
        if request.headers.get("if-none-match") == answer.headers["ETag"]:
            return Answer(b"", answer.media_type, 304, answer.headers)
        return answer


def _endpoint(handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
    """A handler as the framework wants it."""
    from starlette.requests import ClientDisconnect

    async def endpoint(request: Request) -> Response:
        try:
            answer = await handler(request)
        except Refusal as refusal:
            answer = refusal.answer()
        except (ClientGone, ClientDisconnect):
            answer = Refusal(400, "The client hung up.").answer()
        except BundleError as error:
            answer = json_answer({"error": str(error)}, status=500)
        except UserError as error:
            answer = json_answer({"error": str(error)}, status=422)
        return _response(answer)

    return endpoint


def _response(answer: Answer) -> Response:
    from starlette.responses import Response

    headers = {"Cache-Control": "no-store", **SECURITY_HEADERS, **answer.headers}
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=answer.media_type,
        headers=headers,
    )


async def _until_gone(request: Request) -> None:
    """Return when the client has hung up; its body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _wrong_method(request: Request, error: Exception) -> Response:
    allowed = getattr(error, "headers", None) or {}
    message = f"{request.method} does not work here."
    return _response(json_answer({"error": message}, status=405, headers=allowed))
