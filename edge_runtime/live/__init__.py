"""The effect in real time (streaming): blocks in, blocks out, at a constant delay."""

from edge_runtime.live.card_session import run_on_card
from edge_runtime.live.file_session import FileRun, run_on_file
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.session import Session, loop_session, stream_session
from edge_runtime.live.streaming_inpainter import LIVE, StreamingInpainter

__all__ = [
    "LIVE",
    "FileRun",
    "LiveParameters",
    "Session",
    "StreamingInpainter",
    "loop_session",
    "run_on_card",
    "run_on_file",
    "stream_session",
]
