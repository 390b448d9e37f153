import contextlib
import io
import unittest
from datetime import datetime, timedelta, timezone

from tide_tables import Constituent, Station, extremes, height
from tide_tables.cli import main

START = datetime(2026, 5, 1, tzinfo=timezone.utc)
HARBOUR = Station(
    "Esbjerg", 0.1, (Constituent("M2", 0.66, 30.0), Constituent("S2", 0.17, 95.0))
)


class Prediction(unittest.TestCase):
    def test_high_and_low_water_take_turns(self):
        kinds = [extreme.kind for extreme in extremes(HARBOUR, START, START + timedelta(days=2))]
        self.assertIn(len(kinds), (7, 8))
        self.assertTrue(all(first != second for first, second in zip(kinds, kinds[1:])))

    def test_nothing_is_higher_than_high_water(self):
        for extreme in extremes(HARBOUR, START, START + timedelta(days=1)):
            for minutes in (-5, 5):
                beside = height(HARBOUR, extreme.time + timedelta(minutes=minutes))
                if extreme.kind == "high":
                    self.assertLess(beside, extreme.height)
                else:
                    self.assertGreater(beside, extreme.height)

    def test_a_single_wave_comes_back(self):
        station = Station("still", 0.0, (Constituent("S2", 1.0, 0.0),))
        self.assertAlmostEqual(
            height(station, START), height(station, START + timedelta(hours=12)), places=6
        )

    def test_a_time_without_zone_is_refused(self):
        with self.assertRaisesRegex(ValueError, "zone"):
            height(HARBOUR, datetime(2026, 5, 1))


class Input(unittest.TestCase):
    def test_a_constituent_is_read(self):
        self.assertEqual(Constituent.parse("M2:0.66:30"), Constituent("M2", 0.66, 30.0))

    def test_an_unknown_constituent_is_named(self):
        with self.assertRaisesRegex(ValueError, "M3"):
            Constituent("M3", 1.0, 0.0)

    def test_the_command_prints_a_table(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(main(["--from", "2026-05-01", "M2:0.66:30"]), 0)
        self.assertRegex(output.getvalue(), r"^2026-05-01 \d\d:\d\d  (high|low ) ")


if __name__ == "__main__":
    unittest.main()
