//! Keys of the file itself, of every step, and of an expectation.

use super::{Arg, Kind, Need};
use crate::scenario::value::Unit;

use Need::{Default, Optional, Required};

/// The longest time that a scenario can name: 30 days. An assumption: every schedule of the field
/// fits (the longest, of callbacks, takes 25 hours).
const TIME_MAX_MS: u64 = 30 * 24 * 3_600 * 1_000;

/// One time.
pub(super) const TIME: Kind =
    Kind::Quantity { unit: Unit::Lapse, min: 1, max: TIME_MAX_MS, range: false };

/// A time or a range of times, from nothing on.
pub(super) const TIMES: Kind =
    Kind::Quantity { unit: Unit::Lapse, min: 0, max: TIME_MAX_MS, range: true };

/// The same, but some time.
pub(super) const SOME_TIMES: Kind =
    Kind::Quantity { unit: Unit::Lapse, min: 1, max: TIME_MAX_MS, range: true };

/// A number in these limits.
const fn count(min: u64, max: u64, range: bool) -> Kind {
    Kind::Quantity { unit: Unit::Count, min, max, range }
}

pub(super) const fn arg(name: &'static str, kind: Kind, need: Need, meaning: &'static str) -> Arg {
    Arg { name, kind, need, meaning }
}

/// Where a tap can sit; a test holds them to `Tap::ALL`.
const TAPS: &[&str] = &[
    "terminal-wire",
    "host-wire",
    "ledger",
    "flash",
    "scanner",
    "keypad",
    "screen",
    "receipt",
    "soundbox",
    "sms",
    "backend",
    "push",
    "callback",
];

/// The keys of a scenario file.
pub const KEYS: &[Arg] = &[
    arg("title", Kind::Text, Required("The answer gets lost"), "what it is about, in English"),
    arg("title_zh", Kind::Text, Required("应答丢失"), "what it is about, in Chinese"),
    arg(
        "story",
        Kind::Story,
        Required("A customer pays, and the answer gets lost on its way back."),
        "what happens and what has to come out, as one tells it to a colleague, in English",
    ),
    arg(
        "story_zh",
        Kind::Story,
        Required("顾客付款后，应答在返回途中丢失。"),
        "the story in Chinese",
    ),
    arg("tags", Kind::Texts, Optional("smoke, link"), "words to select it by: run -t smoke"),
    arg(
        "covers",
        Kind::Texts,
        Optional("link-outage"),
        "faults of the catalogue that it claims to cover; each must meet a payment in flight",
    ),
    arg("clauses", Kind::Texts, Optional("PAY-07"), "requirements that it is evidence for"),
    arg(
        "needs",
        Kind::Words(TAPS),
        Optional("flash"),
        "what the rig must be able to observe; on one that can't, it is skipped",
    ),
    arg("skip", Kind::Text, Optional("waits for the new bench"), "why it is not played for now"),
    arg(
        "use",
        Kind::Text,
        Optional("start/signed-in.toml"),
        "a scenario, by its path below the suite's root, whose steps come first and whose setup \
         holds where this file says nothing else",
    ),
    arg("until", TIME, Required("5m"), "when the world is healed; no step comes after it"),
    arg(
        "captures",
        count(0, 1_000_000, false),
        Optional("1"),
        "at least so many payments must be captured, or it fails; when left out: 1 if a step pays, \
         and 0 says that none has to be",
    ),
    arg("terminals", count(1, 10_000, false), Default("1"), "how many terminals are on the rig"),
    arg("link", Kind::Text, Default("lte-good"), "the profile of the 4G link"),
    arg("poll", Kind::Text, Default("wechat-v2"), "the preset of query times"),
    arg(
        "callbacks",
        Kind::Text,
        Default("wechat-v2"),
        "the schedule of callbacks to the merchant's server",
    ),
    arg(
        "wire",
        Kind::Text,
        Default("plain87"),
        "how messages are written: plain87, or cup-scan with header, BCD and a MAC in each message",
    ),
    arg(
        "channels",
        Kind::Words(&["screen", "receipt", "soundbox", "sms", "backend", "push", "callback"]),
        Default("screen, receipt, soundbox, sms, backend"),
        "where the merchant can see a payment",
    ),
    arg(
        "connection",
        Kind::Word(&["per-payment", "keep"]),
        Default("per-payment"),
        "whether the terminal keeps its connection open between payments",
    ),
    arg(
        "hosts",
        count(1, 2, false),
        Default("1"),
        "how many hosts the acquirer has; the second one takes over when the first does not answer",
    ),
    arg(
        "amounts",
        Kind::Word(&["plain", "magic"]),
        Default("plain"),
        "magic: the last digits of an amount call for a fault (payrig explain magic)",
    ),
    arg(
        "seeds",
        Kind::Seeds,
        Default("1"),
        "how many seeds to play, counted from 1, or \"A..B\" without B, as with --seeds",
    ),
    arg(
        "bounds",
        Kind::Bounds,
        Optional("{ screen = \"120s\" }"),
        "how long \"eventually\" may take, where it differs from the default",
    ),
    arg(
        "steps",
        Kind::Steps,
        Optional("[{ at = \"10s\", pay = \"12.50\" }]"),
        "what happens, one table on one line each: a moment, a verb, its arguments",
    ),
    arg(
        "expect",
        Kind::Expect,
        Optional("[{ seen = \"captured\", times = 1 }]"),
        "what this scenario is about; the invariants are judged anyway",
    ),
];

