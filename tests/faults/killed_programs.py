"""What is killed: programs that write, each as small as it can be.

What they read lies beside their folder. Whatever loads Keras is imported in `load`, so
that children begin with it; none of it may run there, for children are forked.
"""

import contextlib
import dataclasses
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from tests.faults.writers import MODEL, make_sound

OLDER = b"an older file"


def nothing(place: Path) -> None:
    """What a program needs that needs nothing."""


@dataclass(frozen=True)
class Program:
    """A program that writes in a folder.

    Attributes:
        run: Begins, or goes on with what lies there.
        results: What must be the same in the end, by name; nothing before the end.
        inputs: Makes what it reads, in the folder above.
        load: Imports what it needs, once for all children.
        older: A file that each run begins with, if any, by name.
    """

    run: Callable[[Path], object]
    results: Callable[[Path], dict[str, bytes]]
    inputs: Callable[[Path], object] = nothing
    load: Callable[[], object] = lambda: None
    older: dict[str, bytes] = field(default_factory=dict)


def edit(folder: Path) -> None:
    """Replace a sound by an edit of another one."""
    from edge_runtime.__main__ import main

    files = [str(make_sound(folder)), "-o", str(folder / "out.wav"), "--force"]
    if main(["inpaint", *files, "--time", "0.1:0.3", *MODEL]) != 0:
        raise SystemExit(1)


def prepare(folder: Path) -> None:
    """Make shards of notes, three of which are broken."""
    from tests.vqkeras.prepare.conftest import SETTINGS
    from vqkeras.datasets import DataConfig
    from vqkeras.prepare import prepare as prepare_shards

    notes = folder.parent / "notes"
    config = DataConfig("nsynth", dir=str(notes), cache_dir=str(notes / "cache"))
    prepare_shards(
        config, SETTINGS, folder / "shards", workers=2, max_bad=0.5, shard_size=1
    )


def notes(place: Path) -> None:
    """Notes to prepare."""
    from tests.vqkeras.prepare.conftest import write_notes

    write_notes(place / "notes")
    for number, path in enumerate(sorted((place / "notes" / "audio").iterdir())):
        if number % 7 == 0:
            path.write_bytes(number * b"no sound")


def train(folder: Path) -> None:
    """Train the tiny model of the tests, or go on."""
    from tests.vqkeras.conftest import CONFIG, with_training

    train_images(with_training(CONFIG, epochs=4), folder / "run")


def train_images(config: object, run_dir: Path) -> None:
    """Train on a few images, or go on."""
    import tensorflow as tf

    from tests.vqkeras.conftest import load_images
    from vqkeras import datasets, training
    from vqkeras.train import train as train_run

    tf.config.run_functions_eagerly(True)
    training.load_dataset = datasets.load_dataset = load_images
    is_begun = (run_dir / "config.yaml").exists()
    train_run(config, run_dir, resume=is_begun)


def codec(place: Path) -> None:
    """A run whose codes a prior learns."""
    from tests.vqkeras.conftest import CONFIG, with_training

    train_images(with_training(CONFIG, epochs=1), place / "codec")


def train_prior(folder: Path) -> None:
    """Train a tiny prior, or go on."""
    import tensorflow as tf

    from tests.vqkeras.conftest import load_images
    from tests.vqkeras.distribution.one_worker import PRIOR
    from vqkeras import datasets
    from vqkeras.run import load_run
    from vqkeras.train_prior import train_prior as train_run

    tf.config.run_functions_eagerly(True)
    datasets.load_dataset = load_images
    config = dataclasses.replace(
        PRIOR, training=dataclasses.replace(PRIOR.training, epochs=3)
    )
    run_dir = folder / "run"
    is_begun = (run_dir / "config.yaml").exists()
    train_run(config, load_run(folder.parent / "codec"), run_dir, resume=is_begun)


def sound_run(place: Path) -> None:
    """A run on a few sounds, to export."""
    import tensorflow as tf

    from edge_runtime.spectrogram.settings import SpectrogramSettings
    from tests.vqkeras.conftest import CONFIG, RATE, with_training, write_sound
    from vqkeras.datasets import DataConfig
    from vqkeras.train import train as train_run

    tf.config.run_functions_eagerly(True)
    sounds = place / "sounds" / "a"
    for number in range(6):
        write_sound(sounds, f"a/{number}.wav", 1.5, 90.0 + 20 * number)
    config = dataclasses.replace(
        with_training(CONFIG, epochs=1, batch_size=2, steps_per_epoch=2),
        data=DataConfig(
            "folder", dir=str(place / "sounds"), cache_dir=str(place / "cache")
        ),
        spectrogram=SpectrogramSettings(sample_rate=RATE, n_fft=64, hop_length=16),
    )
    train_run(config, place / "trained")


