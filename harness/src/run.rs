//! One plan on one rig, to a trace: gives the orders in time, heals the world, waits, ends.
//!
//! One plain loop for every kind of time. It knows no terminal, no simulator and no oracle: what
//! happened is written down here and judged elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use contract::{
    Action, Bounds, EventKind, Lapse, News, Rig, RigFault, Source, TerminalId, Time, Trace, Trigger,
};

use crate::plan::{Moment, Plan};

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

/// The longest time that passes at once, so that ctrl-C is heard soon on a rig in real time.
const SLICE: Lapse = Lapse::from_secs(1);

/// Added to the wait after healing, so that an event right at a bound is still seen (assumption).
const MARGIN: Lapse = Lapse::from_secs(10);

/// How long a run goes on after healing: a sale may begin just before it and wait for its whole
/// attended window, and only then do the bounds of the liveness rules count.
pub fn settling(bounds: &Bounds) -> Lapse {
    bounds.attended + bounds.longest() + MARGIN
}

/// Plays a plan. When `interrupted` is set, the trace stops where it is, without `Healed` or
/// `End`, and nothing about "eventually" can be said of it.
///
/// # Errors
/// A fault of the rig, together with what was seen until then.
#[expect(clippy::result_large_err, reason = "once per run, and a fault keeps its trace")]
pub fn run(
    plan: &Plan,
    rig: &mut dyn Rig,
    interrupted: &AtomicBool,
) -> Result<Trace, (Trace, RigFault)> {
    let trace = Trace::new(plan.header(rig.info().clone()));
    let mut play = Play::new(plan, rig, interrupted, trace);
    match play.all() {
        Ok(()) => Ok(play.trace),
        Err(fault) => Err((play.trace, fault)),
    }
}

/// A plan being played.
struct Play<'a> {
    plan: &'a Plan,
    rig: &'a mut dyn Rig,
    interrupted: &'a AtomicBool,
    trace: Trace,
    /// Moves whose moment is known, by index.
    due: BTreeSet<(Time, usize)>,
    /// Moves that wait for their trigger, by index.
    armed: BTreeSet<usize>,
    /// Moves that were made.
    made: BTreeSet<usize>,
    news: Vec<News>,
}

