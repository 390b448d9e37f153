"""Heights at a time, and the times of high and low water."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Iterator

from .constituents import Constituent

EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)
STEP = timedelta(minutes=10)
PRECISION = timedelta(seconds=1)


@dataclass(frozen=True)
class Station:
    """A harbour with its constituents."""

    name: str
    mean_level: float
    constituents: tuple[Constituent, ...]


@dataclass(frozen=True)
class Extreme:
    """A high or a low water."""

    kind: str
    time: datetime
    height: float


def height(station: Station, time: datetime) -> float:
    """Height of the water at a time, which must know its zone."""
    hours = _hours(time)
    return station.mean_level + sum(
        wave.amplitude * math.cos(math.radians(wave.speed * hours - wave.phase))
        for wave in station.constituents
    )


def extremes(station: Station, start: datetime, end: datetime) -> Iterator[Extreme]:
    """Every high and low water from ``start`` to ``end``, in order."""
    before = start
    while before < end:
        after = min(before + STEP, end)
        rising, falling = _slope(station, before), _slope(station, after)
        if rising > 0 >= falling or rising < 0 <= falling:
            time = _turn(station, before, after)
            yield Extreme("high" if rising > 0 else "low", time, height(station, time))
        before = after


def _slope(station: Station, time: datetime) -> float:
    hours = _hours(time)
    return -sum(
        wave.amplitude
        * math.radians(wave.speed)
        * math.sin(math.radians(wave.speed * hours - wave.phase))
        for wave in station.constituents
    )


def _turn(station: Station, before: datetime, after: datetime) -> datetime:
    rising = _slope(station, before) > 0
    while after - before > PRECISION:
        middle = before + (after - before) / 2
        if (_slope(station, middle) > 0) == rising:
            before = middle
        else:
            after = middle
    return before.replace(microsecond=0)


def _hours(time: datetime) -> float:
    if time.tzinfo is None:
        raise ValueError("a time without a zone has no tide")
    return (time - EPOCH) / timedelta(hours=1)
