//! Messages of a trace as pairs: which arrival belongs to which departure, how late it was, and
//! what never arrived. Judges nothing.

use std::collections::{BTreeMap, VecDeque};

use contract::event::{Tap, WireMessage};
use contract::{EventKind, Lapse, TerminalId, Trace};

/// A message on its way, in numbers of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Its departure; `None` for bytes that nobody was seen to send.
    pub sent: Option<u64>,
    /// Its arrival; `None` when it never came.
    pub received: Option<u64>,
    /// How long it took.
    pub took: Option<Lapse>,
}

/// Whose frames wait for their arrival: terminal and the tap at the far end.
type Wire = (Option<TerminalId>, Tap);

/// All messages of a trace, in the order in which each was first seen. Equal frames that were sent
/// again are taken to arrive in the order in which they were sent; bytes that nobody can read, to
/// be what became of the oldest frame of their length that waits on their connection.
pub fn passages(trace: &Trace) -> Vec<Passage> {
    let mut all: Vec<Passage> = Vec::new();
    let mut open = BTreeMap::<Wire, VecDeque<(usize, &WireMessage)>>::new();
    for event in trace.events() {
        match &event.kind {
            EventKind::Sent(wire) => {
                let waiting = open.entry((event.terminal, far(wire.tap))).or_default();
                waiting.push_back((all.len(), wire));
                all.push(Passage { sent: Some(event.seq), received: None, took: None });
            }
            EventKind::Received(wire) => {
                let waiting = open.entry((event.terminal, wire.tap)).or_default();
                let same = |(_, sent): &(usize, &WireMessage)| sent.bytes == wire.bytes;
                let spoilt = |(_, sent): &(usize, &WireMessage)| {
                    wire.message.is_none()
                        && (sent.conn, sent.bytes.0.len()) == (wire.conn, wire.bytes.0.len())
                };
                let found = waiting.iter().position(same);
                let found = found.or_else(|| waiting.iter().position(spoilt));
                let Some((index, _)) = found.and_then(|found| waiting.remove(found)) else {
                    all.push(Passage { sent: None, received: Some(event.seq), took: None });
                    continue;
                };
                let left = all[index].sent.and_then(|seq| trace.event(seq));
                all[index].received = Some(event.seq);
                all[index].took = left.map(|left| event.at.since(left.at));
            }
            _ => {}
        }
    }
    all
}

/// The other end of the wire.
const fn far(tap: Tap) -> Tap {
    match tap {
        Tap::TerminalWire => Tap::HostWire,
        _ => Tap::TerminalWire,
    }
}

#[cfg(test)]
mod tests {
    use contract::{Header, News, Source, Time};

    use super::*;

    #[test]
    fn frames_are_paired_in_their_order_and_what_is_lost_or_new_stays_alone() {
        let mut trace = Trace::new(Header::blank());
        let wire = |tap, byte: u8| {
            let bytes = (&[byte][..]).into();
            Box::new(WireMessage { tap, conn: 1, bytes, message: None, authentic: true })
        };
        let sent = |tap, byte| EventKind::Sent(wire(tap, byte));
        let received = |tap, byte| EventKind::Received(wire(tap, byte));
        let (till, host) = (Tap::TerminalWire, Tap::HostWire);
        for (ms, kind) in [
            (10, sent(till, 1)),
            (20, sent(till, 1)),
            (50, received(host, 1)),
            (90, received(host, 1)),
            (100, sent(host, 2)),
            (110, received(till, 9)),
            (120, received(till, 9)),
            (130, sent(host, 3)),
        ] {
            let (at, terminal) = (Time::from_ms(ms), Some(TerminalId(1)));
            trace.push(News { at, terminal, source: Source::Terminal, kind });
        }
        let found: Vec<_> = passages(&trace)
            .into_iter()
            .map(|one| (one.sent, one.received, one.took.map(Lapse::as_ms)))
            .collect();
        assert_eq!(
            found,
            [
                (Some(1), Some(3), Some(40)),
                (Some(2), Some(4), Some(70)),
                (Some(5), Some(6), Some(10)),
                (None, Some(7), None),
                (Some(8), None, None),
            ]
        );
    }
}
