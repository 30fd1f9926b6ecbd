"""What a model can do that has a preset: come from one, and be written as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from edge_runtime.spectrogram.settings import SpectrogramSettings

if TYPE_CHECKING:
    from vqkeras.model.preset_folder import PresetFolder
    from vqkeras.model.vqvae import VQVAE


class OfPreset:
    """Part of `VQVAE`.

    Attributes:
        preset: What it came from; `None` for a model that was built anew.
    """

    preset: PresetFolder | None = None

    @classmethod
    def from_preset(cls, preset: str | Path) -> VQVAE:
        """A trained model by name.

        Its `preset` says what it learned from, and its `spectrogram` how sound becomes
        what it sees.

        Args:
            preset: Name of one that comes with the package (`vqkeras.presets()` lists
                them), a folder, or `hf://user/repo`, which needs `huggingface_hub`.

        Returns:
            A built model, not compiled.

        Raises:
            UsageError: If there is no such preset.
            PresetError: If it cannot be fetched, or was changed in any byte.

        Example:

        >>> from vqkeras.model import VQVAE
        >>> model = VQVAE.from_preset("general")
        >>> model.spectrogram.sample_rate
        44100
        """
        from vqkeras.model.preset_folder import PresetFolder
        from vqkeras.model.preset_place import place_of

        return PresetFolder(place_of(preset)).load()

    def save_to_preset(self, folder: str | Path) -> None:
        """Write the model as a preset, for `from_preset`.

        Args:
            folder: New folder; its name is the preset's.

        Raises:
            UsageError: If the model came from no preset (a run becomes one by
                `vqkeras.presets.write_preset`), or the folder holds files.
        """
        from vqkeras.model.preset_folder import save_preset

        save_preset(cast("VQVAE", self), Path(folder))

    @property
    def spectrogram(self) -> SpectrogramSettings | None:
        """Settings of the sound it sees; `None` for images, or if it is not known."""
        return None if self.preset is None else self.preset.spectrogram
