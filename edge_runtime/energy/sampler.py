"""A daemon thread that reads meters every second and adds up their energy."""

from __future__ import annotations

import logging
import math
import threading
import time
import weakref
from collections.abc import Callable, Sequence

from edge_runtime.energy.meter import Domain, Meter, Reading, unread
from edge_runtime.energy.totals import DomainTotal, EnergyTotals

logger = logging.getLogger(__name__)


class Sampler:
    """Reads meters at regular times and adds up the energy of each domain.

    Power is integrated by the trapezoid rule between neighbouring readings, so a total
    does not depend on how often it is read, unlike the sum in the paper's program,
    which counted the time since the start again at every reading. Counters contribute
    their differences. A power reading that fails opens a gap up to the next good one;
    a counter bridges the gap by itself.

    Use it as a context manager: the thread stops on an exception and on Ctrl-C, and in
    any case when the sampler is garbage or the interpreter exits. Without `start`,
    `sample` reads once per call.

    Args:
        meters: Meters whose domains do not overlap. Those that are unavailable are
            left out.
        interval_s: Seconds between readings of the thread. Defaults to `1.0`.
        clock: Monotonic time, in seconds. Defaults to `time.monotonic`.
        on_sample: Called after every reading with the totals, in the thread that read.
            Defaults to `None`.

    Raises:
        ValueError: If `interval_s` is not positive, or two domains have one name.

    Example:

    >>> from edge_runtime.energy.constant import ConstantMeter
    >>> times = iter([0.0, 36.0])
    >>> sampler = Sampler([ConstantMeter(100.0)], clock=lambda: next(times))
    >>> sampler.sample()
    >>> sampler.sample()
    >>> sampler.totals().energy_j / 3600  # Wh
    1.0
    """

    def __init__(
        self,
        meters: Sequence[Meter],
        *,
        interval_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        on_sample: Callable[[EnergyTotals], None] | None = None,
    ) -> None:
        if not interval_s > 0:
            raise ValueError(f"interval_s must be positive. Received: {interval_s}.")
        self.interval_s = interval_s
        self._meters = [meter for meter in meters if meter.domains()]
        self._sums = {
            domain.name: _DomainSum(domain)
            for meter in self._meters
            for domain in meter.domains()
        }
        if len(self._sums) < sum(len(meter.domains()) for meter in self._meters):
            raise ValueError(
                "Each domain may be counted once. Received: "
                + ", ".join(d.name for meter in self._meters for d in meter.domains())
            )
        self._clock = clock
        self._on_sample = on_sample
        self._lock = threading.Lock()
        self._start_s = math.nan
        self._latest_s = math.nan
        self._num_readings = 0
        self._sampling_cpu_s = 0.0
        self._thread: _SamplingThread | None = None

    def sample(self) -> None:
        """Read every meter once, in the calling thread."""
        cpu_s = time.thread_time()
        now_s = self._clock()
        readings: dict[str, Reading] = {}
        for meter in self._meters:
            names = [domain.name for domain in meter.domains()]
            readings.update(dict.fromkeys(names, unread(f"{meter.name} left it out")))
            try:
                readings.update(meter.read())
            except Exception as error:  # a sensor never ends what is measured
                reason = f"{meter.name} failed: {type(error).__name__}: {error}"
                readings.update(dict.fromkeys(names, unread(reason)))
        with self._lock:
            for name, total in self._sums.items():
                total.add(now_s, readings[name])
            if self._num_readings == 0:
                self._start_s = now_s
            self._latest_s = now_s
            self._num_readings += 1
        if self._on_sample is not None:
            self._on_sample(self.totals())
        with self._lock:
            self._sampling_cpu_s += time.thread_time() - cpu_s

    def totals(self) -> EnergyTotals:
        """The energy from the first reading up to the latest; reads nothing."""
        with self._lock:
            elapsed_s = self._latest_s - self._start_s if self._num_readings else 0.0
            return EnergyTotals(
                elapsed_s,
                tuple(total.result(elapsed_s) for total in self._sums.values()),
                self._num_readings,
                self._sampling_cpu_s,
            )

    def start(self) -> None:
        """Read once and start the thread; a running sampler goes on."""
        if self._thread is not None:
            return
        self._thread = _SamplingThread(self)
        self.refresh()

    def refresh(self, timeout_s: float = 2.0) -> bool:
        """Have the meters read now, without waiting for a driver that hangs.

        Args:
            timeout_s: Longest wait, in seconds. Defaults to `2.0`.

        Returns:
            Whether the reading is in.
        """
        if self._thread is None or not self._thread.is_alive():
            self.sample()
            return True
        return self._thread.sample_now(timeout_s)

    def stop(self) -> None:
        """Read a last time, end the thread and close the meters.

        May be called in `on_sample`; the reading at hand is then the last.
        """
        if self._thread is not None:
            if not self._thread.is_current():
                self.refresh()
            self._thread.stop()
            self._thread = None
        for meter in self._meters:
            try:
                meter.close()
            except Exception as error:
                logger.warning("%s cannot be closed: %r", meter.name, error)
        self._meters = []

    def __enter__(self) -> Sampler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _SamplingThread:
    """The thread of one sampler; it ends with it, whoever forgets to stop it."""

    def __init__(self, sampler: Sampler) -> None:
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._sampled = threading.Event()
        self._thread = threading.Thread(
            target=_sample_until_stopped,
            args=(weakref.ref(sampler), self._wake, self._stopping, self._sampled),
            name="energy sampler",
            daemon=True,
        )
        # Runs when the sampler is collected and, failing that, when Python exits.
        self._end = weakref.finalize(
            sampler, _end_thread, self._thread, self._wake, self._stopping
        )
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def is_current(self) -> bool:
        return self._thread is threading.current_thread()

    def sample_now(self, timeout_s: float) -> bool:
        self._sampled.clear()
        self._wake.set()
        return self._sampled.wait(timeout_s)

    def stop(self) -> None:
        self._end()


