//! What faults do to the machines of a rig: power, processor, stored settings, firmware image.
//!
//! Everything else asks `faults` by itself.

use contract::event::FlashChange;
use contract::fault::Setting;
use contract::{EventKind, Fault, FaultNo, FaultSpan, Lapse, RigFault, Source, TerminalId};

use super::SimRig;
use crate::acquirer::HOST;
use crate::env::Tap;
use crate::terminal::{Config, firmware};
use crate::wire::codes;

/// How much of a torn write stays, in parts per million (assumption: a flash page that was half
/// programmed).
const TORN: u32 = 500_000;

/// A crash leaves the flash as it is.
const WHOLE: u32 = 1_000_000;

/// The hardware watchdog resets a processor that stands still for this long: 30 s (assumption, the
/// longest that the fault catalogue allows a good terminal).
const WATCHDOG: Lapse = Lapse::from_secs(30);

impl SimRig {
    pub(super) fn begin(
        &mut self,
        no: FaultNo,
        terminal: TerminalId,
        fault: &Fault,
        span: FaultSpan,
    ) -> Result<(), RigFault> {
        self.world.till(terminal)?;
        self.world.faults.begin(no, terminal, fault.clone(), span);
        if let FaultSpan::For(lapse) = span {
            let hung = *fault == Fault::FwHang && lapse >= WATCHDOG;
            self.ends.insert((self.clock.now() + if hung { WATCHDOG } else { lapse }, no));
        }
        match fault {
            Fault::PowerCut => self.cut(terminal),
            Fault::FwCrash => self.crash(terminal),
            Fault::FwHang => self.hang(no, terminal),
            Fault::JournalLost => {
                self.crash(terminal);
                self.world.erase(terminal);
                self.boot(terminal);
            }
            Fault::ConfigBad { .. }
            | Fault::TerminalListPartial { .. }
            | Fault::FwOutdated { .. } => {
                self.world.store(terminal, |config, _| spoil(config, fault));
                self.restart(terminal);
            }
            Fault::AcqRestart | Fault::BackupFailover => drop(self.engine.power_off(HOST, None)),
            link => drop(self.world.link(terminal).impose(no, link)),
        }
        Ok(())
    }

    pub(super) fn end(&mut self, no: FaultNo) {
        let Some((terminal, fault)) = self.world.faults.end(no) else {
            return;
        };
        let still_on = self.world.faults.is_on(terminal, |other| other.id() == fault.id());
        match &fault {
            Fault::PowerCut if !still_on => self.restore(terminal),
            Fault::AcqRestart | Fault::BackupFailover => self.host_up(terminal),
            Fault::FwCrash if !still_on => self.boot(terminal),
            Fault::FwHang if !still_on => self.wake(no, terminal),
            Fault::PowerCut | Fault::FwCrash | Fault::FwHang | Fault::JournalLost => {}
            Fault::ConfigBad { .. }
            | Fault::TerminalListPartial { .. }
            | Fault::FwOutdated { .. } => {
                self.world.store(terminal, |config, sound| mend(config, sound, &fault));
                self.restart(terminal);
            }
            _ => self.world.link(terminal).lift(no),
        }
    }

    /// The first host starts again, unless something else keeps it down.
    fn host_up(&mut self, terminal: TerminalId) {
        let down = |fault: &Fault| matches!(fault, Fault::AcqRestart | Fault::BackupFailover);
        if !self.world.faults.is_on(terminal, down) {
            self.engine.power_on(HOST);
        }
    }

    pub(super) fn cut(&mut self, terminal: TerminalId) {
        if !self.world.set_power(terminal, false) {
            return;
        }
        let tear = |fault: &Fault| matches!(fault, Fault::StoreTornWrite).then_some(TORN);
        let torn = self.world.faults.meet(terminal, tear);
        let lost = self.engine.power_off(&terminal.to_string(), torn);
        let tell = |source, kind| self.recorder.tell(Some(terminal), source, kind);
        tell(Source::Power, EventKind::Power { on: false });
        if lost > 0 {
            tell(Source::Terminal, EventKind::Flash(FlashChange::Lost { lost }));
        }
    }

    pub(super) fn restore(&mut self, terminal: TerminalId) {
        self.world.set_power(terminal, true);
        self.recorder.tell(Some(terminal), Source::Power, EventKind::Power { on: true });
        self.engine.power_on(&terminal.to_string());
    }

    /// The firmware is gone from memory; the terminal has power and does nothing.
    fn crash(&mut self, terminal: TerminalId) {
        if self.world.set_running(terminal, false) {
            self.engine.power_off(&terminal.to_string(), Some(WHOLE));
        }
    }

    /// The firmware starts from its first line, unless the power is off or it runs.
    fn boot(&mut self, terminal: TerminalId) {
        if self.world.set_running(terminal, true) {
            self.engine.power_on(&terminal.to_string());
        }
    }

    /// Somebody restarts the terminal from its menu.
    pub(super) fn restart(&mut self, terminal: TerminalId) {
        self.crash(terminal);
        self.boot(terminal);
    }

    fn hang(&mut self, no: FaultNo, terminal: TerminalId) {
        self.world.freeze(terminal, true);
        self.hangs.insert(no, self.clock.now() + WATCHDOG);
    }

    /// Goes on where it stood, or from its first line when the watchdog was there first.
    fn wake(&mut self, no: FaultNo, terminal: TerminalId) {
        let due = self.hangs.remove(&no);
        self.world.freeze(terminal, false);
        if due.is_some_and(|due| due <= self.clock.now()) {
            self.restart(terminal);
        }
    }
}

/// What a technician or an old image changes in a terminal's store.
fn spoil(config: &mut Config, fault: &Fault) {
    match fault {
        Fault::ConfigBad { key: Setting::Tid } => drop(config.tid.pop()),
        Fault::ConfigBad { key: Setting::Mid } => drop(config.mid.pop()),
        Fault::ConfigBad { key: Setting::Queries } => config.waits = [].into(),
        Fault::TerminalListPartial { last } => config.list_last = usize::try_from(*last).ok(),
        Fault::FwOutdated { behind } => {
            let behind = u16::try_from(*behind).unwrap_or(u16::MAX);
            (config.codes, config.version) =
                (codes::known_before, firmware::NEWEST.saturating_sub(behind));
        }
        _ => {}
    }
}

/// The reverse of `spoil`.
fn mend(config: &mut Config, sound: &Config, fault: &Fault) {
    match fault {
        Fault::ConfigBad { key: Setting::Tid } => config.tid.clone_from(&sound.tid),
        Fault::ConfigBad { key: Setting::Mid } => config.mid.clone_from(&sound.mid),
        Fault::ConfigBad { key: Setting::Queries } => config.waits.clone_from(&sound.waits),
        Fault::TerminalListPartial { .. } => config.list_last = sound.list_last,
        Fault::FwOutdated { .. } => {
            (config.codes, config.version) = (sound.codes, sound.version);
        }
        _ => {}
    }
}
