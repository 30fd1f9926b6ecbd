"""Evaluation of a run: reconstruction, inpainting, sound and loops, with baselines.

And of a bundle: what is heard of holes that the whole program regenerates.

Imports no TensorFlow. `vqkeras.evaluate` is the command; `spectrograms_figure` draws.
"""

from vqkeras.evaluation.bundle_report import evaluate_bundle
from vqkeras.evaluation.bundle_table import bundle_table_of
from vqkeras.evaluation.holes import Hole, make_holes, pixel_mask
from vqkeras.evaluation.inpainting import evaluate_inpainting
from vqkeras.evaluation.loops import evaluate_loops, loop_files
from vqkeras.evaluation.measures import code_counts, seam_db, sounding_cells
from vqkeras.evaluation.patch_stages import PatchStages
from vqkeras.evaluation.reconstruction import evaluate_reconstruction, fit_patches
from vqkeras.evaluation.reconstruction_error import ReconstructionError
from vqkeras.evaluation.sound import evaluate_sound
from vqkeras.evaluation.table import table_of

__all__ = [
    "Hole",
    "PatchStages",
    "ReconstructionError",
    "bundle_table_of",
    "code_counts",
    "evaluate_bundle",
    "evaluate_inpainting",
    "evaluate_loops",
    "evaluate_reconstruction",
    "evaluate_sound",
    "fit_patches",
    "loop_files",
    "make_holes",
    "pixel_mask",
    "seam_db",
    "sounding_cells",
    "table_of",
]
