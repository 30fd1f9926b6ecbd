"""Data sets behind one interface: MNIST, NSynth, a folder of audio, our own notes."""

from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.load import load_dataset
from vqkeras.datasets.split import Split

__all__ = ["DataConfig", "Dataset", "Split", "load_dataset"]
