"""What the server allows one client, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.errors import UsageError

# What a server holds that has nothing to do, with its model and interpreter, in MiB.
_IDLE_MB = 288
_LEAST_MB = 96
_TWO_WORKERS_MB = 1024
# Of a sound that is edited, all copies of it together.
_BYTES_PER_SAMPLE = 40


@dataclass(frozen=True)
class Limits:
    """Bounds on requests; what exceeds one gets a clear 4xx or 503.

    Attributes:
        body_bytes: Size of one request body (413). Defaults to 32 MiB: a minute of
            stereo at 48 kHz in 32 bits, and a second sound.
        held_bytes: Bodies held in memory at a time, all clients together (503).
        kept_bytes: Samples of sounds that are kept between requests, all clients
            together; the oldest go first.
        kept_sounds: How many of them there are at most, edited ones among them.
        kept_s: Time after its last use for which a sound is kept, in s.
        sound_s: Length of a sound, in s (422).
        body_s: Time a client has to send its body, in s (408).
        stall_s: Time in which something of a body must come, in s (408).
        client_bytes: Bodies of one address held in memory at a time (429).
        idle_s: Time without a whole request, or without taking its answer, after which
            a connection is dropped, in s.
        workers: Jobs that run at a time.
        waiting: Jobs that wait for a worker, all clients together (503).
        jobs_per_client: Jobs of one address, running or waiting, and bodies that it
            sends (429).
        samples: Samples of a sound, all channels together (422). Defaults to a minute
            of stereo at 96 kHz.
    """

    body_bytes: int = 32 << 20
    held_bytes: int = 256 << 20
    kept_bytes: int = 256 << 20
    kept_sounds: int = 256
    kept_s: float = 1800.0
    sound_s: float = 180.0
    body_s: float = 30.0
    stall_s: float = 5.0
    client_bytes: int = 96 << 20
    idle_s: float = 20.0
    workers: int = 2
    waiting: int = 8
    jobs_per_client: int = 4
    samples: int = 11_520_000

    @classmethod
    def within(cls, memory_mb: int) -> Limits:
        """Limits that keep the server's memory about within a number of megabytes.

        Args:
            memory_mb: For the whole process, in MiB.

        Raises:
            UsageError: If nothing can be done with that little.

        Example:

        >>> Limits.within(512).workers, Limits.within(512).held_bytes >> 20
        (1, 37)
        """
        free = (memory_mb - _IDLE_MB) << 20
        if free < _LEAST_MB << 20:
            raise UsageError(
                f"--memory must be {_IDLE_MB + _LEAST_MB} MiB or more. "
                f"Received: {memory_mb}."
            )
        default = cls()
        # A sixth for bodies that come in, one for sounds that stay, the rest for jobs.
        held = min(default.held_bytes, free // 6)
        workers = 1 if memory_mb < _TWO_WORKERS_MB else default.workers
        samples = (free - 2 * held) // (workers * _BYTES_PER_SAMPLE)
        return cls(
            body_bytes=min(default.body_bytes, held),
            held_bytes=held,
            kept_bytes=held,
            client_bytes=min(default.client_bytes, max(held // 2, 1)),
            workers=workers,
            waiting=min(default.waiting, 1 + free // (64 << 20)),
            samples=min(default.samples, samples),
        )
