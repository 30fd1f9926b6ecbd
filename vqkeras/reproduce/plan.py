"""How much work a report is made of: the full one, and a quick one for CI."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AblationPlan:
    """Size of the quantizer ablation.

    Attributes:
        steps: Training steps of each run.
        seeds: Each variant is trained once with each.
        examples: Held-out examples each run is judged on, at most.
        thresholds: Dead-code thresholds to try besides none and the default.
    """

    steps: int
    seeds: tuple[int, ...]
    examples: int
    thresholds: tuple[float, ...] = ()


@dataclass(frozen=True)
class BayesPlan:
    """Size of the naive Bayes study.

    Attributes:
        images: Test images with holes in them, at most.
        notes: Unseen notes with holes in them, at most.
        training_examples: Training examples that give the marginal, at most.
        tuning_examples: Those of them with holes, to choose the marginal's weight.
        radii: Radii of the neighbourhood, in cells.
    """

    images: int
    notes: int
    training_examples: int
    tuning_examples: int
    radii: tuple[int, ...] = (1, 2, 3, 4)


@dataclass(frozen=True)
class EnergyPlan:
    """Size of the trainings whose energy is counted.

    Attributes:
        steps: Training steps of each.
        rounds: How often each network is trained; its median counts.
        batch_size: Notes in a step.
    """

    steps: int
    rounds: int
    batch_size: int = 8


@dataclass(frozen=True)
class Plan:
    """Everything that decides how long a report takes.

    Attributes:
        name: `"full"` or `"quick"`.
        image_configs: Names in `configs/`, the paper's rate first.
        image_overrides: Command-line options that win over each of them.
        notes_config: Name in `configs/` of the model of notes.
        notes_overrides: Command-line options that win over it.
        ablation: Size of the quantizer ablation.
        bayes: Size of the naive Bayes study.
        energy: Size of the trainings whose energy is counted.
        shipped: Models of the package that are shown too.
    """

    name: str
    ablation: AblationPlan
    bayes: BayesPlan
    energy: EnergyPlan
    notes_config: str
    image_configs: tuple[str, ...] = ("mnist_paper", "mnist_medium", "mnist_small")
    image_overrides: tuple[str, ...] = ()
    notes_overrides: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()


FULL = Plan(
    name="full",
    notes_config="nsynth_small",
    ablation=AblationPlan(
        steps=400,
        seeds=(0, 1, 2),
        examples=1000,
        thresholds=(0.03, 0.3),
    ),
    bayes=BayesPlan(images=100, notes=30, training_examples=1000, tuning_examples=30),
    energy=EnergyPlan(steps=60, rounds=3),
    shipped=("nsynth_light", "general"),
)

# Every figure and every number by the same code, none of them worth reading.
QUICK = Plan(
    name="quick",
    notes_config="synthetic_demo",
    image_overrides=(
        *("--data.limit", "500"),
        *("--training.epochs", "2"),
        *("--training.steps_per_epoch", "10"),
    ),
    notes_overrides=(
        *("--data.limit", "32"),
        *("--training.epochs", "2"),
        *("--training.steps_per_epoch", "10"),
    ),
    ablation=AblationPlan(steps=5, seeds=(0,), examples=32),
    bayes=BayesPlan(images=4, notes=2, training_examples=32, tuning_examples=2),
    energy=EnergyPlan(steps=5, rounds=1, batch_size=2),
)
