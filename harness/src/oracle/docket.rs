//! The docket: where an oracle writes down what it found about one rule.
//!
//! It knows how verdicts go together, and nothing of any rule.

use std::collections::BTreeMap;

use contract::event::Tap;

use crate::finding::{Finding, Measured, Rule, Verdict, Violation};

/// So many violations of one rule are kept, the first ones; the last of them says how many more
/// there are.
pub(super) const KEPT: usize = 20;

/// One rule's case.
pub(super) struct Docket {
    rule: Rule,
    exercised: u32,
    broken: u32,
    kept: BTreeMap<(u64, u32), Violation>,
    unseen: Option<Tap>,
    lost: Option<Tap>,
    stopped_early: bool,
    slowest: Option<Measured>,
}

impl Docket {
    pub(super) fn new(rule: Rule) -> Docket {
        Docket {
            rule,
            exercised: 0,
            broken: 0,
            kept: BTreeMap::new(),
            unseen: None,
            lost: None,
            stopped_early: false,
            slowest: None,
        }
    }

    /// The rule's premise occurred.
    pub(super) fn exercised(&mut self) {
        self.exercised = self.exercised.saturating_add(1);
    }

    /// Whether the premise occurred so far.
    pub(super) fn was_exercised(&self) -> bool {
        self.exercised > 0
    }

    /// The rule was broken at this event. `violation` is made only when it is kept.
    pub(super) fn broken(&mut self, event: u64, violation: impl FnOnce() -> Violation) {
        self.broken = self.broken.saturating_add(1);
        let full = self.kept.len() >= KEPT;
        if full && self.kept.last_key_value().is_some_and(|((last, _), _)| event >= *last) {
            return;
        }
        if full {
            self.kept.pop_last();
        }
        let mut violation = Violation { event, ..violation() };
        violation.evidence.push(event);
        violation.evidence.sort_unstable();
        violation.evidence.dedup();
        self.kept.insert((event, self.broken), violation);
    }

    /// Something that should have been seen was not: a breach, unless the tap that would have
    /// seen it was blind.
    pub(super) fn absent(
        &mut self,
        blind: Option<Tap>,
        event: u64,
        violation: impl FnOnce() -> Violation,
    ) {
        match blind {
            Some(tap) => self.undecided(tap),
            None => self.broken(event, violation),
        }
    }

    /// A tap was lost where it mattered.
    pub(super) fn undecided(&mut self, tap: Tap) {
        self.lost.get_or_insert(tap);
    }

    /// The rig has no such tap, and without it nothing can be said.
    pub(super) fn not_observable(&mut self, tap: Tap) {
        self.unseen.get_or_insert(tap);
    }

    /// The run ended before the rule could be judged.
    pub(super) fn stopped_early(&mut self) {
        self.stopped_early = true;
    }

    /// A time that kept its bound.
    pub(super) fn took(&mut self, measured: Measured) {
        if self.slowest.is_none_or(|slowest| slowest.took < measured.took) {
            self.slowest = Some(measured);
        }
    }

    /// The verdict.
    pub(super) fn close(self) -> Finding {
        let verdict = self.verdict();
        let tap = match verdict {
            Verdict::NotObservable => self.unseen,
            Verdict::Undecided => self.lost,
            _ => None,
        };
        let more = self.broken as usize - self.kept.len();
        let mut violations: Vec<Violation> = self.kept.into_values().collect();
        if let (true, Some(last)) = (more > 0, violations.last_mut()) {
            last.what.push_str(&format!(" ({more} more breaches of this rule are not listed)"));
        }
        // What was broken occurred, even where the breach is that a premise never came.
        let exercised = self.exercised.max(self.broken);
        Finding { rule: self.rule, verdict, exercised, violations, tap, slowest: self.slowest }
    }

    fn verdict(&self) -> Verdict {
        if self.broken > 0 {
            Verdict::Broken
        } else if self.unseen.is_some() {
            Verdict::NotObservable
        } else if self.lost.is_some() || (self.stopped_early && self.exercised > 0) {
            Verdict::Undecided
        } else if self.exercised == 0 {
            Verdict::NotExercised
        } else {
            Verdict::Held
        }
    }
}
