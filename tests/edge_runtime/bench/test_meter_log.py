"""An external meter's log: integration by hand, and everything that can be wrong."""

import pytest

from edge_runtime.bench.meter_log import read_meter_log
from edge_runtime.errors import UserError


@pytest.fixture
def log_of(tmp_path):
    def write(text):
        path = tmp_path / "log.csv"
        path.write_text(text)
        return read_meter_log(path)

    return write


def test_trapezoids_by_hand(log_of):
    log = log_of("time,power\n100,2\n102,4\n104,4\n\n")
    assert log.energy_j(100.0, 104.0) == pytest.approx(6 + 8)
    assert log.energy_j(101.0, 103.0) == pytest.approx(3.5 + 4)
    assert log.energy_j(102.5, 103.0) == pytest.approx(2)


def test_time_that_is_not_covered(log_of):
    log = log_of("100,2\n102,4\n120,4\n122,4\n")
    for start_s, end_s in ((99, 101), (121, 123)):
        with pytest.raises(UserError, match="covers 100 to 122 s"):
            log.energy_j(start_s, end_s)
    with pytest.raises(UserError, match="gap of 18 s"):
        log.energy_j(105.0, 106.0)
    assert log.energy_j(120.0, 122.0) == pytest.approx(8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least two readings"),
        ("1,2\n", "at least two readings"),
        ("2,5\n1,5\n", "in order of time"),
        ("1,5\n2,nan\n", "finite"),
        ("a,b\n1,2\nx,3\n", "Line 3 of .*Received: 'x,3'"),
        ("1,2\n2,3,4\n", "Line 2"),
    ],
)
def test_bad_logs(log_of, text, message):
    with pytest.raises(UserError, match=message):
        log_of(text)


def test_missing_file(tmp_path):
    with pytest.raises(UserError, match="Cannot read meter log"):
        read_meter_log(tmp_path / "absent.csv")
