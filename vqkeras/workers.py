"""`python -m vqkeras.workers N ...`: try a training of several workers on one machine.

Each worker is a process of `vqkeras.train`, told by `TF_CONFIG` where the others are.
On several machines their scheduler starts them: see SCALE.md.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO

from edge_runtime.commands.program import one_line
from edge_runtime.errors import UsageError, UserError
from vqkeras.command import run_command
from vqkeras.distribution.cluster import tf_config

_USAGE = """usage: python -m vqkeras.workers N [train_prior] ARGUMENTS

Train with N processes on this machine: to try what several machines would do. On one
machine without GPUs it is slower than one process.

N            how many, 2 or more
train_prior  train a prior; without it a codec
ARGUMENTS    of `python -m vqkeras.train` or `python -m vqkeras.train_prior`, such as
             --config FILE --run_dir DIR --resume
--help       show this

Only worker 0 writes, and only its progress is shown. When one worker ends, so do all.
The exit code is that of the first worker that failed.
"""
# Once one has ended well the others have little left to do, in s.
_LAST_STEPS_S = 60.0
# After SIGTERM; one that waits for a worker that is gone does not hear it.
_PATIENCE_S = 5.0
_POLL_S = 0.2


class WorkerError(UserError):
    """A worker failed; the exit code is its own."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_command, arguments)


def _command(arguments: list[str]) -> None:
    if "--help" in arguments[:2] or "-h" in arguments[:2]:
        print(_USAGE, end="")
        return
    count = _count(arguments)
    module, given = "vqkeras.train", arguments[1:]
    if given[:1] == ["train_prior"]:
        module, given = "vqkeras.train_prior", given[1:]
    run_workers(
        [sys.executable, "-m", module, *given, "--training.strategy=workers"], count
    )


def run_workers(command: list[str], count: int) -> None:
    """Run a command in several processes that train together, until they end.

    Args:
        command: Program and arguments, the same for all.
        count: How many processes.

    Raises:
        WorkerError: If one fails. The others have been ended then.
    """
    addresses = [f"127.0.0.1:{port}" for port in free_ports(count)]
    with ExitStack() as stack:
        # A worker that is killed leaves its temporary files; they end with all.
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="vqkeras-"))
        errors = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(count)]
        workers: list[subprocess.Popen[bytes]] = []
        try:
            for number in range(count):
                told = {"TF_CONFIG": tf_config(addresses, number), "TMPDIR": place}
                workers.append(
                    subprocess.Popen(
                        command,
                        env=os.environ | told,
                        stdout=subprocess.DEVNULL if number else None,
                        stderr=errors[number] if number else None,
                    )
                )
            failed = _first_failure(workers)
        finally:
            _end(workers)
        if failed is not None:
            raise _error(failed, workers[failed].returncode, errors[failed])


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses at this moment, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _count(arguments: list[str]) -> int:
    given = arguments[0] if arguments else "nothing"
    if not given.isascii() or not given.isdigit() or int(given) < 2:
        raise UsageError(
            f"Give the number of workers first, 2 or more. Received: {given}. "
            "See: python -m vqkeras.workers --help"
        )
    return int(given)


def _first_failure(workers: list[subprocess.Popen[bytes]]) -> int | None:
    """Wait for the end of all; number of the first that failed, as soon as it does."""
    last = None
    while True:
        codes = [worker.poll() for worker in workers]
        for number, code in enumerate(codes):
            if code:
                return number
        if None not in codes:
            return None
        if 0 in codes:
            last = time.monotonic() if last is None else last
            if time.monotonic() - last > _LAST_STEPS_S:
                return codes.index(None)
        time.sleep(_POLL_S)


def _end(workers: list[subprocess.Popen[bytes]]) -> None:
    for worker in workers:
        if worker.poll() is None:
            worker.terminate()
    until = time.monotonic() + _PATIENCE_S
    for worker in workers:
        try:
            worker.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _error(number: int, code: int, said: IO[bytes]) -> WorkerError:
    """What to say of a worker that failed; worker 0 has said it itself."""
    # A shell's code for a signal.
    exit_code = 128 - code if code < 0 else code
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    message = f"Worker {number} ended {how}; the others were ended."
    if number:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
        message += f" It said: {one_line(lines[-1])}" if lines else ""
    return WorkerError(message, exit_code)


if __name__ == "__main__":
    sys.exit(main())
