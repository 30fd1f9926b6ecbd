"""A plan carried out, step by step; each goes on where an interrupted call stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.errors import UserError
from export.own.plan import Plan
from vqkeras.presets.preset import load_preset
from vqkeras.presets.preset_prior import load_prior_run
from vqkeras.run import Run, load_run

if TYPE_CHECKING:
    from vqkeras.model.code_prior import CodePrior


class Learned:
    """The trainings of a plan, and what came of them.

    Args:
        plan: What to train.
        verbose: As for `keras.Model.fit`. Defaults to `2`.
    """

    def __init__(self, plan: Plan, *, verbose: int = 2) -> None:
        self.plan = plan
        self._verbose = verbose

    def learn_codec(self) -> None:
        """Train the codec."""
        from vqkeras.train import train

        folder = self.plan.codec_dir
        train(self.plan.codec, folder, resume=_has_begun(folder), verbose=self._verbose)

    def learn_prior(self) -> None:
        """Train the prior on the codes of the trained codec, if there is to be one."""
        from vqkeras.train_prior import train_prior

        folder = self.plan.prior_dir
        if self.plan.prior is not None:
            train_prior(
                self.plan.prior,
                self.run,
                folder,
                resume=_has_begun(folder),
                verbose=self._verbose,
            )

    @cached_property
    def run(self) -> Run:
        """The trained codec, loaded when first asked for."""
        return load_run(self.plan.codec_dir)

    def figures(self) -> dict[str, Any]:
        """`Figures` on the files that were held back, as plain values."""
        run = self.run
        prior = None
        if self.plan.prior is not None:
            codebook = run.model.quantizer.codebook
            prior = load_prior_run(self.plan.prior_dir, codebook)
        return _figures(run, run.model, prior)

    def figures_of_preset(self) -> dict[str, Any]:
        """The same of the preset: its own prior, on the codes that it gives itself."""
        preset = load_preset(str(self.plan.codec.from_preset))
        return _figures(self.run, preset.model, preset.prior)

    def bits_of_preset_prior(self) -> float | None:
        """What a hidden code of the trained codec costs the preset's own prior.

        Next to what it costs the trained prior it says what that one has learned: both
        are of the same codes. `None` if the preset has no prior.
        """
        prior = load_preset(str(self.plan.codec.from_preset)).prior
        if prior is None:
            return None
        from export.own.figures import bits_per_code, codemaps_of

        return bits_per_code(prior, codemaps_of(self.run.model, self.run.dataset.test))

    def energy(self) -> dict[str, Any]:
        """`energy_wh` of both trainings, `None` if not known, and `energy_method`."""
        folders = [self.plan.codec_dir]
        folders += [self.plan.prior_dir] if self.plan.prior else []
        parts = [json.loads((each / "energy.json").read_text()) for each in folders]
        spent = [part["energy_wh"] for part in parts]
        return {
            "energy_wh": None if None in spent else sum(spent),
            "energy_method": parts[0]["method"],
        }

    def export(self, output: Path, *, force: bool) -> dict[str, Any]:
        """Write the bundle; the report of `python -m export`.

        In a process of its own: TensorFlow's converter keeps its memory.

        Raises:
            UserError: If it fails.
        """
        command = [sys.executable, "-m", "export", str(self.plan.codec_dir)]
        command += ["-o", str(output), "--json", *(["--force"] if force else [])]
        if self.plan.prior is not None:
            command += ["--prior", str(self.plan.prior_dir)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise UserError(
                f"The export failed; the training is kept. Try: {' '.join(command[1:])}"
            )
        report: dict[str, Any] = json.loads(done.stdout)
        return report


def _has_begun(folder: Path) -> bool:
    return (folder / "config.yaml").is_file()


def _figures(run: Run, model: Any, prior: CodePrior | None) -> dict[str, Any]:
    from export.own.figures import figures_of

    return asdict(figures_of(model, run.dataset.test, run.settings, prior))
