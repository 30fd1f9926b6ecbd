"""What an engine fails with is one line; shown with engines that only fail."""

import os
import sys
from types import ModuleType
from unittest.mock import MagicMock

import pytest

from edge_runtime.errors import MissingDependencyError, UserError
from vqkeras.prepare.engines import on_beam, on_dask, on_spark
from vqkeras.prepare.shard import AGAIN


@pytest.fixture
def dask(monkeypatch):
    """A Dask without a cluster, whose configuration knows an address by `-` only."""
    settings, engine = ModuleType("dask.config"), MagicMock()
    settings.get = {"scheduler-address": "tcp://there:8786"}.get
    engine.as_completed.return_value = []
    monkeypatch.setitem(sys.modules, "dask", ModuleType("dask"))
    monkeypatch.setitem(sys.modules, "dask.config", settings)
    monkeypatch.setitem(sys.modules, "distributed", engine)
    return engine


def test_dask_goes_to_the_cluster_that_is_named(dask):
    assert list(on_dask([], 2)) == []
    dask.Client.assert_called_once_with()


def test_a_cluster_that_is_not_reached_is_one_line(dask):
    dask.Client.side_effect = OSError("Timed out\nafter 30 s")
    with pytest.raises(UserError, match=r"^Dask gave up: Timed out\. What is made"):
        list(on_dask([], 2))


def test_of_a_traceback_its_last_line_is_said(dask):
    dask.Client.side_effect = OSError(
        "Job aborted.\n: org.x.PythonException: Traceback (most recent call last):\n"
        '  File "a.py", line 1\nImportError: No module named x\n\n\tat org.x.Runner'
    )
    with pytest.raises(UserError, match=r"^Dask gave up: ImportError: No module named"):
        list(on_dask([], 2))


def test_what_to_do_is_said_once(dask):
    dask.Client.side_effect = OSError(f"x\nUserError: The disk is full. {AGAIN}")
    with pytest.raises(UserError, match=rf"^Dask gave up: The disk is full\. {AGAIN}$"):
        list(on_dask([], 2))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SystemExit(2), "Beam refuses its options."),
        (ValueError("Unknown runner: x."), "Beam gave up: Unknown runner: x. What"),
    ],
)
def test_options_that_beam_refuses_are_one_line(monkeypatch, error, said):
    options = MagicMock()
    options.PipelineOptions.side_effect = error
    monkeypatch.setitem(sys.modules, "apache_beam", MagicMock())
    name = "apache_beam.options.pipeline_options"
    monkeypatch.setitem(sys.modules, name, options)
    with pytest.raises(UserError, match=f"^{said}"):
        list(on_beam([], 1))


class Spark:
    """A context that runs jobs at once, on two cores, and tells how many at a time."""

    defaultParallelism = 2

    def __init__(self, conf):
        self.runs = []

    def parallelize(self, jobs, count):
        self.runs.append(count)
        made = MagicMock()
        made.map.return_value.collect.return_value = jobs
        return made

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


def test_spark_stops_when_nobody_asks_for_more(monkeypatch):
    context = Spark(None)
    spark = MagicMock(SparkContext=lambda conf: context)
    monkeypatch.setitem(sys.modules, "pyspark", spark)
    monkeypatch.setenv("JAVA_HOME", "/java")
    monkeypatch.setenv("PYSPARK_PYTHON", "")  # restored at the end
    monkeypatch.delenv("PYSPARK_PYTHON")
    assert list(on_spark(iter(range(40)), 2)) == [*range(40)]
    assert os.environ["PYSPARK_PYTHON"] == sys.executable
    assert context.runs == [16, 16, 8]
    made = on_spark(iter(range(40)), 2)
    next(made)
    made.close()
    assert context.runs == [16, 16, 8, 16]


def test_spark_says_that_it_needs_java_and_which_master_is_none(monkeypatch):
    spark = MagicMock()
    java = "An error occurred while calling None.Context.\n: Could not parse Master URL"
    spark.SparkContext.side_effect = RuntimeError(java)
    monkeypatch.setitem(sys.modules, "pyspark", spark)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    monkeypatch.setenv("JAVA_HOME", "/java")
    with pytest.raises(UserError, match="Spark gave up: Could not parse Master URL"):
        list(on_spark(iter([None]), 1))
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingDependencyError, match="needs Java"):
        list(on_spark(iter([None]), 1))
