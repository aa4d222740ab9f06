//! Magic amounts: where they are switched on, the last digits of an amount call for a fault at the
//! host, so that a tester at a real keypad can play one. Data, embedded.

use std::cell::Cell;
use std::sync::LazyLock;

use contract::{Amount, Fault, FaultNo, FaultSpan, TerminalId};
use serde::Deserialize;

use crate::faults::Faults;

/// The amounts are told apart by so many of their last digits.
const DIGITS: u64 = 10_000;

/// Numbers of these faults begin here, far behind those of a plan.
const FIRST_NO: u32 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The last four digits of the amount in fen.
    last: u64,
    fault: Fault,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    amounts: Vec<Row>,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let parsed: Result<File, _> = toml::from_str(include_str!("../../data/magic-amounts.toml"));
    parsed.unwrap_or_else(|e| panic!("the embedded magic amounts: {e}")).amounts
});

/// The fault that an amount calls for.
fn fault_of(amount: Amount) -> Option<&'static Fault> {
    TABLE.iter().find(|row| row.last == amount.0 % DIGITS).map(|row| &row.fault)
}

/// All of them for people: an amount that ends so, and the fault's name in the catalogue.
pub fn amounts() -> impl Iterator<Item = (Amount, &'static str)> {
    TABLE.iter().map(|row| (Amount(row.last), row.fault.id().0))
}

/// The magic of a rig.
#[derive(Default)]
pub(crate) struct Magic {
    on: bool,
    begun: Cell<u32>,
}

impl Magic {
    pub(crate) fn new(on: bool) -> Magic {
        Magic { on, begun: Cell::new(0) }
    }

    /// A sale of this amount has come: puts in force what it calls for, for this one payment.
    pub(super) fn work(&self, faults: &Faults, terminal: TerminalId, amount: Option<Amount>) {
        let called = amount.filter(|_| self.on).and_then(fault_of);
        if let Some(fault) = called {
            let no = FaultNo(FIRST_NO + self.begun.get());
            self.begun.set(self.begun.get() + 1);
            faults.begin(no, terminal, fault.clone(), FaultSpan::Next(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn amounts_are_listed_once_and_call_for_faults_of_single_payments() {
        let last: BTreeSet<u64> = TABLE.iter().map(|row| row.last).collect();
        assert_eq!(last.len(), TABLE.len());
        assert!(TABLE.iter().all(|row| row.last < DIGITS && !row.fault.is_global()));
        assert_eq!(fault_of(Amount(1_239_101)), Some(&Fault::ResponseLost));
        assert_eq!(fault_of(Amount(1250)), None);
    }
}
