"""Config dataclasses and files: what is refused, and how clearly."""

import dataclasses
import subprocess
import sys

import pytest

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.config import Config, TrainingConfig
from vqkeras.config_file import load_config, plain, save_config
from vqkeras.datasets.config import DataConfig
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.model.residual_architecture import ResidualArchitecture
from vqkeras.model.wavenet_architecture import WaveNetArchitecture

MNIST = DataConfig(name="mnist")


@pytest.fixture
def config_file(tmp_path):
    def write(text):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        return path

    return write


def refused(path, overrides=()):
    """The one line that says why."""
    with pytest.raises(UsageError) as caught:
        load_config(path, overrides)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("channels", (), "one entry per convolution"),
        ("channels", (8, 8, 8), "one entry per convolution"),
        ("strides", ((0, 1), (1, 1)), "model.strides must be 1 or more"),
        ("channels", (8, -1), "model.channels must be 1 or more"),
        ("dense_units", (0,), "model.dense_units must be 1 or more"),
        ("kernel_size", 0, "model.kernel_size must be 1 or more"),
        ("codebook_dim", 0, "model.codebook_dim must be 1 or more"),
        ("codebook_size", 1, r"model.codebook_size must lie in \[2, 65536\]"),
        ("decay", 1.0, r"model.decay must lie in \[0, 1\)"),
        ("restart_threshold", -0.1, "model.restart_threshold must lie in"),
        ("commitment_cost", -1.0, "model.commitment_cost must lie in"),
        ("log_spectral_cost", 11.0, "model.log_spectral_cost must lie in"),
    ],
)
def test_a_model_out_of_range_is_refused(field, value, message):
    with pytest.raises(UsageError, match=message):
        ConvArchitecture(**{field: value})


def test_a_residual_model_out_of_range_is_refused():
    with pytest.raises(UsageError, match="model.blocks must be 1 or more"):
        ResidualArchitecture(blocks=0)
    with pytest.raises(UsageError, match="model.context_units must be 1 or more"):
        ResidualArchitecture(context_units=(0,))


def test_a_wavenet_model_out_of_range_is_refused():
    for field, value in (("gate_units", 0), ("decoder_dilations", (1, 0))):
        with pytest.raises(UsageError, match=f"model.{field} must be 1 or more"):
            WaveNetArchitecture(**{field: value})
    with pytest.raises(UsageError, match="encoder_dilations needs one block or more"):
        WaveNetArchitecture(encoder_dilations=())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("steps_per_epoch", 0),
        ("batch_size", -1),
        ("learning_rate", 0.5),
        ("weight_averaging", 1.0),
        ("minutes", 0.0),
        ("minutes", float("nan")),
        ("seed", -1),
    ],
)
def test_a_training_out_of_range_is_refused(field, value):
    with pytest.raises(UsageError, match=f"training.{field} must .* Received: {value}"):
        TrainingConfig(**{field: value})


@pytest.mark.parametrize("name", ["", "a/b", ".hidden"])
def test_a_name_must_be_usable_for_a_folder(name):
    with pytest.raises(UsageError, match="name of a folder"):
        Config(name, data=MNIST)


def test_sound_needs_spectrogram_settings_and_images_have_none():
    with pytest.raises(UsageError, match="needs spectrogram settings"):
        Config("x", data=DataConfig(name="synthetic"))
    with pytest.raises(UsageError, match="Leave spectrogram out"):
        Config("x", data=MNIST, spectrogram=SpectrogramSettings())


def test_cells_of_sound_must_cover_the_spectrogram():
    with pytest.raises(UsageError, match="Sound needs model.padding=same"):
        Config(
            "x",
            spectrogram=SpectrogramSettings(),
            model=ConvArchitecture(padding="valid"),
        )


def test_a_file_holds_only_what_differs(config_file):
    path = config_file("name: a\ndata: {name: mnist}\nmodel:\n  codebook_size: 16\n")
    expected = Config("a", data=MNIST, model=ConvArchitecture(codebook_size=16))
    assert load_config(path) == expected


def test_the_command_line_wins_over_the_file(config_file):
    path = config_file("name: a\nspectrogram: {n_fft: 2048}\ntraining: {epochs: 3}\n")
    config = load_config(path, ["--training.epochs", "5", "--data.limit=7"])
    assert (config.training.epochs, config.data.limit) == (5, 7)
    assert config.spectrogram.n_fft == 2048


def test_a_saved_config_comes_back_equal(tmp_path):
    config = Config(
        "a",
        data=DataConfig(families=["bass", "organ"], pitch_range=(24, 84)),
        spectrogram=SpectrogramSettings(floor_db=-60.0),
        model=ConvArchitecture(channels=(4,), strides=((2, 4),), dense_units=(3,)),
        training=TrainingConfig(minutes=2.5, learning_rate=0.0003),
    )
    save_config(config, tmp_path / "config.yaml")
    again = load_config(tmp_path / "config.yaml")
    assert again == config
    assert plain(again)["model"]["strides"] == [[2, 4]]


