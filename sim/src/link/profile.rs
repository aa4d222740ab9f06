//! Link profiles: what kind of 4G a terminal has, as a TOML file in which each number stands
//! beside its source.
//!
//! It knows files and numbers; `radio` and `trace` know what they do to packets.

use contract::fault::NatMode;
use contract::{Lapse, TerminalId};
use rand::rngs::ChaCha8Rng;

use super::bearer::{Bearer, RateQueue};
use super::nat::NatRule;
use super::quantile::Table;
use super::radio::{LossBursts, Radio, RoundTrip};
use super::renewal::{LONGEST_MS, Renewal};
use super::rrc::Rrc;
use super::trace::{Recording, latency_table};
use crate::env;

mod file;

use file::{Events, File};

/// The built-in profiles, each a file of its name.
macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        /// Their names, in families, in each the best link first.
        const NAMES: &[&str] = &[$($name),+];

        /// The file of a built-in profile.
        fn built_in(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../../data/links/", $name, ".toml"))),)+
                _ => None,
            }
        }
    };
}

built_in![
    "lab",
    "lte-good",
    "lte-medium",
    "lte-poor",
    "lte-driving",
    "lte-hsr-cn",
    "lte-roaming",
    "lte-cell-edge",
    "lte-peak-hour",
    "lte-basement",
    "lte-nat-5min",
    "lte-nat-5min-silent",
    "3g-good",
    "3g-bad",
    "edge-lossy",
    "devtools-slow4g",
    "devtools-fast4g",
    "host-backup",
];

/// NAT of a recording, which says nothing of it: the least that RFC 5382 REQ-5 allows.
const RECORDING_NAT: NatRule =
    NatRule { idle: Lapse::from_secs(7_440), mode: NatMode::Silent, imposed: None };

/// How long registering takes where the profile says nothing: 3 to 15 s in a known cell, 40 s at
/// worst (assumption).
const ATTACH_MS: &[(f64, f64)] =
    &[(0.0, 3_000.0), (0.5, 7_000.0), (0.9, 15_000.0), (1.0, 40_000.0)];

/// The names of the built-in profiles, in families, in each the best link first.
pub fn profile_names() -> &'static [&'static str] {
    NAMES
}

/// A kind of link.
#[derive(Debug, Clone)]
pub struct Profile {
    name: String,
    text: String,
    channel: Channel,
}

#[derive(Debug, Clone)]
enum Channel {
    Drawn(Box<Drawn>),
    Recorded(Recording),
}

/// The numbers of a drawn channel, checked.
#[derive(Debug, Clone)]
struct Drawn {
    file: File,
    rtt_ms: Table,
    /// What holds packets, and what loses them.
    holds: Vec<Gaps>,
    drops: Vec<Gaps>,
    promotion_ms: Option<Table>,
    attach_ms: Table,
}

impl Profile {
    /// The profile of this name: a built-in one, the path of a TOML file, or `trace:` and a
    /// recording: BASE for Mahimahi's pair BASE.up and BASE.down, a `.csv` file of round trips by
    /// time, or a netem latency table with its list of profiles beside it.
    ///
    /// # Errors
    /// What is wrong, where, and what would be right.
    pub fn load(name: &str) -> Result<Profile, String> {
        if let Some(text) = built_in(name) {
            return Profile::parse(name, text.to_owned());
        }
        if let Some(base) = name.strip_prefix("trace:") {
            if let Some(pair) = base.strip_suffix(".up").or(base.strip_suffix(".down")) {
                return Err(format!(
                    "{name}: a recording of Mahimahi is a pair of files, named by what they \
                     share: trace:{pair}"
                ));
            }
            if let Some(text) = latency_table(base)? {
                return Profile::parse(name, text);
            }
            let recording = Recording::read(base)?;
            let text = recording.describe();
            return Ok(Profile {
                name: name.to_owned(),
                text,
                channel: Channel::Recorded(recording),
            });
        }
        if name.ends_with(".toml") {
            let text = std::fs::read_to_string(name).map_err(|e| format!("{name}: {e}"))?;
            return Profile::parse(name, text);
        }
        let names = NAMES.join(", ");
        Err(format!(
            "no link profile is called `{name}`; there are {names}, a file ending in .toml, and \
             trace:BASE for a recording"
        ))
    }

    pub(super) fn parse(name: &str, text: String) -> Result<Profile, String> {
        let file: File = toml::from_str(&text).map_err(|e| format!("{name}: {e}"))?;
        let drawn = Drawn::check(file).map_err(|why| format!("{name}: {why}"))?;
        Ok(Profile { name: name.to_owned(), text, channel: Channel::Drawn(Box::new(drawn)) })
    }

