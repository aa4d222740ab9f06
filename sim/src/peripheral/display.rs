//! The terminal's display: the firmware writes lines, people and the rig's camera read them.

use std::cell::RefCell;
use std::rc::Rc;

use contract::{EventKind, Fault, Source, TerminalId, Time};

use super::LINE_DELAY;
use super::reader::{self, Shown};
use super::signal::Signal;
use crate::device::{Said, Says, Screen};
use crate::env::{Env, Tap};
use crate::faults::Faults;

/// The display does not answer; it goes on showing what it showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stuck;

struct Seen {
    /// When a person can see it.
    due: Time,
    shown: Shown,
}

/// A display. Its newest content is what counts; a reader never sees two at once.
pub(crate) struct Display {
    terminal: TerminalId,
    tap: Rc<dyn Tap>,
    faults: Rc<Faults>,
    /// Where its lines go besides, for a display that somebody else looks at.
    says: Option<Says>,
    seen: RefCell<Option<Rc<Seen>>>,
    changed: Signal,
}

impl Display {
    pub(crate) fn new(
        terminal: TerminalId,
        tap: Rc<dyn Tap>,
        faults: Rc<Faults>,
        says: Option<Says>,
    ) -> Rc<Display> {
        let (seen, changed) = (RefCell::default(), Signal::default());
        Rc::new(Display { terminal, tap, faults, says, seen, changed })
    }

    /// The firmware draws these lines.
    pub(crate) fn draw(&self, now: Time, lines: &[&str]) -> Result<(), Stuck> {
        if self.faults.meets(self.terminal, |fault| matches!(fault, Fault::DisplayStuck)) {
            return Err(Stuck);
        }
        if let Some(says) = &self.says {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            says(Said::Screen(Screen { lines, meaning: None }));
        }
        self.show(now, reader::read_screen(lines), lines);
        Ok(())
    }

    /// It shows these lines, which mean this.
    pub(crate) fn show(&self, now: Time, shown: Shown, lines: &[&str]) {
        if self.tap.on() {
            self.tap.tell(Some(self.terminal), Source::Terminal, event(&shown, lines));
        }
        *self.seen.borrow_mut() = Some(Rc::new(Seen { due: now + LINE_DELAY, shown }));
        self.changed.raise();
    }

    /// Dark: the power is gone.
    pub(crate) fn darken(&self) {
        *self.seen.borrow_mut() = None;
        self.changed.raise();
    }

    /// What a person sees now; `None` for a dark display.
    pub(crate) fn look(&self, now: Time) -> Option<Shown> {
        let seen = self.seen.borrow();
        seen.as_ref().filter(|seen| seen.due <= now).map(|seen| seen.shown.clone())
    }

    /// Waits until the display shows something that `wanted` picks out. One reader only.
    pub(crate) async fn watch<T>(&self, env: &Env, wanted: impl Fn(&Shown) -> Option<T>) -> T {
        loop {
            let seen = self.seen.borrow().clone();
            match seen {
                Some(seen) if seen.due > env.now() => env.sleep_until(seen.due).await,
                Some(seen) => match wanted(&seen.shown) {
                    Some(found) => return found,
                    None => self.changed.wait().await,
                },
                None => self.changed.wait().await,
            }
        }
    }
}

fn event(shown: &Shown, lines: &[&str]) -> EventKind {
    let text = lines.join(" / ");
    match shown {
        Shown::Phase(phase) => EventKind::Screen { phase: *phase, text },
        Shown::Report(report) => {
            EventKind::Report(Box::new(report.clone().on(contract::Channel::Screen, text)))
        }
        Shown::Health { item, well, fault } => {
            EventKind::Health { item: item.clone(), well: *well, fault: fault.clone() }
        }
        Shown::List(list) => EventKind::List(Box::new(list.clone())),
        Shown::Batch(batch, list) => EventKind::BatchClosed {
            batch: *batch,
            orders: list.rows.iter().map(|row| row.order).collect(),
            total: list.total,
        },
    }
}
