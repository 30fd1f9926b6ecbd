"""`serve`: a web page to play with the effect, on this machine alone unless told."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import MODELS_FOLDER, SHIPPED_MODELS, load_model
from edge_runtime.commands.edit_arguments import add_model_option, model_path
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.commands.numbers import port_number, positive_number
from edge_runtime.commands.program import one_line
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.kept_memory import keep_memory
from edge_runtime.errors import UserError, how_to_install
from edge_runtime.page.address import is_private, page_address, qr_code
from edge_runtime.page.entrance import kept_token, new_token
from edge_runtime.page.limits import Limits
from edge_runtime.page.own_models import models_in
from edge_runtime.page.serving import make_server
from edge_runtime.page.worker import OtherModel, Worker

HELP = "open a web page to play with the effect"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_model_option(parser)
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="folder of bundles, such as your own, to choose from on the page beside "
        "those that come with the package; one that cannot be used is named and left "
        "out",
    )
    add_engine_option(parser)
    parser.add_argument(
        "--port",
        type=port_number,
        default=8765,
        help="port to listen on (default: %(default)s)",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on; 0.0.0.0 lets the whole network in, e.g. a phone "
        "that plays a headless Pi (default: %(default)s)",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="host name to answer to, besides addresses and this machine's own name",
    )
    parser.add_argument(
        "--token",
        nargs="?",
        const="",
        metavar="FILE",
        help="let in only who opens the address with its token, which is shown, as a "
        "QR code too with the extra `qr`; FILE keeps the token for the next "
        "start",
    )
    parser.add_argument(
        "--memory",
        type=positive_number,
        metavar="MIB",
        help="memory that it may take, in MiB: sounds and jobs are bounded by it "
        "(default: bounded for about 1,500)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    token = _token(arguments.token)
    model = model_path(arguments)
    bundle = read_bundle(model)
    check_first_run(model, arguments.engine)
    _ = bundle.settings  # refuses a model of images
    limits = Limits() if arguments.memory is None else Limits.within(arguments.memory)
    limits = replace(limits, workers=min(limits.workers, os.cpu_count() or 1))
    others = _others(model, bundle.name, arguments.engine)
    if arguments.models is not None:
        taken = {bundle.name, *others}
        own, faults = models_in(arguments.models, arguments.engine, taken)
        for fault in faults:
            print(f"left out: {one_line(fault)}", file=sys.stderr)
        others |= own
    keep_memory()
    workers = [
        Worker.ready(bundle, arguments.engine, others) for _ in range(limits.workers)
    ]
    server = make_server(
        workers,
        host=arguments.host,
        port=arguments.port,
        limits=limits,
        names=arguments.allow_host,
        token=token,
    )
    listener = _listen(arguments.host, arguments.port)
    port = listener.getsockname()[1]
    print(f"model: {bundle.name}")
    address = page_address(arguments.host, port, token)
    if token is None and not is_private(arguments.host):
        print(
            "whoever shares this network may come in; --token asks for a token",
            file=sys.stderr,
        )
    if token is not None and sys.stdout.isatty():
        print(qr_code(address) or f"a QR code needs: {how_to_install('qr')}")
    print(f"open {address} (Ctrl-C ends it)")
    sys.stdout.flush()
    server.run(sockets=[listener])
    return 0


def _others(model: Path, called: str, engine: str) -> dict[str, OtherModel]:
    """Models of the package beside the one that is served."""
    return {
        name: OtherModel(shipped.purpose, partial(_worker_of, name, engine))
        for name, shipped in SHIPPED_MODELS.items()
        # A bundle need not call itself what the package calls its file.
        if name != called
        and (MODELS_FOLDER / shipped.file).resolve() != model.resolve()
    }


def _worker_of(name: str, engine: str) -> Worker:
    """A model of the package, when somebody chooses it on the page."""
    return Worker.ready(load_model(name), engine)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(
            f"Cannot listen on {host}:{port}: {reason}. Try another --port."
        ) from error


def _token(asked: str | None) -> str | None:
    """The token that was asked for, if one was."""
    if asked is None:
        return None
    return kept_token(Path(asked)) if asked else new_token()
