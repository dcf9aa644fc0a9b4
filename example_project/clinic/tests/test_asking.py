from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from bookable.errors import InvalidQuery
from clinic import zones
from clinic.asking import read_moments

LONDON = ZoneInfo("Europe/London")


class MomentTests(SimpleTestCase):
    def test_a_reading_is_meant_in_the_chosen_zone(self) -> None:
        (moment,) = read_moments("2026-07-01T10:00", LONDON)
        self.assertEqual(moment, datetime(2026, 7, 1, 9, tzinfo=UTC))

    def test_an_offset_counts_more_than_the_zone(self) -> None:
        (moment,) = read_moments("2026-07-01T10:00+09:00", LONDON)
        self.assertEqual(moment, datetime(2026, 7, 1, 1, tzinfo=UTC))

    def test_a_reading_that_comes_twice_means_two_moments(self) -> None:
        hours = [moment.timestamp() for moment in read_moments("2026-10-25T01:30", LONDON)]
        self.assertEqual(hours[1] - hours[0], 3600)

    def test_a_reading_that_is_skipped_means_none(self) -> None:
        with self.assertRaises(InvalidQuery):
            read_moments("2027-03-28T01:30", LONDON)


class ZoneTests(SimpleTestCase):
    def test_a_zone_is_called_by_its_city_and_offset(self) -> None:
        summer = datetime(2026, 7, 1, tzinfo=UTC)
        self.assertEqual(zones.label("America/New_York", summer), "New York, UTC−4")
        self.assertEqual(zones.label("Asia/Kathmandu", summer), "Kathmandu, UTC+5:45")
        self.assertEqual(zones.label("Africa/Casablanca", summer)[:10], "Casablanca")

    def test_every_zone_that_is_offered_exists(self) -> None:
        offered = " ".join(zones.BY_REGION.values()).split()
        self.assertEqual(set(offered) - zones.all_zones(), set())

    def test_the_one_in_use_comes_first_and_only_once(self) -> None:
        now = datetime(2026, 11, 21, tzinfo=UTC)
        offered = [name for _, names in zones.choices("Asia/Tokyo", now) for name, _ in names]
        self.assertEqual(offered[0], "Asia/Tokyo")
        self.assertEqual(offered.count("Asia/Tokyo"), 1)
