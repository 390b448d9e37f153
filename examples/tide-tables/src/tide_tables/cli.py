"""The ``tide-tables`` command."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone
from typing import Sequence

from .constituents import Constituent
from .prediction import Station, extremes


def main(arguments: Sequence[str] | None = None) -> int:
    """Print high and low water for the coming days."""
    parser = argparse.ArgumentParser(prog="tide-tables", description=main.__doc__)
    parser.add_argument("constituents", nargs="+", metavar="NAME:AMPLITUDE:PHASE")
    parser.add_argument("--days", type=float, default=1.0)
    parser.add_argument("--from", dest="start", type=datetime.fromisoformat)
    options = parser.parse_args(arguments)
    try:
        waves = tuple(Constituent.parse(text) for text in options.constituents)
    except ValueError as error:
        parser.error(str(error))
    start = options.start or datetime.now(timezone.utc)
    if start.tzinfo is None:
        start = start.replace(tzinfo=timezone.utc)
    station = Station("here", 0.0, waves)
    for extreme in extremes(station, start, start + timedelta(days=options.days)):
        print(f"{extreme.time:%Y-%m-%d %H:%M}  {extreme.kind:<4}  {extreme.height:+.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
