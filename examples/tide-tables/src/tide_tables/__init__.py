"""High and low water from harmonic constituents."""

from .constituents import SPEEDS, Constituent
from .prediction import Extreme, Station, extremes, height

__all__ = ["SPEEDS", "Constituent", "Extreme", "Station", "extremes", "height"]
