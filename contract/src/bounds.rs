//! How long "eventually" may take, and how the defaults came about.

use serde::{Deserialize, Serialize};

use crate::{Channel, Lapse};

/// Upper bounds of the liveness rules; each may be overridden by a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// L1, L4: screen or receipt, counted from healing. 120 s: re-attach 40 s, reconnect 10 s,
    /// one query 20 s, and margin (assumption).
    pub screen: Lapse,
    /// L2: resolution, counted from healing or the end of the query window. 180 s (assumption).
    pub resolve: Lapse,
    /// L4: backend list, and the merchant's own system once it was called. 30 s (assumption).
    pub backend: Lapse,
    /// L4: soundbox, once it is online. 60 s (assumption).
    pub soundbox: Lapse,
    /// L4: SMS, best effort. 300 s (assumption).
    pub sms: Lapse,
    /// L4: push, once the app may notify. 60 s (assumption).
    pub push: Lapse,
    /// L6: the terminal reacts to a key. 2 s (assumption).
    pub react: Lapse,
    /// L6: the longest wait of an attended sale before a clear text. 60 s, the longest of the
    /// published query windows (WeChat 45 s, Lakala 60 s).
    pub attended: Lapse,
    /// L7: the shortest time between two queries of one order. The densest published preset is
    /// one query each 3 s (Alipay barcode guide).
    pub query_gap: Lapse,
    /// L5: tolerance of a callback's moment around its schedule. 2 s (assumption).
    pub callback: Lapse,
    /// L8: the hotline's answer. 180 s: it takes up to 120 s, and margin (assumption).
    pub claim: Lapse,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            screen: Lapse::from_secs(120),
            resolve: Lapse::from_secs(180),
            backend: Lapse::from_secs(30),
            soundbox: Lapse::from_secs(60),
            sms: Lapse::from_secs(300),
            push: Lapse::from_secs(60),
            react: Lapse::from_secs(2),
            attended: Lapse::from_secs(60),
            query_gap: Lapse::from_ms(2_500),
            callback: Lapse::from_secs(2),
            claim: Lapse::from_secs(180),
        }
    }
}

impl Bounds {
    /// The names of the bounds as scenarios write them.
    pub const NAMES: [&str; 11] = [
        "screen",
        "resolve",
        "backend",
        "soundbox",
        "sms",
        "push",
        "react",
        "attended",
        "query_gap",
        "callback",
        "claim",
    ];

    /// The bound of this name, to be read or set; `None` when there is no such name.
    pub fn by_name(&mut self, name: &str) -> Option<&mut Lapse> {
        Some(match name {
            "screen" => &mut self.screen,
            "resolve" => &mut self.resolve,
            "backend" => &mut self.backend,
            "soundbox" => &mut self.soundbox,
            "sms" => &mut self.sms,
            "push" => &mut self.push,
            "react" => &mut self.react,
            "attended" => &mut self.attended,
            "query_gap" => &mut self.query_gap,
            "callback" => &mut self.callback,
            "claim" => &mut self.claim,
            _ => return None,
        })
    }

    /// The bound for a report on this channel.
    pub const fn of(&self, channel: Channel) -> Lapse {
        match channel {
            Channel::Screen | Channel::Receipt => self.screen,
            Channel::Soundbox => self.soundbox,
            Channel::Sms => self.sms,
            Channel::Backend | Channel::Callback => self.backend,
            Channel::Push => self.push,
        }
    }

    /// The longest of all: how long a run waits after healing before it may be judged.
    pub fn longest(&self) -> Lapse {
        let channels = Channel::ALL.map(|channel| self.of(channel));
        let times = channels.into_iter().chain([self.resolve, self.claim]);
        times.max().unwrap_or(Lapse::ZERO)
    }
}
