//! The lanes of the drawing: which there are, where each stands, and what belongs in which.

use contract::catalogue::Delays;
use contract::event::Channel;
use contract::{Event, EventKind, Fault};

use crate::message::Words;

/// Height of the lanes' names.
pub(super) const HEAD: u32 = 28;
/// Width of the column of times.
const GUTTER: u32 = 74;
/// Pixels of a half-width character in a drawing's text.
const CELL: u32 = 6;

/// A column of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// Times and steps.
    Gutter,
    Customer,
    Terminal,
    Link,
    Acquirer,
    Wallet,
    /// What the merchant sees beside the terminal.
    Channel(Channel),
}

/// A lane in its place.
pub(super) struct Place {
    lane: Lane,
    pub(super) x: u32,
    pub(super) w: u32,
    pub(super) name: String,
}

/// All lanes of a drawing.
pub(super) struct Lanes(pub(super) Vec<Place>);

impl Lanes {
    /// The lanes of a rig whose merchant has these channels.
    pub(super) fn of(channels: &[Channel], words: Words) -> Lanes {
        let mut wanted = vec![
            (Lane::Customer, 168, words.customer()),
            (Lane::Terminal, 188, words.terminal()),
            (Lane::Link, 206, words.link()),
            (Lane::Acquirer, 112, words.acquirer()),
            (Lane::Wallet, 124, words.wallet()),
        ];
        let others = channels.iter().filter(|channel| !channel.of_terminal());
        wanted.extend(others.map(|one| (Lane::Channel(*one), 130, words.channel_name(*one))));
        let mut x = GUTTER;
        let places = wanted.into_iter().map(|(lane, w, name)| {
            let place = Place { lane, x, w, name };
            x += w;
            place
        });
        Lanes(places.collect())
    }

    pub(super) fn width(&self) -> u32 {
        self.0.last().map_or(GUTTER, |last| last.x + last.w) + 6
    }

    fn find(&self, lane: Lane) -> Option<&Place> {
        self.0.iter().find(|place| place.lane == lane)
    }

    /// Where it begins; a channel that the merchant does not have is drawn with the last lane.
    pub(super) fn x(&self, lane: Lane) -> u32 {
        self.find(lane).or(self.0.last()).map_or(0, |place| place.x)
    }

    pub(super) fn w(&self, lane: Lane) -> u32 {
        self.find(lane).or(self.0.last()).map_or(GUTTER, |place| place.w)
    }

    /// How many half-width characters fit.
    pub(super) fn cells(&self, lane: Lane) -> usize {
        usize::try_from((self.w(lane) - 20) / CELL).unwrap_or(8)
    }

    /// The lane of an event that is drawn as a note.
    pub(super) fn of_event(&self, event: &Event) -> Lane {
        match &event.kind {
            EventKind::Intent { .. }
            | EventKind::Presented { .. }
            | EventKind::Keyed(_)
            | EventKind::Claim { .. } => Lane::Customer,
            EventKind::Conn { .. }
            | EventKind::Attaching { .. }
            | EventKind::FaultMet(_)
            | EventKind::TapLost(_)
            | EventKind::TapBack(_) => Lane::Link,
            EventKind::ClaimAnswered { .. } => Lane::Acquirer,
            EventKind::Retracted { channel, .. } if !channel.of_terminal() => {
                Lane::Channel(*channel)
            }
            EventKind::Callback { .. } | EventKind::CallbackRefused { .. } => {
                Lane::Channel(Channel::Callback)
            }
            _ => Lane::Terminal,
        }
    }

    /// The lane over which a fault lies.
    pub(super) fn of_fault(&self, fault: &Fault) -> Lane {
        let delays = fault.info().map(|info| info.delays);
        if let Some(Delays::Only(channel)) = delays
            && !channel.of_terminal()
            && self.find(Lane::Channel(channel)).is_some()
        {
            return Lane::Channel(channel);
        }
        let id = fault.id().0;
        let lanes = [
            ("link-", Lane::Link),
            ("net-", Lane::Link),
            ("acq-", Lane::Acquirer),
            ("settle-", Lane::Acquirer),
            ("sec-", Lane::Acquirer),
            ("qr-", Lane::Customer),
            ("op-", Lane::Customer),
            ("notify-callback", Lane::Channel(Channel::Callback)),
            ("notify-soundbox", Lane::Channel(Channel::Soundbox)),
            ("notify-", Lane::Wallet),
        ];
        let hit = lanes.iter().find(|(start, _)| id.starts_with(start)).map(|(_, lane)| *lane);
        hit.filter(|lane| self.find(*lane).is_some()).unwrap_or(Lane::Terminal)
    }
}
