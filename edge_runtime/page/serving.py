"""Running the server until it is interrupted."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from edge_runtime.errors import MissingDependencyError, how_to_install
from edge_runtime.page.app import make_app
from edge_runtime.page.limits import Limits
from edge_runtime.page.patience import patient_protocol
from edge_runtime.page.quiet_log import OncePerMinute
from edge_runtime.page.worker import Worker

if TYPE_CHECKING:
    from uvicorn import Server


def _quiet(logger: logging.Logger) -> None:
    """What malformed requests make a server say, once a minute."""
    if not any(isinstance(kept, OncePerMinute) for kept in logger.filters):
        logger.addFilter(OncePerMinute())


def make_server(
    workers: Sequence[Worker],
    *,
    host: str,
    port: int,
    limits: Limits,
    names: Collection[str] = (),
    token: str | None = None,
) -> Server:
    """A server that is ready to run.

    Args:
        workers: Models ready to run, one per thread.
        host: Address to listen on.
        port: Port to listen on; `0` takes a free one.
        limits: Bounds on requests.
        names: Host names to answer to besides this machine's own.
        token: What lets in. Defaults to `None`: everybody may come.

    Returns:
        Server whose `run()` ends at SIGINT or SIGTERM.

    Raises:
        MissingDependencyError: If starlette or uvicorn is not installed.
    """
    app = make_app(workers, limits, names=names, token=token)
    _quiet(logging.getLogger("uvicorn.error"))
    try:
        import uvicorn
    except ImportError as error:
        raise MissingDependencyError(
            f"The page needs uvicorn. Install it with: {how_to_install('serve')}"
        ) from error
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=patient_protocol(limits.idle_s),
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,  # its warnings go where this program's go
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=3,
        )
    )