    /// How it was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its file with all numbers and sources, or what a recording contains.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it is, in a few words.
    pub fn title(&self) -> &str {
        match &self.channel {
            Channel::Drawn(drawn) => &drawn.file.title,
            Channel::Recorded(_) => "a recording",
        }
    }

    /// The round-trip time in ms, without gaps and queues, that this share of packets stays below.
    pub fn rtt_ms(&self, share: f64) -> f64 {
        match &self.channel {
            Channel::Drawn(drawn) => drawn.rtt_ms.at(share),
            Channel::Recorded(recording) => recording.rtt_ms(share),
        }
    }

    /// Single losses each way, in percent.
    pub fn loss_percent(&self) -> f64 {
        match &self.channel {
            Channel::Drawn(drawn) => drawn.file.loss.percent,
            Channel::Recorded(recording) => recording.loss_percent(),
        }
    }

    /// A channel of this kind for one terminal; equal seeds and terminals get equal channels.
    pub fn bearer(&self, seed: u64, terminal: TerminalId) -> Box<dyn Bearer> {
        self.channel(seed, &format!("link {terminal}"))
    }

    /// A channel of this kind; equal seeds and names get equal channels.
    pub(super) fn channel(&self, seed: u64, name: &str) -> Box<dyn Bearer> {
        match &self.channel {
            Channel::Drawn(drawn) => Box::new(drawn.radio(seed, name)),
            Channel::Recorded(recording) => {
                recording.play(env::rng(seed, &format!("{name} recording")))
            }
        }
    }

    pub(super) fn nat(&self) -> NatRule {
        match &self.channel {
            Channel::Drawn(drawn) => NatRule {
                idle: Lapse::from_secs(drawn.file.nat.idle_s.into()),
                mode: drawn.file.nat.mode,
                imposed: None,
            },
            Channel::Recorded(_) => RECORDING_NAT,
        }
    }
}

impl Profile {
    /// How long a modem takes to register, in ms.
    pub(super) fn attach_ms(&self) -> Table {
        match &self.channel {
            Channel::Drawn(drawn) => drawn.attach_ms.clone(),
            Channel::Recorded(_) => Table::built_in(ATTACH_MS),
        }
    }
}