impl<'a> Play<'a> {
    fn new(
        plan: &'a Plan,
        rig: &'a mut dyn Rig,
        interrupted: &'a AtomicBool,
        trace: Trace,
    ) -> Play<'a> {
        let timed = |(index, m): (usize, &crate::plan::Move)| match m.moment {
            Moment::At(at) => Some((at, index)),
            Moment::On { .. } | Moment::After(_) => None,
        };
        let due = plan.moves.iter().enumerate().filter_map(timed).collect();
        let (armed, made, news) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        let mut play = Play { plan, rig, interrupted, trace, due, armed, made, news };
        play.arm(0);
        play
    }

    fn all(&mut self) -> Result<(), RigFault> {
        self.give_orders()?;
        if self.stopped() {
            return Ok(());
        }
        let healed = self.heal()?;
        let end = healed + settling(&self.plan.bounds);
        while self.rig.now() < end && !self.stopped() {
            self.pass(end)?;
        }
        if self.stopped() {
            return Ok(());
        }
        self.note(None, EventKind::End);
        self.quiescent(healed)
    }

    fn give_orders(&mut self) -> Result<(), RigFault> {
        loop {
            while let Some(&(at, index)) = self.due.first()
                && at <= self.rig.now().min(self.plan.until)
            {
                self.due.pop_first();
                self.make(index)?;
            }
            if self.rig.now() >= self.plan.until || self.stopped() {
                return Ok(());
            }
            let next = self.due.first().map_or(self.plan.until, |&(at, _)| at);
            self.pass(next.min(self.plan.until))?;
        }
    }

    /// Makes a move. The next one is armed first: what the order itself sets off counts for it.
    fn make(&mut self, index: usize) -> Result<(), RigFault> {
        let Some(this) = self.plan.moves.get(index) else { return Ok(()) };
        self.made.insert(index);
        self.note(this.action.terminal(), EventKind::Step(this.step));
        self.arm(index + 1);
        self.order(&this.action)
    }

    /// Gives an order and takes down what it sets off at once, before the next order.
    fn order(&mut self, action: &Action) -> Result<(), RigFault> {
        self.rig.act(action)?;
        let now = self.rig.now();
        self.advance(now, &[])
    }

    /// Lets a move that counts from the one before it begin to wait.
    fn arm(&mut self, index: usize) {
        match self.plan.moves.get(index).map(|this| &this.moment) {
            Some(Moment::On { .. }) => drop(self.armed.insert(index)),
            Some(Moment::After(lapse)) => drop(self.due.insert((self.rig.now() + *lapse, index))),
            Some(Moment::At(_)) | None => {}
        }
    }

    /// Lets time pass until `until`, an awaited event, or a slice later.
    fn pass(&mut self, until: Time) -> Result<(), RigFault> {
        let watch: Vec<Trigger> = self.awaited().map(|(_, trigger, ..)| trigger).collect();
        let (before, known) = (self.rig.now(), self.trace.events().len());
        self.advance(until.min(before + SLICE), &watch)?;
        if self.rig.now() == before && self.trace.events().len() == known {
            return Err(RigFault::Broken(format!("its clock stands still at {before}")));
        }
        Ok(())
    }

    fn advance(&mut self, until: Time, watch: &[Trigger]) -> Result<(), RigFault> {
        let result = self.rig.advance(until, watch, &mut self.news);
        for news in std::mem::take(&mut self.news) {
            self.fire(&news);
            self.trace.push(news);
        }
        result
    }

    /// The armed moves: index, trigger, terminal, delay.
    fn awaited(&self) -> impl Iterator<Item = (usize, Trigger, Option<TerminalId>, Lapse)> {
        self.armed.iter().filter_map(|&index| match self.plan.moves.get(index)?.moment {
            Moment::On { trigger, terminal, plus } => Some((index, trigger, terminal, plus)),
            Moment::At(_) | Moment::After(_) => None,
        })
    }

    /// Gives the moves that waited for this event their time.
    fn fire(&mut self, news: &News) {
        let here = |wanted: Option<TerminalId>| wanted.is_none_or(|one| news.terminal == Some(one));
        let fired: Vec<(Time, usize)> = self
            .awaited()
            .filter(|&(_, trigger, wanted, _)| trigger.matches(&news.kind) && here(wanted))
            .map(|(index, _, _, plus)| (news.at + plus, index))
            .collect();
        for (at, index) in fired {
            self.armed.remove(&index);
            self.due.insert((at, index));
        }
    }

    /// Ends every fault; returns when. Steps that never came are written down first.
    fn heal(&mut self) -> Result<Time, RigFault> {
        let missed: BTreeSet<u32> = (0..)
            .zip(&self.plan.moves)
            .filter(|(index, _)| !self.made.contains(index))
            .map(|(_, this)| this.step)
            .collect();
        for step in missed {
            self.note(None, EventKind::StepMissed(step));
        }
        self.armed.clear();
        self.order(&Action::Heal)?;
        self.note(None, EventKind::Healed);
        Ok(self.rig.now())
    }

    /// Proves that no fault was in force after healing: without that, "eventually" can't be
    /// judged.
    fn quiescent(&self, healed: Time) -> Result<(), RigFault> {
        let mut active = BTreeMap::new();
        for event in self.trace.events() {
            match &event.kind {
                EventKind::FaultOn { no, fault } => drop(active.insert(*no, fault.id())),
                EventKind::FaultOff(no) if event.at <= healed => drop(active.remove(no)),
                _ => {}
            }
        }
        match active.values().next() {
            None => Ok(()),
            Some(id) => Err(RigFault::Broken(format!("`{id}` was in force after healing"))),
        }
    }

    fn note(&mut self, terminal: Option<TerminalId>, kind: EventKind) {
        self.trace.push(News { at: self.rig.now(), terminal, source: Source::Harness, kind });
    }

    fn stopped(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}
