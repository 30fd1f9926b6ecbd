"""What the demo shows before it learns: the model that ships, on sounds that ship."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from edge_runtime.audio.audio_file import write_audio
from edge_runtime.audio.examples import example_sound
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.choice import PriorChoice, make_prior
from edge_runtime.spectrogram.region import parse_region
from export.demo.envelope_plot import edit_figure


@dataclasses.dataclass(frozen=True)
class ExampleEdit:
    """One example and what is done to it.

    Attributes:
        name: Of the example.
        time: What is regenerated, in s, as `--time` has it.
        choice: How. Defaults to the best guess.
        words: The same for people.
    """

    name: str
    time: str
    choice: PriorChoice = dataclasses.field(default_factory=PriorChoice)
    words: str = "the best guess"


EDITS = (
    ExampleEdit("drums", "1:2", PriorChoice(variation=0.5), "a variation of half"),
    ExampleEdit("voice", "1.2:1.5"),
    ExampleEdit("notes", "1.1:1.4"),
)


def show_pretrained(
    folder: Path, edits: Sequence[ExampleEdit] = EDITS, bundle: Bundle | None = None
) -> list[Path]:
    """Edit the examples, and write what to hear and to see.

    Args:
        folder: Where `drums.png`, `drums_original.wav`, `drums_regenerated.wav` and so
            on go; what is there is replaced.
        edits: What to do. Defaults to a bar of drums, a part of a sung vowel and of a
            note.
        bundle: Model. Defaults to the one that is used where no model is named.

    Returns:
        What was written, in the order it should be looked at.
    """
    bundle = load_model() if bundle is None else bundle
    engine = load_engine(bundle)
    inpainter = Inpainter(bundle, engine=engine)
    files = []
    for planned in edits:
        sound = example_sound(planned.name)
        region = parse_region(
            planned.time, None, sound.duration, bundle.settings.sample_rate / 2
        )
        prior = make_prior(bundle, engine, planned.choice)
        edit = inpainter.inpaint(sound, region, prior=prior)
        picture = folder / f"{planned.name}.png"
        title = f"{planned.name}, {planned.time} s regenerated: {planned.words}"
        edit_figure(
            sound, edit.audio_file, region, settings=bundle.settings, title=title
        ).savefig(picture)
        files.append(picture)
        for kind, made in (("original", sound), ("regenerated", edit.audio_file)):
            path = folder / f"{planned.name}_{kind}.wav"
            write_audio(path, made, force=True)
            files.append(path)
    return files
