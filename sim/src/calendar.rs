//! Dates as the rig has them: time zero is 2026-01-01 00:00:00, so that a run never depends on
//! the day on which it is played.

use contract::Time;

/// The year of time zero. A run is far shorter than a year.
pub const YEAR: u64 = 2026;

const DAYS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Month, day, hour, minute and second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// From 1 to 12.
    pub month: u64,
    /// From 1 to 31.
    pub day: u64,
    /// From 0 to 23.
    pub hour: u64,
    /// From 0 to 59.
    pub minute: u64,
    /// From 0 to 59.
    pub second: u64,
}

/// The date at this time, whole seconds; `None` after the end of the year.
pub fn date(at: Time) -> Option<Date> {
    let seconds = at.as_ms() / 1_000;
    let (mut day, hour, minute) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    for (month, days) in (1..).zip(DAYS) {
        if day < days {
            return Some(Date { month, day: day + 1, hour, minute, second: seconds % 60 });
        }
        day -= days;
    }
    None
}

/// The time of a date; `None` when there is no such date.
pub(crate) fn time(date: Date) -> Option<Time> {
    let month = usize::try_from(date.month.checked_sub(1)?).ok()?;
    let length = *DAYS.get(month)?;
    let clock_fits = date.hour < 24 && date.minute < 60 && date.second < 60;
    if date.day == 0 || date.day > length || !clock_fits {
        return None;
    }
    let days = DAYS[..month].iter().sum::<u64>() + date.day - 1;
    Some(Time::from_ms((((days * 24 + date.hour) * 60 + date.minute) * 60 + date.second) * 1_000))
}

/// The number of the day, counted from time zero's.
pub(crate) const fn day(at: Time) -> u64 {
    at.as_ms() / 86_400_000
}

/// Month and day as `MMDD`; `None` after the end of the year.
pub(crate) fn month_and_day(at: Time) -> Option<u16> {
    let Date { month, day, .. } = date(at)?;
    u16::try_from(month * 100 + day).ok()
}

/// `2026-01-01 00:00:03`.
pub(crate) fn print(at: Time) -> String {
    let Some(Date { month, day, hour, minute, second }) = date(at) else {
        return "after this year".to_owned();
    };
    format!("{YEAR}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// The time that `print` wrote.
pub(crate) fn parse(text: &str) -> Option<Time> {
    let mut parts = text.split(['-', ' ', ':']).map(|part| part.parse::<u64>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    if year != YEAR {
        return None;
    }
    time(Date { month, day, hour, minute, second })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_both_ways() {
        for (ms, text) in [
            (0, "2026-01-01 00:00:00"),
            (86_399_000, "2026-01-01 23:59:59"),
            (59 * 86_400_000, "2026-03-01 00:00:00"),
            (364 * 86_400_000, "2026-12-31 00:00:00"),
        ] {
            assert_eq!(print(Time::from_ms(ms)), text);
            assert_eq!(parse(text), Some(Time::from_ms(ms)));
        }
        for text in ["2026-02-29 00:00:00", "2026-13-01 00:00:00", "2026-01-01 24:00:00", "x"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
