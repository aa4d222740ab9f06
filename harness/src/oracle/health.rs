//! The second half of L4: a health check names each channel that is switched off.
//!
//! Whoever sends to a phone or a soundbox learns of it when he sends, and the backend names it. The
//! terminal names SMS when the host's answers tell it, so a sale must have been sent and answered
//! meanwhile. A channel that was named before and still does not work is named. Exercised by each
//! time that a channel is switched off and that could be known.

use contract::event::Tap;
use contract::{Channel, Event, EventKind, Fault, Message, Purpose};

use super::calm::Trouble;
use super::docket::Docket;
use super::history::History;
use crate::finding::Violation;

/// The channel that a fault switches off, or makes say something wrong, so that a health check has
/// something to name.
pub(super) fn switched_off(fault: &Fault) -> Option<Channel> {
    match fault {
        Fault::NotifySmsOff { .. } => Some(Channel::Sms),
        Fault::NotifyAccountSetting { .. } => Some(Channel::Push),
        Fault::NotifySoundboxMuted
        | Fault::NotifySoundboxCorpusMissing
        | Fault::SoundboxMispronounces
        | Fault::NotifyWrongMerchant => Some(Channel::Soundbox),
        _ => None,
    }
}

pub(super) fn names_what_is_off(history: &History, docket: &mut Docket) {
    for trouble in history.troubles.values() {
        let Some(channel) = switched_off(trouble.fault) else { continue };
        if !history.header().rig.channels.contains(&channel) || !can_know(history, trouble, channel)
        {
            continue;
        }
        docket.exercised();
        if is_named(history, trouble, channel) || !history.ended() {
            continue;
        }
        docket.broken(history.last(), || Violation {
            terminal: trouble.terminal,
            // The check of SMS is the terminal's own.
            channel: (channel != Channel::Sms).then_some(channel),
            evidence: vec![trouble.on.1],
            truth: format!("{} is switched off", channel.word()),
            seen: "nothing".into(),
            what: format!("no health check names {}, which is switched off", channel.word()),
            ..Violation::default()
        });
    }
}

/// What happened at the place of a fault.
fn there<'h>(history: &'h History, trouble: &Trouble) -> impl Iterator<Item = &'h Event> {
    let place = trouble.terminal;
    history.events().iter().filter(move |event| place.is_none() || event.terminal == place)
}

fn can_know(history: &History, trouble: &Trouble, channel: Channel) -> bool {
    if channel != Channel::Sms {
        return trouble.met.is_some();
    }
    let sale = |message: &&Message| message.purpose == Purpose::Sale;
    let mut asked = None;
    there(history, trouble).filter(|event| (trouble.on.1..trouble.off.1).contains(&event.seq)).any(
        |event| match &event.kind {
            EventKind::Sent(wire) if wire.tap == Tap::TerminalWire => {
                asked = wire.message.as_ref().filter(sale).map(|message| message.stan).or(asked);
                false
            }
            EventKind::Received(wire) if wire.tap == Tap::TerminalWire => {
                let answered = wire.message.as_ref().filter(sale).map(|message| message.stan);
                asked.is_some() && answered == asked
            }
            _ => false,
        },
    )
}

/// Whether the channel is named once the fault is there: by what was said before and still stands,
/// or later.
fn is_named(history: &History, trouble: &Trouble, channel: Channel) -> bool {
    let mut named = false;
    for event in there(history, trouble) {
        if named && event.seq > trouble.on.1 {
            return true;
        }
        match &event.kind {
            EventKind::Health { item, well, .. } if item == channel.word() => named = !well,
            _ => {}
        }
    }
    named
}
