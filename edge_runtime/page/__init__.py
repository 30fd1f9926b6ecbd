"""The web page and its server; needs the extra `serve`, and only when it runs."""

from edge_runtime.page.limits import Limits
from edge_runtime.page.serving import make_server
from edge_runtime.page.worker import Worker

__all__ = [
    "Limits",
    "Worker",
    "make_server",
]
