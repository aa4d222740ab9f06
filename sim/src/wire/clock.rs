//! Host time on the wire: field 12 `hhmmss`, field 13 `MMDD`, no year. The rig's time zero stands
//! there as 2026-01-01 00:00:00.

use contract::Time;

use super::private::{Digits, digits};

const SECOND_US: u64 = 1_000_000;
const DAY_S: u64 = 24 * 3600;
/// Days of the months of 2026.
const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Fields 12 and 13; parts of a second are dropped. `None` after the end of 2026.
pub(super) fn print(time: Time) -> Option<(Digits, Digits)> {
    let seconds = time.0 / SECOND_US;
    let (mut day, of_day) = (seconds / DAY_S, seconds % DAY_S);
    for (month, days) in (1..).zip(MONTHS) {
        if day < days {
            let clock = of_day / 3600 * 10_000 + of_day / 60 % 60 * 100 + of_day % 60;
            return Some((digits(clock, 6), digits(month * 100 + day + 1, 4)));
        }
        day -= days;
    }
    None
}

/// The moment that fields 12 and 13 name; `None` for a day or a time that does not exist.
pub(super) fn parse(clock: &str, date: &str) -> Option<Time> {
    let (clock, date): (u64, u64) = (clock.parse().ok()?, date.parse().ok()?);
    let (hour, minute, second) = (clock / 10_000, clock / 100 % 100, clock % 100);
    let (month, day) = (usize::try_from(date / 100).ok()?.checked_sub(1)?, date % 100);
    if hour > 23 || minute > 59 || second > 59 || !(1..=*MONTHS.get(month)?).contains(&day) {
        return None;
    }
    let days = MONTHS.iter().take(month).sum::<u64>() + day - 1;
    Some(Time((days * DAY_S + hour * 3600 + minute * 60 + second) * SECOND_US))
}

#[cfg(test)]
mod tests {
    use super::*;

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
