//! What stands in a profile file: the sections, their numbers and where each comes from.
//!
//! It knows the file's form; whether the numbers make sense is its reader's matter.

use contract::fault::NatMode;
use serde::Deserialize;

/// A profile file. `source` says where the numbers of its table come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) title: String,
    pub(super) rtt: Rtt,
    pub(super) loss: Loss,
    pub(super) rate: RateOf,
    pub(super) nat: Nat,
    pub(super) hold: Option<Events>,
    pub(super) drop: Option<Events>,
    pub(super) handover: Option<Events>,
    pub(super) link_failure: Option<Events>,
    pub(super) bursts: Option<Bursts>,
    pub(super) promotion: Option<Wake>,
    pub(super) drx: Option<Drx>,
    pub(super) attach: Option<Attach>,
}

/// Round-trip time: [share, ms] points, and how long it remembers its value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rtt {
    pub(super) quantiles_ms: Vec<(f64, f64)>,
    pub(super) source: String,
    pub(super) memory_ms: f64,
    pub(super) memory_source: String,
}

/// Single losses, each way.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Loss {
    pub(super) percent: f64,
    pub(super) source: String,
}

/// What the radio carries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RateOf {
    pub(super) up_kbps: u32,
    pub(super) down_kbps: u32,
    pub(super) source: String,
}

/// The carrier's NAT.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nat {
    pub(super) idle_s: u32,
    pub(super) mode: NatMode,
    pub(super) source: String,
}

/// Gaps that hold or lose packets: how often, and [share, ms] points of how long.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Events {
    pub(super) per_minute: f64,
    pub(super) per_minute_source: String,
    pub(super) durations_ms: Vec<(f64, f64)>,
    pub(super) durations_source: String,
}

/// RRC idle to connected: how long it takes, [share, ms] points, and after what silence it is due.
/// What comes from the network waits for the next paging moment before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wake {
    pub(super) takes_ms: Vec<(f64, f64)>,
    pub(super) takes_source: String,
    pub(super) idle_ms: u32,
    pub(super) idle_source: String,
    pub(super) paging_ms: Option<u32>,
    #[serde(default)]
    pub(super) paging_source: String,
}

/// Connected DRX: after so much silence the modem listens only once a cycle.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drx {
    pub(super) after_ms: u32,
    pub(super) after_source: String,
    pub(super) cycle_ms: u32,
    pub(super) cycle_source: String,
}

/// Gilbert and Elliott's losses, by time: mean holding times of the good and the bad state, each
/// way by itself, and the share that the bad one loses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bursts {
    pub(super) good_ms: f64,
    pub(super) bad_ms: f64,
    pub(super) percent: f64,
    pub(super) source: String,
}

/// How long a modem takes to register and to get its data connection: [share, ms] points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attach {
    pub(super) takes_ms: Vec<(f64, f64)>,
    pub(super) source: String,
}

impl File {
    /// A number without a source is a guess that looks like a fact.
    pub(super) fn check_sources(&self) -> Result<(), String> {
        let mut sources = vec![
            ("rtt.source", &self.rtt.source),
            ("rtt.memory_source", &self.rtt.memory_source),
            ("loss.source", &self.loss.source),
            ("rate.source", &self.rate.source),
            ("nat.source", &self.nat.source),
        ];
        let events = [&self.hold, &self.drop, &self.handover, &self.link_failure];
        for events in events.into_iter().flatten() {
            sources.push(("per_minute_source", &events.per_minute_source));
            sources.push(("durations_source", &events.durations_source));
        }
        if let Some(wake) = &self.promotion {
            sources.push(("promotion.takes_source", &wake.takes_source));
            sources.push(("promotion.idle_source", &wake.idle_source));
            if wake.paging_ms.is_some() {
                sources.push(("promotion.paging_source", &wake.paging_source));
            }
        }
        if let Some(drx) = &self.drx {
            sources.push(("drx.after_source", &drx.after_source));
            sources.push(("drx.cycle_source", &drx.cycle_source));
        }
        if let Some(bursts) = &self.bursts {
            sources.push(("bursts.source", &bursts.source));
        }
        if let Some(attach) = &self.attach {
            sources.push(("attach.source", &attach.source));
        }
        match sources.iter().find(|(_, source)| source.trim().is_empty()) {
            None => Ok(()),
            Some((key, _)) => Err(format!("{key} is empty; say where the number comes from")),
        }
    }
}
