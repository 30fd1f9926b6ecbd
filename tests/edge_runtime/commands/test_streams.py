"""What a shell does to a program: streams that are full or gone, and signals."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge_runtime.commands.program import one_line, run_program
from edge_runtime.errors import AudioError

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from edge_runtime.commands.program import run_program
def program(given):
    {body}
sys.exit(run_program(program))
"""


def run(body, **options):
    code = PROGRAM.format(body=body)
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        timeout=100,
        **options,
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="not on this system")
def test_a_full_standard_output_is_no_traceback():
    with open("/dev/full", "wb") as full:
        done = run("print('done')", stdout=full)
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_error_of_the_system_is_one_line(capsys):
    """Asking for a file fails where its name is too long, or a folder is closed."""
    assert run_program(lambda given: Path(300 * "a").exists(), []) == 1
    assert capsys.readouterr().err.startswith("error: Cannot use aaa")

    # A file that is written to names none.
    done = run("raise OSError(28, 'No space left')", stdout=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (1, b"error: No space left.\n")


def test_a_closed_standard_output_is_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    done = run("print('x' * 100000)", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_no_standard_output_at_all_takes_no_file_for_it(tmp_path):
    path = tmp_path / "file"
    body = f"print('lost'); open({str(path)!r}, 'w').write('kept'); print('lost')"
    done = run(body, preexec_fn=lambda: os.close(1))
    assert done.returncode == 0
    assert path.read_text() == "kept"


def test_sigterm_cleans_up_as_ctrl_c_does(tmp_path):
    body = (
        "from pathlib import Path; import time\n"
        "    from edge_runtime.output_file import output_file\n"
        f"    with output_file(Path({str(tmp_path / 'out.txt')!r})) as temporary:\n"
        "        print('writes', flush=True); time.sleep(100)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"writes\n"
        assert len(list(tmp_path.iterdir())) == 1
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
        assert process.stderr.read() == b"terminated\n"
    assert list(tmp_path.iterdir()) == []


def test_long_messages_and_control_characters_are_cut_in_one_place(capsys):
    def program(given):
        raise AudioError("Cannot read " + "\x1b[2J" + "n" * 200_000)

    assert run_program(program, []) == 4
    line = capsys.readouterr().err
    assert line.startswith("error: Cannot read \\x1b[2Jnnn")
    assert len(line) < 700 and line.count("\n") == 1
    assert one_line("é\u202e" + os.fsdecode(b"\xff")) == "é\\u202e\\udcff"
