"""The Keras callback that counts a training's energy and emissions."""

from __future__ import annotations

import atexit
import logging
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from edge_runtime.energy.meter import Meter
from edge_runtime.energy.sampler import Sampler
from edge_runtime.energy.totals import EnergyTotals
from vqkeras.callbacks.time_limit import TimeLimit
from vqkeras.energy.call_watch import CallWatch
from vqkeras.energy.constants import preset_for
from vqkeras.energy.forecast import EpochCost, Forecast
from vqkeras.energy.meters import training_meters
from vqkeras.energy.model_card import co2_eq_emissions, write_model_card
from vqkeras.energy.record import (
    EPOCHS_NAME,
    append_epoch,
    drop_cut_line,
    read_run_energy,
    summary_of,
    write_run_energy,
)
from vqkeras.energy.run_energy import RunEnergy, power_between_w
from vqkeras.energy.time_series import TimeSeries

logger = logging.getLogger(__name__)

# A run that is killed loses the energy since the last summary at most.
SUMMARY_EVERY_S = 30.0


class EnergyCallback(keras.callbacks.Callback):
    """Counts energy and emissions while `fit` runs, in the open and from epoch one.

    Puts `power_w` (mean of the epoch), `energy_wh` and `emissions_g` (of the run so
    far) into the epoch logs: place it before `CSVLogger` and `TensorBoard`. Writes
    into the run's folder:

    - `energy.jsonl`: one line per epoch, with the prediction for the epochs to come;
    - `energy.json`: the summary, with method, gaps, constants and their sources;
    - `energy_samples.csv`, and `tensorboard/energy`: power and emissions each second;
    - `model_card.md`: `co2_eq_emissions`.

    A folder that has a summary is gone on with, so a resumed run and a second `fit`
    add to the same totals. Trouble with energy is logged and gives NaN; it never stops
    a training. `fit` that ends by an exception or Ctrl-C ends the counting within one
    interval, and at once inside `with EnergyCallback(...) as energy:`.

    Args:
        run_dir: The run's folder; it is made if it is missing.
        interval_s: Seconds between readings. Defaults to `1.0`.
        preset: `"default"` or `"paper"` (eq. 6: GPUs only, 0.477 kg/kWh, PUE 1.58).
            Defaults to `"default"`.
        country: ISO code of three letters for the grid. Defaults to `None`.
        grid_g_per_kwh: The grid's intensity instead, in g/kWh. Defaults to `None`.
        meters: Called at the start of each `fit` for the meters to read. Defaults to
            `training_meters`: GPUs, and the best source for the processor.
        time_limit: What ends the run early, if anything does: the prediction then goes
            by the time that is left. Defaults to `None`.
        not_counted: What no meter here can see, and why, for `missing` in the summary.
            Defaults to nothing.

    Raises:
        UsageError: If preset, country and grid intensity do not go together.

    Example:

    >>> energy = EnergyCallback("runs/demo", country="FRA")  # doctest: +SKIP
    >>> model.fit(data, callbacks=[energy, CSVLogger("x.csv")])  # doctest: +SKIP
    """

    def __init__(
        self,
        run_dir: str | Path,
        *,
        interval_s: float = 1.0,
        preset: str = "default",
        country: str | None = None,
        grid_g_per_kwh: float | None = None,
        meters: Callable[[], Sequence[Meter]] = training_meters,
        time_limit: TimeLimit | None = None,
        not_counted: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        if not interval_s > 0:
            raise ValueError(f"interval_s must be positive. Received: {interval_s}.")
        self.run_dir = Path(run_dir)
        self.interval_s = interval_s
        self.preset = preset_for(preset, country=country, grid_g_per_kwh=grid_g_per_kwh)
        self._make_meters = meters
        self._time_limit = time_limit
        self._not_counted = dict(not_counted or {})
        self._stopping = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        """The state between two fits."""
        self._earlier = RunEnergy()
        self._sampler: Sampler | None = None
        self._series: TimeSeries | None = None
        self._fit: CallWatch | None = None
        self._unavailable: dict[str, str] = {}
        self._epoch_start = RunEnergy()
        self._row_start = RunEnergy()
        self._summary_s = 0.0
        self._forecast = Forecast()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.stop()
        with _training_goes_on():
            self.run_dir.mkdir(parents=True, exist_ok=True)
            self._earlier = read_run_energy(self.run_dir)
            drop_cut_line(self.run_dir / EPOCHS_NAME)
            self._epoch_start = self._row_start = self._earlier
            self._summary_s = self._earlier.seconds
            self._fit = CallWatch("fit")
            meters = self._make_meters()
            sampler = Sampler(
                meters, interval_s=self.interval_s, on_sample=self._on_sample
            )
            self._unavailable = {
                meter.name: meter.why_unavailable()
                for meter in meters
                if meter.why_unavailable()
            } | self._not_counted
            self._series = TimeSeries(self.run_dir, sampler.totals().method)
            self._sampler = sampler
            sampler.start()
            atexit.register(self.stop)  # for a fit that ends by the program's end

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = {} if logs is None else logs
        logs.update(dict.fromkeys(("power_w", "energy_wh", "emissions_g"), math.nan))
        if self._sampler is None:
            return
        with _training_goes_on():
            if not self._sampler.refresh():
                logger.warning("Energy: a meter hangs, the epoch's end is not counted.")
            energy = self._plus(self._sampler.totals())
            logs["power_w"] = power_between_w(self._epoch_start, energy)
            logs["energy_wh"] = energy.energy_wh
            logs["emissions_g"] = self.preset.emissions_g(energy.energy_j)
            self._record_epoch(epoch + 1, energy, logs)
            self._epoch_start = energy

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.stop()

    def stop(self) -> None:
        """End the counting and write summary and model card; again has no effect."""
        with self._stopping:
            self._finish()

    def __enter__(self) -> EnergyCallback:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _finish(self) -> None:
        sampler, self._sampler = self._sampler, None
        if sampler is None:
            return
        atexit.unregister(self.stop)
        with _training_goes_on():
            sampler.stop()
            energy = self._plus(sampler.totals())
            if self._series is not None:
                self._series.close()
            self._write_summary(energy)
            entry = co2_eq_emissions(summary_of(energy, self.preset))
            write_model_card(self.run_dir, entry)
        self._forget()

    def _on_sample(self, totals: EnergyTotals) -> None:
        """Runs in the sampler's thread after every reading."""
        if self._series is None:
            return
        with _training_goes_on():
            energy = self._plus(totals)
            # `refresh` may come right after a reading: too short for a mean power.
            if energy.seconds - self._row_start.seconds >= 0.5 * self.interval_s:
                self._series.add(
                    {
                        "seconds": energy.seconds,
                        "power_w": power_between_w(self._row_start, energy),
                        "energy_wh": energy.energy_wh,
                        "emissions_g": self.preset.emissions_g(energy.energy_j),
                    }
                )
                self._row_start = energy
            if energy.seconds - self._summary_s >= SUMMARY_EVERY_S:
                self._write_summary(energy)
        has_ended = self._fit is not None and self._fit.has_ended()
        if has_ended and self._stopping.acquire(blocking=False):
            try:
                self._finish()
            finally:
                self._stopping.release()

    def _plus(self, totals: EnergyTotals) -> RunEnergy:
        return self._earlier.plus(totals, self.preset, self._unavailable)

    def _record_epoch(
        self, epochs_done: int, energy: RunEnergy, logs: dict[str, Any]
    ) -> None:
        before_j = self._epoch_start.energy_j
        epoch = EpochCost(
            energy.energy_j - (0.0 if math.isnan(before_j) else before_j),
            energy.seconds - self._epoch_start.seconds,
        )
        self._forecast.add(epoch)
        epochs_left = self._forecast.epochs_left(
            max(0, (self.params or {}).get("epochs", 0) - epochs_done),
            self._time_limit.seconds_left if self._time_limit else math.inf,
        )
        total_j = energy.energy_j + self._forecast.energy_left_j(epochs_left)
        append_epoch(
            self.run_dir,
            {
                "epoch": epochs_done,  # from 1, as in the run's history
                "seconds": energy.seconds,
                "epoch_seconds": epoch.seconds,
                "power_w": logs["power_w"],
                "epoch_energy_wh": epoch.energy_j / 3600,
                "energy_wh": logs["energy_wh"],
                "emissions_g": logs["emissions_g"],
                "epochs_left": epochs_left,
                "predicted_energy_wh": total_j / 3600,
                "predicted_emissions_g": self.preset.emissions_g(total_j),
                "method": energy.method,
                "gaps": energy.gaps,
            },
        )
        logger.info(
            "Energy: %.3g Wh, %.3g g so far; "
            "about %.3g Wh, %.3g g after %d more epochs (%s)",
            logs["energy_wh"],
            logs["emissions_g"],
            total_j / 3600,
            self.preset.emissions_g(total_j),
            epochs_left,
            energy.method,
        )

    def _write_summary(self, energy: RunEnergy) -> None:
        self._summary_s = energy.seconds
        write_run_energy(self.run_dir, energy, summary_of(energy, self.preset))


@contextmanager
def _training_goes_on() -> Iterator[None]:
    """Log energy trouble instead of passing it on to the training."""
    try:
        yield
    except Exception as error:
        logger.warning(
            "Energy is not counted fully, training goes on: %s: %s",
            type(error).__name__,
            error,
        )
