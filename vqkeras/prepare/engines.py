"""What runs the jobs: processes here, or Spark, Dask or Beam wherever they run.

One element is one shard. Only descriptions travel through an engine; shards are written
by whoever makes them, into a folder that all can reach.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from edge_runtime.errors import MissingDependencyError, UserError, how_to_install
from vqkeras.prepare.plan import Job
from vqkeras.prepare.shard import AGAIN, Made, make_shard

# Jobs that Spark gets at a time, for each of its cores: the more, the fewer of them
# wait for the last one; the fewer, the sooner it stops where too much is bad.
_SOME = 8
# The last line of a traceback that an engine passes on.
_RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception): .*$", re.MULTILINE)


def on_this_machine(jobs: Iterator[Job], workers: int) -> Iterator[Made]:
    """Run jobs in processes of this machine; one worker is this process itself.

    Args:
        jobs: What to make.
        workers: How many at a time.

    Yields:
        Each shard when it is made.

    Raises:
        UserError: If a shard cannot be written, or a worker was killed.
    """
    if workers == 1:
        yield from map(make_shard, jobs)
        return
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_follow,
        initargs=(os.getpid(),),
    )
    waiting: set[Future[Made]] = set()
    try:
        for job in jobs:
            if len(waiting) >= 2 * workers:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
            waiting.add(pool.submit(make_shard, job))
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except BrokenProcessPool as error:
        raise UserError(
            "A worker was killed, perhaps for its memory. What is made stays: run the "
            "same command again, with fewer --workers."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def on_spark(jobs: Iterator[Job], workers: int) -> Iterator[Made]:
    """Run jobs on Spark: `spark-submit` or `$PYSPARK_SUBMIT_ARGS` names a master.

    Without either it runs on this machine. Jobs are handed over some at a time, so
    that what was made is known before all is, and Spark never holds all of them.

    Raises:
        MissingDependencyError: If pyspark or Java is not installed.
        UserError: If Spark or a worker gives up.
    """
    pyspark = _needed("pyspark", "spark")
    settings = pyspark.SparkConf().setAppName("vqkeras.prepare")
    is_submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    has_java = "JAVA_HOME" in os.environ or shutil.which("java") is not None
    if not is_submitted and not has_java:
        raise MissingDependencyError(
            "--engine spark needs Java, which is not found. Install it, or set "
            "$JAVA_HOME."
        )
    if not is_submitted and "--master" not in os.environ.get("PYSPARK_SUBMIT_ARGS", ""):
        settings.setMaster(f"local[{workers}]")
        # Else its workers are whatever is called python3, without our packages.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with _told_as("Spark"), pyspark.SparkContext(conf=settings) as context:
        while some := list(islice(jobs, _SOME * context.defaultParallelism)):
            yield from context.parallelize(some, len(some)).map(make_shard).collect()


def on_dask(jobs: Iterator[Job], workers: int) -> Iterator[Made]:
    """Run jobs on Dask: `$DASK_SCHEDULER_ADDRESS` names a cluster, else it is here.

    Raises:
        MissingDependencyError: If distributed is not installed.
        UserError: If the cluster is not reached, or a worker gives up.
    """
    distributed = _needed("distributed", "dask")
    settings = importlib.import_module("dask.config")
    here: dict[str, Any] = {}
    if not settings.get("scheduler-address", None):
        here = {"n_workers": workers, "threads_per_worker": 1}
        here["dashboard_address"] = None
    with _told_as("Dask"), distributed.Client(**here) as client:
        futures = client.map(make_shard, list(jobs), pure=False)
        for future in distributed.as_completed(futures):
            yield future.result()


def on_beam(jobs: Iterator[Job], workers: int) -> Iterator[Made]:
    """Run jobs on Beam: `$BEAM_OPTIONS` names a runner, else it is here.

    A pipeline gives nothing back, and nothing before its end: what was made is read
    from the shards then. Pipelines of some jobs each would wait minutes for each start
    on a cluster.

    Raises:
        MissingDependencyError: If Beam is not installed.
        UserError: If Beam refuses its options, or a worker gives up.
    """
    beam = _needed("apache_beam", "beam")
    options = importlib.import_module("apache_beam.options.pipeline_options")
    given = os.environ.get("BEAM_OPTIONS", "").split() or [
        "--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner",
        "--direct_running_mode=multi_processing",
        f"--direct_num_workers={workers}",
    ]
    with (
        _told_as("Beam"),
        beam.Pipeline(options=options.PipelineOptions(given)) as pipeline,
    ):
        elements = pipeline | beam.Create(list(jobs)) | beam.Reshuffle()
        elements | beam.Map(make_shard)
    yield from ()


ENGINES: dict[str, Callable[[Iterator[Job], int], Iterator[Made]]] = {
    "local": on_this_machine,
    "spark": on_spark,
    "dask": on_dask,
    "beam": on_beam,
}


def _needed(module: str, engine: str) -> Any:
    """The package of an engine.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingDependencyError(
            f"--engine {engine} needs {module}. Install it with: "
            f"{how_to_install(engine)}"
        ) from error


@contextlib.contextmanager
def _told_as(engine: str) -> Iterator[None]:
    """Tell whatever an engine fails with in one line.

    Raises:
        UserError: What a worker or the engine raised.
    """
    try:
        yield
    except UserError:
        raise
    except SystemExit as error:  # argparse has said which option it refuses
        raise UserError(f"{engine} refuses its options.") from error
    except Exception as error:
        raise UserError(_given_up(engine, error)) from error


def _given_up(engine: str, error: Exception) -> str:
    """What an engine says that cannot go on, as one line."""
    text = str(error)
    # Of what a worker raised, all engines give the text of its traceback.
    _, found, reason = text.rpartition("UserError: ")
    lines = (reason if found else text).strip().splitlines() or [type(error).__name__]
    if not found and lines[1:2] and lines[1].startswith(": "):
        lines[0] = lines[1][2:]  # Java's own words, after where they come from
    raised = _RAISED.findall(text.partition("Traceback (most recent")[2])
    if not found and raised:
        lines = raised[-1:]
    said = lines[0].removesuffix(AGAIN).rstrip(". ")
    return f"{engine} gave up: {said}. {AGAIN}"


def _follow(parent: int) -> None:
    """End with the process that started this one, however that one ends."""
    # Ctrl-C reaches all; whoever waits for the workers decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
