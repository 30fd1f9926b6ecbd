"""What can be exported: a run that has come to its end and has a codebook, a preset."""

from pathlib import Path

from vqkeras.presets import Preset
from vqkeras.presets.codec_of import codec_of
from vqkeras.run import Run, RunError, load_run


def load_codec(place: Path) -> Run | Preset:
    """Load a preset, or else a run whose training has finished.

    Args:
        place: Name or folder of a preset, or folder of a run.

    Raises:
        UsageError: If it is neither.
        RunError: As of `load_finished_run`, or if a cell has more than one code.
    """
    codec = codec_of(str(place))
    if isinstance(codec, Preset):
        _check_one_code(codec, place)
        return codec
    return _finished(codec)


def load_finished_run(folder: Path) -> Run:
    """Load a run whose training has finished.

    Args:
        folder: Its folder.

    Raises:
        RunError: If the folder is no run, its training has not finished, or it was
            trained without a codebook or with several codes a cell.
    """
    return _finished(load_run(folder))


def _finished(run: Run) -> Run:
    folder = run.folder
    if not run.summary:
        raise RunError(
            f"The training of {folder} has not finished. Continue it with "
            f"`python -m vqkeras.train --resume --run_dir {folder}`."
        )
    if not run.has_codebook:
        raise RunError(
            f"{folder} was trained with model.quantizer=none: without a codebook there "
            "is nothing to export."
        )
    _check_one_code(run, folder)
    return run


def _check_one_code(codec: Run | Preset, place: Path) -> None:
    codes = codec.config.model.codebooks
    if codes > 1:
        raise RunError(
            f"{place} has {codes} codes a cell and runs in Keras only: a bundle has "
            "one. Train it with model.codebooks=1."
        )
