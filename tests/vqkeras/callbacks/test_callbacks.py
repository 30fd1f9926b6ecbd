"""Each callback alone, on a model of a few weights."""

import keras
import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras.callbacks.averaged_weights import AveragedValidation, averaged_weights
from vqkeras.callbacks.backup import Backup, restore_backup
from vqkeras.callbacks.checkpoints import Checkpoints
from vqkeras.callbacks.cosine_schedule import CosineSchedule
from vqkeras.callbacks.history_file import HistoryFile, read_history, rows_until
from vqkeras.callbacks.time_limit import TimeLimit

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(32, 3)).astype(np.float32)
TARGETS = INPUTS.sum(axis=1, keepdims=True)


def new_model(use_ema=False):
    kernel = keras.initializers.GlorotUniform(seed=1)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(1, kernel_initializer=kernel)]
    )
    adam = keras.optimizers.Adam(0.1, use_ema=use_ema, ema_momentum=0.9)
    model.compile(adam, "mse", jit_compile=False)
    adam.build(model.trainable_variables)
    return model


def fit(model, callbacks, epochs=3, **kwargs):
    return model.fit(
        INPUTS,
        TARGETS,
        batch_size=8,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
        **kwargs,
    )


class Clock:
    """Time that moves only when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Tick(keras.callbacks.Callback):
    """Lets a clock advance at the end of each epoch, before the next callbacks."""

    def __init__(self, clock, seconds):
        super().__init__()
        self.clock, self.seconds = clock, seconds

    def on_epoch_end(self, epoch, logs=None):
        self.clock.now += self.seconds


def test_history_file_holds_what_keras_reports(tmp_path):
    clock = Clock()
    path = tmp_path / "history.csv"
    history = fit(
        new_model(),
        [Tick(clock, 5.0), HistoryFile(path, [], clock=clock)],
        validation_data=(INPUTS, TARGETS),
    ).history
    rows = read_history(path)
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert [row["seconds"] for row in rows] == [5.0, 10.0, 15.0]
    assert [row["loss"] for row in rows] == history["loss"]
    assert [row["val_loss"] for row in rows] == history["val_loss"]
    assert [row["learning_rate"] for row in rows] == pytest.approx([0.1] * 3)
    assert path.read_text().startswith("epoch,")
    assert list(tmp_path.iterdir()) == [path]


def test_history_file_goes_on_where_it_was(tmp_path):
    clock = Clock()
    path = tmp_path / "history.csv"
    earlier = [{"epoch": 1.0, "loss": 9.0, "seconds": 40.0}]
    callbacks = [Tick(clock, 5.0), HistoryFile(path, earlier, clock=clock)]
    fit(new_model(), callbacks, epochs=2, initial_epoch=1)
    rows = read_history(path)
    assert [row["epoch"] for row in rows] == [1, 2]
    assert [row["seconds"] for row in rows] == [40.0, 45.0]
    assert np.isnan(rows[0]["learning_rate"])


def test_no_history_file_is_no_history(tmp_path):
    assert read_history(tmp_path / "history.csv") == []


@pytest.mark.parametrize(("spent", "epochs"), [(0.0, 3), (60.0, 2), (500.0, 1)])
def test_time_limit_stops_at_the_end_of_an_epoch(spent, epochs):
    clock = Clock()
    limit = TimeLimit(2.5, seconds_spent=spent, clock=clock)
    history = fit(new_model(), [Tick(clock, 50.0), limit], epochs=10)
    assert len(history.epoch) == epochs
    assert limit.progress == pytest.approx((spent + 50.0 * epochs) / 150.0)


class Rates(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(float(self.model.optimizer.learning_rate))


def test_cosine_schedule_is_that_of_keras():
    rates = Rates()
    fit(new_model(), [CosineSchedule(0.2, total_steps=12), rates])
    schedule = keras.optimizers.schedules.CosineDecay(0.2, 12, alpha=0.01)
    expected = [float(schedule(step)) for step in range(12)]
    np.testing.assert_allclose(rates.seen, expected, rtol=1e-5)


def test_cosine_schedule_continues_after_a_resume():
    whole, parts = Rates(), Rates()
    fit(new_model(), [CosineSchedule(0.2, total_steps=12), whole])
    model = new_model()
    model.optimizer.iterations.assign(4)
    fit(model, [CosineSchedule(0.2, total_steps=12), parts], initial_epoch=1)
    assert parts.seen == whole.seen[4:]


def test_cosine_schedule_has_fallen_when_the_time_is_over():
    clock, rates = Clock(), Rates()
    limit = TimeLimit(1.0, clock=clock)
    schedule = CosineSchedule(0.2, 4_000, limit)
    fit(new_model(), [Tick(clock, 30.0), limit, schedule, rates], epochs=100)
    assert len(rates.seen) == 8
    assert rates.seen[3] == pytest.approx(0.2, rel=1e-3)
    assert rates.seen[4] == pytest.approx(0.2 * 0.505, rel=1e-3)


def test_checkpoints_keep_the_best_and_the_last(tmp_path):
    model = new_model()
    checkpoints = Checkpoints(tmp_path, "loss")
    checkpoints.set_model(model)
    for value, loss in ((1.0, 3.0), (2.0, 1.0), (3.0, 2.0)):
        model.layers[0].bias.assign([value])
        checkpoints.on_epoch_end(0, {"loss": loss})
    biases = {
        path.name: float(keras.models.load_model(path).layers[0].bias[0])
        for path in tmp_path.iterdir()
    }
    assert biases == {"best.keras": 2.0, "last.keras": 3.0}


def test_checkpoints_of_a_resumed_run_know_the_earlier_best(tmp_path):
    checkpoints = Checkpoints(tmp_path, "loss", best=0.5)
    checkpoints.set_model(new_model())
    checkpoints.on_epoch_end(5, {"loss": 0.6})
    assert [path.name for path in tmp_path.iterdir()] == ["last.keras"]


def test_averaged_weights_are_the_optimizers_average_and_come_back():
    model = new_model(use_ema=True)
    seen = []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(model.get_weights()[0])
    )
    # Without the last step of `fit`, which itself puts the average in place.
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: inside.append(_inside(model))
    )
    inside = []
    fit(model, [record, keep], epochs=1)
    average = seen[0]
    for weights in seen[1:]:
        average = 0.9 * average + 0.1 * weights
    averaged, before, after = inside[0]
    np.testing.assert_allclose(averaged, average, rtol=1e-5)
    np.testing.assert_array_equal(before, after)


def _inside(model):
    before = model.get_weights()[0]
    with averaged_weights(model):
        averaged = model.get_weights()[0]
    return averaged, before, model.get_weights()[0]


def test_validation_judges_the_average_that_checkpoints_keep(tmp_path):
    model = new_model(use_ema=True)
    history = fit(
        model,
        [AveragedValidation(), Checkpoints(tmp_path, "val_loss")],
        validation_data=(INPUTS, TARGETS),
    ).history
    kept = keras.models.load_model(tmp_path / "last.keras")
    loss = kept.evaluate(INPUTS, TARGETS, verbose=0)
    assert loss == pytest.approx(history["val_loss"][-1], rel=1e-5)
    assert loss != pytest.approx(history["loss"][-1], rel=1e-2)


def test_averaging_does_not_disturb_training(tmp_path):
    plain, averaged = new_model(), new_model(use_ema=True)
    history = fit(plain, []).history["loss"]
    callbacks = [AveragedValidation(), Checkpoints(tmp_path, "loss")]
    again = fit(averaged, callbacks, validation_data=(INPUTS, TARGETS))
    assert again.history["loss"] == history


@pytest.mark.parametrize("use_ema", [False, True])
def test_backup_continues_as_if_nothing_had_happened(tmp_path, use_ema):
    whole = new_model(use_ema)
    expected = fit(whole, [], epochs=4).history["loss"]

    fit(new_model(use_ema), [Backup(tmp_path / "backup")], epochs=2)
    resumed = new_model(use_ema)
    done = restore_backup(resumed, tmp_path / "backup")
    assert done == 2
    history = fit(resumed, [], epochs=4, initial_epoch=done).history["loss"]
    assert history == expected[2:]
    for one, other in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_backup_keeps_two_files_and_ignores_half_written_ones(tmp_path):
    fit(new_model(), [Backup(tmp_path)], epochs=3)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["epoch-00002.keras", "epoch-00003.keras"]
    (tmp_path / ".epoch-00004-x1.keras").write_bytes(b"half")
    assert restore_backup(new_model(), tmp_path) == 3


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped"])
def test_a_damaged_backup_falls_back_to_the_one_before(tmp_path, damage, caplog):
    fit(new_model(), [Backup(tmp_path)], epochs=3)
    newest = tmp_path / "epoch-00003.keras"
    content = bytearray(newest.read_bytes())
    if damage == "empty":
        content = b""
    elif damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 2] ^= 0xFF
    newest.write_bytes(content)
    assert restore_backup(new_model(), tmp_path) == 2
    assert "epoch-00003.keras: it is damaged" in caplog.text


def test_history_and_backup_must_agree(tmp_path):
    path = tmp_path / "history.csv"
    with pytest.raises(UserError, match="2 epochs are in the backup, and 0 rows"):
        rows_until(path, 2)
    path.write_text("")
    with pytest.raises(UserError, match="disagree"):
        rows_until(path, 1)
    path.write_text("epoch,loss,seconds\n1,2.5,1\n2,2.0,2\n3,1.5,3\n")
    assert [row["loss"] for row in rows_until(path, 2)] == [2.5, 2.0]
    with pytest.raises(UserError, match="tells of 3 epochs, but there is no backup"):
        rows_until(path, 0)
    path.write_text("epoch,loss,seconds\n1,2.5,1\n3,2.0,2\n")
    with pytest.raises(UserError, match="disagree"):
        rows_until(path, 2)
    path.write_text("epoch,loss,seconds\n1,2.5\n")
    with pytest.raises(UserError, match="Line 2 of .* is damaged"):
        rows_until(path, 1)


def test_without_a_backup_nothing_is_restored(tmp_path):
    model = new_model()
    before = model.get_weights()
    assert restore_backup(model, tmp_path / "none") == 0
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize("damage", ["truncated", "other model"])
def test_a_backup_that_does_not_fit_is_one_clear_line(tmp_path, damage):
    path = tmp_path / "epoch-00001.keras"
    if damage == "truncated":
        fit(new_model(), [Backup(tmp_path)], epochs=1)
        path.write_bytes(path.read_bytes()[:-200])
    else:
        keras.Sequential([keras.Input((7,)), keras.layers.Dense(5)]).save(path)
    with pytest.raises(UserError, match="damaged or of another model") as caught:
        restore_backup(new_model(), tmp_path)
    assert len(str(caught.value).splitlines()) == 1