impl Drawn {
    fn check(file: File) -> Result<Drawn, String> {
        file.check_sources()?;
        within("rtt.memory_ms", file.rtt.memory_ms, 1.0, 1e6)?;
        within("loss.percent", file.loss.percent, 0.0, 100.0)?;
        within("rate.up_kbps", file.rate.up_kbps.into(), 1.0, 1e7)?;
        within("rate.down_kbps", file.rate.down_kbps.into(), 1.0, 1e7)?;
        within("nat.idle_s", file.nat.idle_s.into(), 1.0, 1e9)?;
        if let Some(bursts) = &file.bursts {
            within("bursts.good_ms", bursts.good_ms, 1.0, 1e9)?;
            // Longer ones would too often be cut at the longest event.
            within("bursts.bad_ms", bursts.bad_ms, 1.0, LONGEST_MS / 10.0)?;
            within("bursts.percent", bursts.percent, 0.0, 100.0)?;
        }
        let gaps = |all: [(&'static str, &Option<Events>); 2]| {
            let given = all.into_iter().filter_map(|(key, events)| Some((key, events.as_ref()?)));
            given.map(|(key, events)| Gaps::check(key, events)).collect::<Result<Vec<_>, _>>()
        };
        let holds = gaps([("hold", &file.hold), ("handover", &file.handover)])?;
        let drops = gaps([("drop", &file.drop), ("link_failure", &file.link_failure)])?;
        let rtt_ms = table("rtt.quantiles_ms", &file.rtt.quantiles_ms, 60_000.0)?;
        let promotion_ms = match &file.promotion {
            None => None,
            Some(wake) => Some(table("promotion.takes_ms", &wake.takes_ms, 60_000.0)?),
        };
        let attach_ms = match &file.attach {
            None => Table::built_in(ATTACH_MS),
            Some(attach) => table("attach.takes_ms", &attach.takes_ms, 600_000.0)?,
        };
        Ok(Drawn { file, rtt_ms, holds, drops, promotion_ms, attach_ms })
    }

    fn radio(&self, seed: u64, name: &str) -> Radio {
        let rng = |part: &str| env::rng(seed, &format!("{name} {part}"));
        let file = &self.file;
        let events = |all: &[Gaps]| {
            let renewal = |g: &Gaps| Renewal::new(g.per_minute, g.lasts_ms.clone(), rng(g.key));
            all.iter().map(renewal).collect()
        };
        let bursts = file.bursts.as_ref().map(|bursts| {
            let way = |part| Renewal::exponential(bursts.good_ms, bursts.bad_ms, rng(part));
            let ways = [way("bursts up"), way("bursts down")];
            Box::new(LossBursts::new(ways, bursts.percent / 100.0, rng("bursts")))
        });
        Radio {
            round_trip: RoundTrip::new(self.rtt_ms.clone(), file.rtt.memory_ms, rng("rtt")),
            holds: events(&self.holds),
            drops: events(&self.drops),
            bursts,
            loss: file.loss.percent / 100.0,
            loss_rng: rng("loss"),
            queues: [RateQueue::new(file.rate.up_kbps), RateQueue::new(file.rate.down_kbps)],
            rrc: self.rrc(rng("rrc")),
        }
    }

    fn rrc(&self, rng: ChaCha8Rng) -> Option<Rrc> {
        let (wake, takes_ms) = (self.file.promotion.as_ref()?, self.promotion_ms.clone()?);
        let ms = |ms: u32| Lapse::from_ms(ms.into());
        let drx = self.file.drx.as_ref().map(|drx| (ms(drx.after_ms), ms(drx.cycle_ms)));
        let paging = wake.paging_ms.map_or(Lapse::ZERO, ms);
        Some(Rrc::new(takes_ms, ms(wake.idle_ms), paging, drx, rng))
    }
}

/// Events of one kind, checked.
#[derive(Debug, Clone)]
struct Gaps {
    /// Its section, which also names its random numbers.
    key: &'static str,
    per_minute: f64,
    lasts_ms: Table,
}

impl Gaps {
    fn check(key: &'static str, events: &Events) -> Result<Gaps, String> {
        within(&format!("{key}.per_minute"), events.per_minute, 1e-6, 600.0)?;
        let lasts_ms = table(&format!("{key}.durations_ms"), &events.durations_ms, LONGEST_MS)?;
        Ok(Gaps { key, per_minute: events.per_minute, lasts_ms })
    }
}

fn within(key: &str, value: f64, low: f64, high: f64) -> Result<(), String> {
    match value {
        v if (low..=high).contains(&v) => Ok(()),
        v => Err(format!("{key}: {v} is not between {low} and {high}")),
    }
}

/// A table in ms, from 1 ms on.
fn table(key: &str, points: &[(f64, f64)], longest_ms: f64) -> Result<Table, String> {
    Table::new(points, 1.0, longest_ms).map_err(|why| format!("{key}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_load() {
        for name in NAMES.iter().copied() {
            let profile = Profile::load(name).unwrap_or_else(|why| panic!("{why}"));
            assert!(profile.rtt_ms(0.5) >= 10.0, "{name}");
            assert!(profile.text().contains("source"), "{name}");
        }
    }

    #[test]
    fn bad_profiles_are_refused_with_the_key_and_a_remedy() {
        let good = built_in("lte-good").unwrap();
        let refused = |from: &str, to: &str, says: &str| {
            assert!(good.contains(from), "{from}");
            let why = Profile::parse("my.toml", good.replace(from, to)).unwrap_err();
            assert!(why.starts_with("my.toml: ") && why.contains(says), "{why}");
        };
        refused("percent = 0.01", "percent = 101.0", "loss.percent: 101 is not between 0 and 100");
        refused("percent = 0.01", "percents = 0.01", "unknown field `percents`");
        refused("[0.5, 76]", "[0.5, 40]", "rtt.quantiles_ms: (0.5, 40.0) comes after (0.25, 53.0)");
        refused("per_minute = 0.1", "per_minute = -1.0", "hold.per_minute");
        refused("mode = \"silent\"", "mode = \"rude\"", "unknown variant `rude`");
        refused("up_kbps = 5000", "up_kbps = 0", "rate.up_kbps");
        let unsourced = without_string_after(good, "source = ");
        let why = Profile::parse("my.toml", unsourced).unwrap_err();
        assert!(why.contains("is empty; say where"), "{why}");
    }

    /// The text with the first string after `key` made empty.
    fn without_string_after(text: &str, key: &str) -> String {
        let start = text.find(key).unwrap() + key.len() + 1;
        let end = start + text[start..].find('"').unwrap();
        format!("{}{}", &text[..start], &text[end..])
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        let why = Profile::load("lte").unwrap_err();
        assert!(why.contains("lte-good") && why.contains("trace:BASE"), "{why}");
        assert!(Profile::load("nowhere.toml").unwrap_err().starts_with("nowhere.toml: "));
    }
}
