"""Every constant between joules and grams of CO2, with its source and year."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge_runtime.errors import UsageError

JOULES_PER_KWH = 3.6e6

# The paper, section 6: 0.477 (unit left open, taken for kg/kWh) and a PUE of 1.58, both
# said to be from Strubell, Ganesh and McCallum, "Energy and policy considerations for
# deep learning in NLP", 2019 (arXiv:1906.02243), whose PUE is Ascierto's for 2018.
PAPER_KG_PER_KWH = 0.477
PAPER_PUE = 1.58

# But Strubell et al. print 0.954 *pounds* per kWh (US average, EPA, 2018). That is
# 0.433 kg; 0.477 is one half of 0.954, as if a pound were half a kilogram.
STRUBELL_POUNDS_PER_KWH = 0.954
KG_PER_POUND = 0.45359237
STRUBELL_KG_PER_KWH = STRUBELL_POUNDS_PER_KWH * KG_PER_POUND

# A desk machine has no cooling plant or power distribution of its own to account for.
DESK_PUE = 1.0

# Grams of CO2 equivalent per kWh generated, life cycle, mean of 2023.
# Ember, "Yearly Electricity Data", 2024, CC BY 4.0, rounded to grams; also at
# https://ourworldindata.org/grapher/carbon-intensity-electricity
GRID_SOURCE = "Ember, Yearly Electricity Data"
GRID_YEAR = 2023
WORLD_G_PER_KWH = 481.0
GRID_G_PER_KWH = {
    "ARG": ("Argentina", 354.0),
    "AUS": ("Australia", 549.0),
    "AUT": ("Austria", 111.0),
    "BEL": ("Belgium", 138.0),
    "BRA": ("Brazil", 98.0),
    "CAN": ("Canada", 170.0),
    "CHE": ("Switzerland", 35.0),
    "CHN": ("China", 582.0),
    "CZE": ("Czechia", 450.0),
    "DEU": ("Germany", 381.0),
    "DNK": ("Denmark", 152.0),
    "ESP": ("Spain", 174.0),
    "FIN": ("Finland", 79.0),
    "FRA": ("France", 56.0),
    "GBR": ("United Kingdom", 238.0),
    "GRC": ("Greece", 337.0),
    "IND": ("India", 713.0),
    "IRL": ("Ireland", 291.0),
    "ITA": ("Italy", 331.0),
    "JPN": ("Japan", 485.0),
    "KOR": ("South Korea", 431.0),
    "MEX": ("Mexico", 507.0),
    "NLD": ("Netherlands", 268.0),
    "NOR": ("Norway", 30.0),
    "NZL": ("New Zealand", 113.0),
    "POL": ("Poland", 662.0),
    "PRT": ("Portugal", 166.0),
    "SGP": ("Singapore", 471.0),
    "SWE": ("Sweden", 41.0),
    "TUR": ("Turkey", 465.0),
    "TWN": ("Taiwan", 642.0),
    "USA": ("United States", 369.0),
    "ZAF": ("South Africa", 708.0),
}

PRESETS = ("default", "paper")


@dataclass(frozen=True)
class Preset:
    """From energy to emissions.

    Attributes:
        name: `"default"` or `"paper"`.
        kg_per_kwh: Grid intensity, in kg of CO2 equivalent per kWh.
        place: Country or area the intensity is for.
        grid_source: Source and year of the intensity.
        pue: Power usage effectiveness: what the building draws over what the machine
            draws. 1 or more.
        pue_source: Source of `pue`.
        gpu_only: Whether domains other than GPUs are left out, as in eq. 6.
    """

    name: str
    kg_per_kwh: float
    place: str
    grid_source: str
    pue: float
    pue_source: str
    gpu_only: bool

    def counts(self, domain_name: str) -> bool:
        """Whether this domain's energy enters the total."""
        return not self.gpu_only or domain_name.startswith("gpu")

    def emissions_g(self, energy_j: float) -> float:
        """Emissions of an amount of energy: grid x PUE x energy.

        Args:
            energy_j: Energy of the counted domains, in J; may be NaN.

        Returns:
            Grams of CO2 equivalent.
        """
        kwh = energy_j / JOULES_PER_KWH
        return 1000.0 * (self.kg_per_kwh * self.pue * kwh)


PAPER = Preset(
    name="paper",
    kg_per_kwh=PAPER_KG_PER_KWH,
    place="United States, as the paper read its source",
    grid_source=(
        "the paper's eq. 6, 2019; its source prints "
        f"{STRUBELL_POUNDS_PER_KWH} pounds, which is {STRUBELL_KG_PER_KWH:.3f} kg"
    ),
    pue=PAPER_PUE,
    pue_source="the paper's eq. 6, from Strubell et al., 2019",
    gpu_only=True,
)


def preset_for(
    name: str = "default",
    *,
    country: str | None = None,
    grid_g_per_kwh: float | None = None,
) -> Preset:
    """The constants a run is accounted with; never asks the network where it is.

    Args:
        name: `"default"`: PUE 1.0, and the grid given, or else the world's mean.
            `"paper"`: eq. 6 as printed, GPUs only. Defaults to `"default"`.
        country: ISO code of three letters, one of `GRID_G_PER_KWH`. Defaults to `None`.
        grid_g_per_kwh: The grid's intensity, in g of CO2 equivalent per kWh, zero or
            more. Defaults to `None`.

    Returns:
        The preset.

    Raises:
        UsageError: If a name or country is unknown, the intensity is negative, or two
            of the three contradict each other.

    Example:

    >>> preset_for(country="FRA").emissions_g(3.6e6)  # 1 kWh
    56.0
    """
    if name not in PRESETS:
        raise UsageError(
            f"Unknown preset {name!r}. Expected one of {', '.join(PRESETS)}."
        )
    if name == "paper":
        if country is not None or grid_g_per_kwh is not None:
            raise UsageError(
                "The paper's preset fixes the grid intensity. "
                "Leave out the country and the g/kWh, or take preset default."
            )
        return PAPER
    if country is not None and grid_g_per_kwh is not None:
        raise UsageError("Give a country or a grid intensity in g/kWh, not both.")
    if grid_g_per_kwh is not None:
        if not 0 <= grid_g_per_kwh < math.inf:
            raise UsageError(
                "The grid intensity must be 0 g/kWh or more. "
                f"Received: {grid_g_per_kwh}."
            )
        return _desk(grid_g_per_kwh, "as given", "given by the user")
    source = f"{GRID_SOURCE}, {GRID_YEAR}"
    if country is None:
        return _desk(WORLD_G_PER_KWH, "world, no country given", source)
    if country not in GRID_G_PER_KWH:
        raise UsageError(
            f"No grid intensity for country {country!r}. "
            f"Known: {', '.join(GRID_G_PER_KWH)}; for others give the g/kWh."
        )
    place, g_per_kwh = GRID_G_PER_KWH[country]
    return _desk(g_per_kwh, place, source)


def _desk(g_per_kwh: float, place: str, source: str) -> Preset:
    return Preset(
        name="default",
        kg_per_kwh=g_per_kwh / 1000.0,
        place=place,
        grid_source=source,
        pue=DESK_PUE,
        pue_source="a desk machine: nothing around it to cool",
        gpu_only=False,
    )
