"""How late a model is when sound streams through it, whatever the processor."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.bundle.bundle import Bundle


@dataclass(frozen=True)
class Latency:
    """Delays that no processor can shorten.

    Attributes:
        buffering_ms: A column of cells is complete only with its last frame.
        algorithmic_ms: What must be heard beyond that: half a window to analyse the
            last frame and half a window to overlap its successors, and the future that
            encoder and decoder look at.
    """

    buffering_ms: float
    algorithmic_ms: float


def latency_of(bundle: Bundle) -> Latency:
    """Latency of a model of sounds.

    Args:
        bundle: The model.

    Raises:
        BundleError: If it is a model of images.
    """
    settings, context = bundle.settings, bundle.context
    hop_ms = 1000.0 * settings.hop_length / settings.sample_rate
    frames = context.encoder_frames[1]
    frames += context.decoder_cells[1] * bundle.time_stride
    frames += settings.n_fft // settings.hop_length
    return Latency(bundle.time_stride * hop_ms, frames * hop_ms)
