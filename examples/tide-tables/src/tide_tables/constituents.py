"""Harmonic constituents: the single waves a tide is made of."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Mapping

#: Degrees per hour of the constituents that matter most at European harbours.
SPEEDS: Mapping[str, float] = MappingProxyType(
    {
        "M2": 28.9841042,
        "S2": 30.0,
        "N2": 28.4397295,
        "K2": 30.0821373,
        "K1": 15.0410686,
        "O1": 13.9430356,
        "P1": 14.9589314,
        "Q1": 13.3986609,
        "M4": 57.9682084,
        "MS4": 58.9841042,
    }
)


@dataclass(frozen=True)
class Constituent:
    """One wave: how high it is, and how late it comes (in degrees)."""

    name: str
    amplitude: float
    phase: float

    def __post_init__(self) -> None:
        if self.name not in SPEEDS:
            known = ", ".join(SPEEDS)
            raise ValueError(f"unknown constituent {self.name!r}, known are {known}")
        if self.amplitude < 0:
            raise ValueError(f"negative amplitude {self.amplitude} for {self.name}")

    @property
    def speed(self) -> float:
        """Degrees per hour."""
        return SPEEDS[self.name]

    @classmethod
    def parse(cls, text: str) -> Constituent:
        """Read ``NAME:AMPLITUDE:PHASE``."""
        parts = text.split(":")
        if len(parts) != 3:
            raise ValueError(f"expected NAME:AMPLITUDE:PHASE, found {text!r}")
        return cls(parts[0], float(parts[1]), float(parts[2]))
