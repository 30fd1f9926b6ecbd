"""What the server allows one client, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on requests; what exceeds one gets a clear 4xx or 503.

    Attributes:
        body_bytes: Size of one request body (413). Defaults to 32 MiB: a minute of
            stereo at 48 kHz in 32 bits, and a second sound.
        held_bytes: Bodies held in memory at a time, all clients together (503).
        sound_s: Length of a sound, in s (422).
        body_s: Time a client has to send its body, in s (408).
        idle_s: Time without a whole request, or without taking its answer, after which
            a connection is dropped, in s.
        workers: Jobs that run at a time.
        waiting: Jobs that wait for a worker, all clients together (503).
        jobs_per_client: Jobs of one address, running or waiting (429).
    """

    body_bytes: int = 32 << 20
    held_bytes: int = 256 << 20
    sound_s: float = 60.0
    body_s: float = 30.0
    idle_s: float = 20.0
    workers: int = 2
    waiting: int = 8
    jobs_per_client: int = 4