def test_scientific_notation_is_a_number(config_file):
    path = config_file(
        "name: a\ndata: {name: mnist}\ntraining: {learning_rate: 3e-4}\n"
    )
    assert load_config(path).training.learning_rate == 0.0003


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo: 3", "Unknown key foo in {path}. Known keys: name, data, spectrogram,"),
        ("model: {codebok: 3}", "Unknown key model.codebok in {path}. Known keys of m"),
        ("spectrogram: {nfft: 3}", "Unknown key spectrogram.nfft in {path}. Known ke"),
        ("data: {famly: []}", "Unknown key data.famly in {path}. Known keys of data: "),
        ("spectrogram: {n_fft: 3}", "n_fft must be a power of two"),
        ("spectrogram: {n_fft: abc}", "n_fft: Expected int. Got value: abc"),
        ("training: {epochs: 1.5}", "training.epochs: Expected int. Got value: 1.5"),
        ("model: {quantizer: x}", "model.quantizer: Expected one of 'ema', 'gradient'"),
        ("model: {channels: 3}", "model.channels: Expected tuple. Got value: 3"),
        ("model: {decay: 2.0}", "model.decay must lie in [0, 1). Received: 2.0."),
        ("- a", "{path} holds no config"),
        ("a: b: c", "{path} is not YAML"),
    ],
)
def test_a_bad_file_is_one_clear_line(config_file, text, message):
    prefix = "" if text[0] == "-" or text.startswith("a:") else "name: a\n"
    path = config_file(prefix + text)
    assert message.format(path=path) in refused(path)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--model.foo=3", "Unknown key model.foo in the command line. Known keys of m"),
        ("--modl.x=3", "Unknown key modl in the command line. Known keys: name, data"),
        ("--model.codebook_size=x", "model.codebook_size: Expected int. Got value: x"),
        ("--foo=3", "--foo=3"),
    ],
)
def test_a_bad_option_is_one_clear_line(config_file, option, message):
    path = config_file("name: a\ndata: {name: mnist}\n")
    assert message in refused(path, [option])


def test_every_architecture_has_its_fields_and_no_others(config_file):
    path = config_file("name: a\ndata: {name: mnist}\nmodel: {codebook_size: 16}\n")
    residual = ["--model.architecture", "residual"]
    config = load_config(path, [*residual, "--model.blocks", "3"])
    assert config.model == ResidualArchitecture(blocks=3, codebook_size=16)
    message = "Unknown key model.blocks in the command line. Known keys of model: arch"
    assert message in refused(path, ["--model.blocks=3"])
    message = "Unknown key model.padding in the command line. Known keys of model: arch"
    assert message in refused(path, [*residual, "--model.padding=valid"])
    message = "model.architecture must be one of conv, residual, wavenet. Received: "
    assert refused(path, ["--model.architecture=resnet"]) == message + "'resnet'."


def test_a_config_of_an_earlier_version_loads_unless_it_used_what_is_gone(config_file):
    text = (
        "name: a\ndata: {name: mnist}\nmodel: {architecture: residual, blocks: 3, "
        "padding: same, dense_units: [], pooling: false, coarse_stride: [2, 2]"
    )
    config = load_config(config_file(text + "}"))
    assert config.model == ResidualArchitecture(blocks=3)
    path = config_file(text + ", batch_normalisation: true}")
    assert f"Unknown key model.batch_normalisation in {path}." in refused(path)


def test_a_missing_file_is_one_clear_line(tmp_path):
    assert "does not exist" in refused(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: a\nname: b\n", "has name twice, the second time in line 2"),
        ("training: {epochs: 1, epochs: 2}", r"has training\.epochs twice"),
        ("a: &x {b: *x}", "line 1 names a part to use it again"),
        ("a: " + 500 * "[" + 500 * "]", "more than 20 levels deep"),
        ("a: 2026-99-99", "month must be in"),
    ],
)
def test_what_is_ambiguous_or_endless_is_refused(config_file, text, message):
    with pytest.raises(UsageError, match=message):
        load_config(config_file(text))


def test_endless_values_of_the_command_line_are_refused(config_file):
    with pytest.raises(UsageError, match="names a part to use it again"):
        load_config(config_file("name: a"), ["--data", "{dir: &x [*x]}"])


def test_configs_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainingConfig().epochs = 3


def test_a_config_is_read_without_tensorflow():
    code = (
        "import sys; import vqkeras.config_file; "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("field", [{"gain_db": (-9.0, 0.0)}, {"mask_share": 0.2}])
def test_decibels_are_not_changed_where_there_is_another_channel(field):
    settings = SpectrogramSettings(representation="magnitude_if")
    with pytest.raises(UsageError, match="magnitude_if has another channel"):
        Config("x", DataConfig("synthetic", **field), settings)
    Config("x", DataConfig("synthetic", **field), SpectrogramSettings())


@pytest.mark.parametrize(
    "settings",
    [
        SpectrogramSettings("warped"),
        SpectrogramSettings("log_mel", n_fft=2048, n_mels=64),
    ],
    ids=["warped", "log_mel"],
)
def test_pitches_are_not_moved_where_bins_differ_in_width(settings):
    message = f"representation={settings.representation} differ. Leave it out"
    with pytest.raises(UsageError, match=message):
        Config("x", DataConfig("synthetic", pitch_semitones=2.0), settings)
    # Clips of many kinds are read at another speed instead.
    Config("x", DataConfig("general", pitch_semitones=2.0), settings)