/// The keys that any step can have.
pub const STEP: &[Arg] = &[
    arg("at", TIMES, Optional("10s"), "at this time after the start"),
    arg("after", TIMES, Optional("5s"), "this long after the step before it (its last repeat)"),
    arg(
        "on",
        Kind::Moment,
        Optional("captured"),
        "at the first such moment after the step before it (its first repeat)",
    ),
    arg("plus", TIMES, Optional("50ms"), "this long after the moment of `on`"),
    arg("for", SOME_TIMES, Optional("30s"), "the fault ends after this time"),
    arg(
        "next",
        count(1, 10_000, true),
        Optional("2"),
        "the fault ends when it met so many payments",
    ),
    arg("every", SOME_TIMES, Optional("20s"), "the step is repeated with this time in between"),
    arg("times", count(0, 100_000, true), Optional("30"), "how often a repeated step happens"),
    arg("terminal", Kind::Terminal, Default("t1"), "at which terminal"),
];

/// The keys of an expectation.
pub const EXPECT: &[Arg] = &[
    arg("seen", Kind::Moment, Optional("approved shown"), "this moment comes"),
    arg("never", Kind::Moment, Optional("declined shown"), "this moment never comes"),
    arg("times", Kind::Times, Default("1.."), "how often it comes: 1, \"1..\" or \"1..3\""),
    arg(
        "within",
        TIME,
        Optional("30s"),
        "the first one comes within this time after the start, or after the moment of `after`",
    ),
    arg("after", Kind::Moment, Optional("captured"), "what `within` counts from"),
    arg("terminal", Kind::Terminal, Optional("t1"), "at this terminal; anywhere when left out"),
];

#[cfg(test)]
mod tests {
    use contract::Channel;
    use contract::event::Tap;

    use super::*;

    #[test]
    fn words_of_taps_and_channels_are_those_of_the_trace() {
        assert!(Tap::ALL.iter().map(|tap| tap.word()).eq(TAPS.iter().copied()));
        let row = KEYS.iter().find(|row| row.name == "channels").unwrap();
        let words: Vec<&str> = Channel::ALL.iter().map(|channel| channel.word()).collect();
        assert_eq!(row.kind, Kind::Words(words.leak()));
        for tap in Tap::ALL {
            assert_eq!(serde_json::to_value(tap).unwrap(), tap.word());
        }
    }
}