def export(folder: Path) -> None:
    """Replace a bundle by the one of a run."""
    from export.__main__ import main

    run_dir, path = folder.parent / "trained", folder / "out.tflite"
    if main([str(run_dir), "-o", str(path), "--calibration=2", "--force"]) != 0:
        raise SystemExit(1)


def preset(place: Path) -> None:
    """Such a run as a preset, to go on from."""
    from vqkeras.presets import write_preset
    from vqkeras.run import load_run

    sound_run(place)
    write_preset(load_run(place / "trained"), {}, place / "presets")


def own(folder: Path) -> None:
    """Teach a preset one's own sounds, and export it; three epochs, not minutes."""
    import tensorflow as tf

    from export.own import learned
    from export.own.command import make_own
    from export.own.plan import own_plan

    learned.subprocess = SimpleNamespace(run=run_here, PIPE=None)
    tf.config.run_functions_eagerly(True)
    place = folder.parent
    (preset_dir,) = (place / "presets").iterdir()
    plan = own_plan(
        place / "sounds",
        from_preset=str(preset_dir),
        name="out",
        run_dir=folder / "run",
        minutes=1.0,
        seed=0,
    )
    training = dataclasses.replace(
        plan.codec.training, minutes=None, epochs=3, steps_per_epoch=2
    )
    data = dataclasses.replace(plan.codec.data, cache_dir=str(place / "cache"))
    codec = dataclasses.replace(plan.codec, training=training, data=data)
    make_own(dataclasses.replace(plan, codec=codec), folder / "out.tflite", force=True)


def run_here(command: list[str], **_: object) -> SimpleNamespace:
    """In place of `subprocess.run`: a new process would load Keras again, for long."""
    from export.__main__ import main

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = main(command[command.index("export") + 1 :])
    return SimpleNamespace(returncode=code, stdout=printed.getvalue())


def files_of(name: str) -> Callable[[Path], dict[str, bytes]]:
    """Gives the file of that name, if it is there."""

    def found(folder: Path) -> dict[str, bytes]:
        path = folder / name
        return {name: path.read_bytes()} if path.exists() else {}

    return found


def prepared(folder: Path) -> dict[str, bytes]:
    """All shards, once they are told of."""
    shards = folder / "shards"
    if not (shards / "manifest.json").exists():
        return {}
    return {path.name: path.read_bytes() for path in shards.iterdir()}


def trained(folder: Path) -> dict[str, bytes]:
    """The history without what depends on the machine, and the weights."""
    from tests.vqkeras.conftest import history_of

    run_dir = folder / "run"
    if not (run_dir / "summary.json").exists():
        return {}
    names = ["best.keras", "last.keras"]
    weights = {name: weights_of(run_dir / name) for name in names}
    return weights | {"history": repr(history_of(run_dir)).encode()}


def taught(folder: Path) -> dict[str, bytes]:
    """The training, and of the bundle all but how long it took."""
    from edge_runtime.bundle.bundle_file import read_bundle

    path = folder / "out.tflite"
    if not path.exists() or path.read_bytes() == OLDER:
        return {}
    bundle = read_bundle(path)
    arrays = {name: array.tobytes() for name, array in bundle.arrays.items()}
    return trained(folder) | arrays | {path.name: bundle.flatbuffer}


def weights_of(path: Path) -> bytes:
    """Weights of a Keras file, without the dates of its zip."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("model.weights.h5")


def load_keras() -> None:
    """What a training needs."""
    import vqkeras.priors.training
    import vqkeras.training
    from vqkeras import train as _

    assert vqkeras.training and vqkeras.priors.training and _


def load_export() -> None:
    """What an export needs."""
    import export.bundle_run
    import export.own.figures

    load_keras()
    assert export.bundle_run and export.own.figures


PROGRAMS = {
    "edit": Program(edit, files_of("out.wav"), older={"out.wav": OLDER}),
    "prepare": Program(prepare, prepared, notes),
    "train": Program(train, trained, load=load_keras),
    "train_prior": Program(train_prior, trained, codec, load_keras),
    "export": Program(
        export, files_of("out.tflite"), sound_run, load_export, {"out.tflite": OLDER}
    ),
    "own": Program(own, taught, preset, load_export, {"out.tflite": OLDER}),
}
