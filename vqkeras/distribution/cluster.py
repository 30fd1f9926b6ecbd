"""Which worker of a training this process is, by `TF_CONFIG`. Loads no TensorFlow."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from edge_runtime.errors import UsageError

_EXAMPLE = (
    '{"cluster": {"worker": ["host0:12345", "host1:12345"]}, '
    '"task": {"type": "worker", "index": 0}}'
)


@dataclass(frozen=True)
class Worker:
    """One process of a training.

    Attributes:
        number: Its number, from 0. Only worker 0 writes.
        count: How many there are.
    """

    number: int
    count: int

    @property
    def is_first(self) -> bool:
        """Whether it is the one that writes."""
        return self.number == 0


def this_worker(strategy: str) -> Worker:
    """This process's place in a training.

    Args:
        strategy: `TrainingConfig.strategy`. All but `"workers"` have one process.

    Raises:
        UsageError: If there should be several, and `TF_CONFIG` does not say which.

    Example:

    >>> this_worker("single")
    Worker(number=0, count=1)
    >>> tf_config(["127.0.0.1:4000", "127.0.0.1:4001"], 1)[:34]
    '{"cluster": {"worker": ["127.0.0.1'
    """
    if strategy != "workers":
        return Worker(0, 1)
    given = os.environ.get("TF_CONFIG")
    if not given:
        raise _error("the environment has no TF_CONFIG")
    try:
        return _worker_of(json.loads(given))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise _error(f"TF_CONFIG is {given}") from None


def tf_config(addresses: list[str], number: int) -> str:
    """The `TF_CONFIG` of a worker.

    Args:
        addresses: `host:port` of every worker.
        number: Which of them it is.
    """
    task = {"type": "worker", "index": number}
    return json.dumps({"cluster": {"worker": addresses}, "task": task})


def _worker_of(content: dict[str, Any]) -> Worker:
    cluster, task = content["cluster"], content["task"]
    # Some operators name worker 0 `chief`; TensorFlow counts it first.
    sizes = {kind: len(cluster.get(kind, ())) for kind in ("chief", "worker")}
    index = int(task["index"])
    if not 0 <= index < sizes[task["type"]]:
        raise ValueError(index)
    before = sizes["chief"] if task["type"] == "worker" else 0
    return Worker(before + index, sum(sizes.values()))


def _error(what: str) -> UsageError:
    return UsageError(
        f"training.strategy=workers, but {what}. Each worker needs one, as "
        f"TF_CONFIG='{_EXAMPLE}', with an index of its own. On one machine "
        "`python -m vqkeras.workers 2 --config ...` sets it."
    )