def _sample_until_stopped(
    reference: weakref.ref[Sampler],
    wake: threading.Event,
    stopping: threading.Event,
    sampled: threading.Event,
) -> None:
    sampler = reference()
    while sampler is not None:
        interval_s = sampler.interval_s
        del sampler  # waiting must not keep it alive
        asked = wake.wait(interval_s)
        wake.clear()
        sampler = reference()
        if stopping.is_set() or sampler is None:
            return
        sampler.sample()
        if asked:
            sampled.set()


def _end_thread(
    thread: threading.Thread, wake: threading.Event, stopping: threading.Event
) -> None:
    stopping.set()
    wake.set()
    if thread is not threading.current_thread():
        thread.join(timeout=2.0)


class _DomainSum:
    """Joins the readings of one domain into joules."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._counted_j = 0.0
        self._counted_s = 0.0
        self._longest_s = 0.0
        self._power_w = math.nan
        self._reason = ""
        self._last: tuple[float, float] | None = None  # time in s, good reading

    def add(self, now_s: float, reading: Reading) -> None:
        if math.isnan(reading.value):
            self._miss(reading.reason)
            if self._domain.quantity == "power_w":
                self._last = None
            return
        is_counter = self._domain.quantity == "energy_j"
        if self._last is not None:
            last_s, last_value = self._last
            interval_s = now_s - last_s
            if is_counter:
                energy_j = reading.value - last_value
            else:
                energy_j = 0.5 * (last_value + reading.value) * interval_s
            if energy_j < 0 and is_counter:
                self._miss("the counter went back, so it was reset")
            else:
                self._counted_j += energy_j
                self._counted_s += interval_s
                self._longest_s = max(self._longest_s, interval_s)
                if is_counter and interval_s > 0:
                    self._power_w = energy_j / interval_s
        if not is_counter:
            self._power_w = reading.value
        self._last = (now_s, reading.value)

    def _miss(self, reason: str) -> None:
        if reason != self._reason:
            logger.warning("No energy of %s: %s", self._domain.name, reason)
        self._reason = reason
        self._power_w = math.nan

    def result(self, elapsed_s: float) -> DomainTotal:
        return DomainTotal(
            domain=self._domain,
            counted_j=self._counted_j,
            counted_s=self._counted_s,
            gap_s=max(0.0, elapsed_s - self._counted_s) if self._reason else 0.0,
            longest_interval_s=self._longest_s,
            power_w=self._power_w,
            reason=self._reason,
        )
