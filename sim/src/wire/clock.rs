//! Host time on the wire: field 12 `hhmmss`, field 13 `MMDD`, no year. The rig's time zero stands
//! there as 2026-01-01 00:00:00.

use contract::Time;

use super::private::{Digits, digits};
use crate::calendar::{self, Date};

/// Fields 12 and 13; parts of a second are dropped. `None` after the end of the year.
pub(super) fn print(time: Time) -> Option<(Digits, Digits)> {
    let Date { month, day, hour, minute, second } = calendar::date(time)?;
    let clock = hour * 10_000 + minute * 100 + second;
    Some((digits(clock, 6), digits(month * 100 + day, 4)))
}

/// The moment that fields 12 and 13 name; `None` for a day or a time that does not exist.
pub(super) fn parse(clock: &str, date: &str) -> Option<Time> {
    let (clock, date): (u64, u64) = (clock.parse().ok()?, date.parse().ok()?);
    let (hour, minute, second) = (clock / 10_000, clock / 100 % 100, clock % 100);
    calendar::time(Date { month: date / 100, day: date % 100, hour, minute, second })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_US: u64 = 1_000_000;
    const DAY_S: u64 = 24 * 3600;

    #[test]
    fn the_rig_starts_on_new_years_day_and_ends_on_new_years_eve() {
        for (second, clock, date) in [
            (0, "000000", "0101"),
            (86_399, "235959", "0101"),
            (58 * DAY_S, "000000", "0228"),
            (59 * DAY_S + 3661, "010101", "0301"),
            (365 * DAY_S - 1, "235959", "1231"),
        ] {
            let (hhmmss, mmdd) = print(Time(second * SECOND_US + 999_999)).unwrap();
            assert_eq!((&*hhmmss, &*mmdd), (clock, date));
            assert_eq!(parse(clock, date), Some(Time(second * SECOND_US)));
        }
        assert_eq!(print(Time(365 * DAY_S * SECOND_US)), None);
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_refused() {
        for (clock, date) in
            [("240000", "0101"), ("006000", "0101"), ("000060", "0101"), ("000000", "0229")]
        {
            assert_eq!(parse(clock, date), None, "{clock} {date}");
        }
        for date in ["0001", "1301", "0100", "0431", "9999"] {
            assert_eq!(parse("000000", date), None, "{date}");
        }
    }
}
