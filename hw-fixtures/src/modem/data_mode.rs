//! Data mode: bytes go to the other end of a connection, until `+++` between two silences.

use contract::{Lapse, Time};

use super::reply::Verdict;
use super::{Mode, Modem};

/// The silence before and after `+++` (Quectel EC2x&EG9x AT commands manual: 1 s).
const GUARD: Lapse = Lapse::from_secs(1);

/// A modem in data mode.
#[derive(Debug)]
pub(super) struct Online {
    /// The connection; `None` for a dialled call, whose bytes nobody takes: PPP is not played.
    id: Option<u8>,
    /// The last byte, or the beginning.
    last: Time,
    /// Held back: they may be the way out.
    pluses: usize,
}

impl Online {
    pub(super) fn dialled(now: Time) -> Online {
        Online { id: None, last: now, pluses: 0 }
    }

    pub(super) fn on(id: u8, now: Time) -> Online {
        Online { id: Some(id), last: now, pluses: 0 }
    }

    pub(super) fn id(&self) -> Option<u8> {
        self.id
    }

    pub(super) fn due(&self) -> Option<Time> {
        (self.pluses > 0).then(|| self.last + GUARD)
    }

    /// What to pass on when this byte came.
    fn push(&mut self, byte: u8, now: Time) -> Vec<u8> {
        // As long as it was quiet before the first one, the second and third may come at any time.
        let silence = now.since(std::mem::replace(&mut self.last, now)) >= GUARD;
        if byte == b'+' && (silence || (1..3).contains(&self.pluses)) {
            self.pluses += 1;
            return Vec::new();
        }
        let mut bytes = vec![b'+'; std::mem::take(&mut self.pluses)];
        bytes.push(byte);
        bytes
    }
}

impl Modem {
    pub(super) fn take_online(&mut self, byte: u8) {
        let now = self.now;
        let Mode::Online(online) = &mut self.session.mode else { return };
        let (id, bytes) = (online.id, online.push(byte, now));
        self.pass_on(id, &bytes);
    }

    /// The silence after one, two or three pluses is over.
    pub(super) fn pass_online(&mut self) {
        let now = self.now;
        let Mode::Online(online) = &mut self.session.mode else { return };
        if online.due().is_none_or(|due| due > now) {
            return;
        }
        let (id, pluses) = (online.id, std::mem::take(&mut online.pluses));
        if pluses == 3 {
            return self.leave_data_mode(Verdict::Ok);
        }
        self.pass_on(id, &vec![b'+'; pluses]);
    }

    pub(super) fn leave_data_mode(&mut self, verdict: Verdict) {
        self.session.mode = Mode::Command;
        self.session.console.verdict(verdict);
    }

    /// What does not fit any more is lost, as on a line without flow control.
    fn pass_on(&mut self, id: Option<u8>, bytes: &[u8]) {
        if let Some(id) = id {
            self.send(id, bytes);
        }
    }
}
