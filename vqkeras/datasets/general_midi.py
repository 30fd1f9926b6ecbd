"""General MIDI programs in the words of NSynth: family and source."""

from __future__ import annotations

# First program of a run of alike ones (counted from 0), NSynth's family and source for
# them; `None` where they have no pitch. Order and names: General MIDI Level 1, 1991,
# https://midi.org/general-midi-level-1.
_RUNS: tuple[tuple[int, str | None, str], ...] = (
    (0, "keyboard", "acoustic"),  # grand pianos
    (2, "keyboard", "electronic"),  # electric grand
    (3, "keyboard", "acoustic"),  # honky-tonk
    (4, "keyboard", "electronic"),  # electric pianos
    (6, "keyboard", "acoustic"),  # harpsichord
    (7, "keyboard", "electronic"),  # clavinet
    (8, "mallet", "acoustic"),  # celesta .. dulcimer
    (16, "organ", "electronic"),  # drawbar, percussive, rock
    (19, "organ", "acoustic"),  # church and reed organ, accordion
    (22, "reed", "acoustic"),  # harmonica
    (23, "organ", "acoustic"),  # bandoneon
    (24, "guitar", "acoustic"),  # nylon, steel
    (26, "guitar", "electronic"),  # jazz .. harmonics
    (32, "bass", "acoustic"),  # double bass
    (33, "bass", "electronic"),  # fingered .. slap
    (38, "bass", "synthetic"),  # synth basses
    (40, "string", "acoustic"),  # violin .. harp
    (47, "mallet", "acoustic"),  # timpani
    (48, "string", "acoustic"),  # ensembles
    (50, "string", "synthetic"),  # synth strings
    (52, "vocal", "acoustic"),  # choirs
    (54, "vocal", "synthetic"),  # synth voice
    (55, "string", "acoustic"),  # orchestra hit
    (56, "brass", "acoustic"),  # trumpet .. section
    (62, "brass", "synthetic"),  # synth brass
    (64, "reed", "acoustic"),  # saxophones .. clarinet
    (72, "flute", "acoustic"),  # piccolo .. ocarina
    (80, "synth_lead", "synthetic"),  # leads
    (85, "vocal", "synthetic"),  # solo vox
    (86, "synth_lead", "synthetic"),  # leads, pads
    (91, "vocal", "synthetic"),  # space voice
    (92, "synth_lead", "synthetic"),  # pads, effects
    (104, "guitar", "acoustic"),  # sitar .. koto
    (108, "mallet", "acoustic"),  # kalimba
    (109, "reed", "acoustic"),  # bagpipe
    (110, "string", "acoustic"),  # fiddle
    (111, "reed", "acoustic"),  # shanai
    (112, "mallet", "acoustic"),  # tinkle bell .. steel drums
    (115, None, "acoustic"),  # woodblock .. gunshot
)


def family_of(program: int) -> str | None:
    """NSynth's family for a program, `None` where it has no pitch.

    Args:
        program: General MIDI program in [0, 127].

    Example:

    >>> family_of(40), family_of(127)
    ('string', None)
    """
    return _run_of(program)[1]


def source_of(program: int) -> str:
    """NSynth's source for a program: acoustic, electronic or synthetic.

    Args:
        program: General MIDI program in [0, 127].

    Example:

    >>> source_of(38)
    'synthetic'
    """
    return _run_of(program)[2]


def _run_of(program: int) -> tuple[int, str | None, str]:
    return [run for run in _RUNS if run[0] <= program][-1]
