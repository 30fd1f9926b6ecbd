"""`python -m vqkeras.datasets.soundfont`: real sound out of a sample library."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from vqkeras.command import run_command
from vqkeras.datasets.soundfont_notes import Preset, Rendering, render
from vqkeras.datasets.soundfont_player import SoundFontPlayer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see its `--help`."""
    return run_command(lambda given: _run(_parser().parse_args(given)), arguments)


def parse_presets(text: str | None, available: dict[Preset, str]) -> tuple[Preset, ...]:
    """Banks and programs out of a list such as `0-7,40,8:16`.

    Args:
        text: Programs or ranges of them, each with a bank and a colon before it where
            that is not 0. `None` means all.
        available: What the SoundFont has.

    Returns:
        The presets, in order.

    Raises:
        UsageError: If the list is malformed or names a preset that is not there.

    Example:

    >>> parse_presets("0-1,8:16", {(0, 0): "a", (0, 1): "b", (8, 16): "c"})
    ((0, 0), (0, 1), (8, 16))
    """
    if text is None:
        return tuple(sorted(available))
    chosen = set()
    for item in text.split(","):
        match = re.fullmatch(r"(?:(\d+):)?(\d+)(?:-(\d+))?", item.strip())
        if match is None:
            raise UsageError(
                f"--presets cannot read {item!r}. Expected programs such as 0-7,40 or, "
                "with a bank, 8:16."
            )
        bank, first = int(match[1] or 0), int(match[2])
        chosen |= {
            (bank, program) for program in range(first, int(match[3] or first) + 1)
        }
    missing = sorted(chosen - set(available))
    if missing or not chosen:
        raise UsageError(
            f"--presets {text}: the SoundFont has no pitched preset "
            f"{', '.join(f'{bank}:{program}' for bank, program in missing) or 'there'}."
        )
    return tuple(sorted(chosen))


def _run(options: argparse.Namespace) -> None:
    if options.notes < 1 or options.seed < 0:
        raise UsageError("--notes must be 1 or more and --seed 0 or more.")
    if not 8000 <= options.sample_rate <= 48000:
        raise UsageError(
            "--sample_rate must lie in [8000, 48000] Hz. "
            f"Received: {options.sample_rate}."
        )
    player = SoundFontPlayer(options.font, options.sample_rate)
    presets = parse_presets(options.presets, player.presets())
    rendering = Rendering(
        options.font, presets, options.notes, options.seed, options.sample_rate
    )
    num_notes = render(player, rendering, options.out)
    summary = {
        "folder": str(options.out),
        "num_notes": num_notes,
        "num_instruments": len(presets),
    }
    if options.json:
        print(json.dumps(summary))
    else:
        print(f"{num_notes} notes of {len(presets)} instruments in {options.out}")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.datasets.soundfont",
        description="Render notes of a SoundFont on NSynth's recipe (3 s held, 1 s of "
        "release) into a folder in NSynth's layout. An interrupted run goes on "
        "where it stopped.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("font", type=Path, help="SoundFont, .sf2 or .sf3")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder to make or to go on with"
    )
    parser.add_argument(
        "--presets", help="programs such as 0-7,40,8:16; all pitched ones without it"
    )
    parser.add_argument("--notes", type=int, default=6000, help="notes in all")
    parser.add_argument("--seed", type=int, default=0, help="of pitches and velocities")
    parser.add_argument(
        "--sample_rate", type=int, default=16000, help="of the notes, in Hz"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
