import re
import subprocess
import sys

import numpy as np
import pytest

from edge_runtime.audio.audio_file import read_audio
from edge_runtime.audio.examples import EXAMPLES
from edge_runtime.bundle.bundle_file import read_bundle
from export.demo import __main__ as demo_module
from export.demo.__main__ import CONFIG, demo, main
from vqkeras.callbacks.history_file import read_history
from vqkeras.config_file import load_config

pytestmark = [
    pytest.mark.slow,
    # Keras itself still copies arrays the way of numpy 1, and warns of its own choice.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning"),
]

TINY = """
name: tiny_demo
data: {name: synthetic, families: [guitar, organ, reed], limit: 3, crop_frames: 16}
spectrogram: {sample_rate: 4000, n_fft: 64, hop_length: 16}
model: {channels: [4], strides: [[8, 8]], codebook_size: 8, codebook_dim: 2}
training: {epochs: 1, steps_per_epoch: 2, batch_size: 2}
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "tiny.yaml"
    path.write_text(TINY)
    return path


@pytest.fixture(scope="module")
def out(config, tmp_path_factory):
    """Folder of a finished demo."""
    folder = tmp_path_factory.mktemp("demo") / "not there yet" / "out"
    demo(folder, config_path=config)
    return folder


def test_leaves_sounds_picture_and_bundle(out):
    assert read_bundle(out / "tiny_demo.tflite").name == "tiny_demo"
    assert (out / "before_after.png").read_bytes()[1:4] == b"PNG"
    for name in ("original.wav", "reconstruction.wav", "inpainted.wav"):
        sound = read_audio(out / name)
        assert sound.samples.shape == (16000, 1)
        assert sound.samples.any()


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_begins_with_the_pretrained_model_on_what_ships(out, name):
    assert (out / f"{name}.png").read_bytes()[1:4] == b"PNG"
    before, after = (
        read_audio(out / f"{name}_{kind}.wav").samples[:, 0]
        for kind in ("original", "regenerated")
    )
    changed = np.flatnonzero(before != after) / 44_100
    assert 0.95 < changed.min() < 1.3 and 1.3 < changed.max() < 2.05


def test_the_edit_stays_around_its_region(out):
    before = read_audio(out / "original.wav").samples[:, 0]
    after = read_audio(out / "inpainted.wav").samples[:, 0]
    changed = np.flatnonzero(before != after) / 4000
    # The region is 0.8-1.6 s; cells of 32 ms and windows of 16 ms widen it.
    assert changed.size
    assert 0.7 < changed.min() < 0.85
    assert 1.55 < changed.max() < 1.7


def test_goes_on_where_it_stopped_and_tells_the_figures(out, config, capsys):
    weights = (out / "run" / "best.keras").read_bytes()
    (out / "inpainted.wav").unlink()
    demo(out, config_path=config)
    assert (out / "run" / "best.keras").read_bytes() == weights
    printed = capsys.readouterr().out
    for line in (
        r"nmse on unseen instruments +\d\.\d{3}",
        r"  predicting the mean spectrum +\d\.\d{3}",
        r"  k-means patches at this rate +\d\.\d{3}",
        r"codes equal to Keras' +\d+\.\d%",
        rf"bundle +{(out / 'tiny_demo.tflite').stat().st_size} bytes",
        r"real-time factor of an edit +\d+ \(4\.0 s of sound in \d+ ms, one thread\)",
    ):
        assert re.search(f"^{line}", printed, re.MULTILINE), line
    for path in printed.splitlines()[-5:]:
        assert (out / path).is_file()


def test_another_config_starts_anew(out, tmp_path, monkeypatch):
    changed = tmp_path / "tiny.yaml"
    changed.write_text(TINY.replace("steps_per_epoch: 2", "steps_per_epoch: 1"))

    class Trained(Exception):
        pass

    def stop(*args, **options):
        raise Trained(options)

    monkeypatch.setattr(demo_module, "train", stop)
    with pytest.raises(Trained) as training:
        demo(out, config_path=changed)
    assert training.value.args[0]["resume"] is False
    assert training.value.args[0]["force"] is True
    assert len(read_history(out / "run" / "history.csv")) == 1


def test_an_unusable_folder_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.startswith("error: Cannot make folder")


def test_what_make_demo_trains_needs_no_download():
    assert load_config(CONFIG).data.name == "synthetic"


def test_help_does_not_load_tensorflow():
    program = (
        "import sys; from export.demo.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "usage: python -m export.demo" in done.stdout
    assert done.stdout.endswith("[]\n")
