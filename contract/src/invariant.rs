//! The rules that every run is judged by. Safety holds at every moment; liveness after healing.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! invariants {
    ($($id:ident, $name:literal, $statement:literal;)*) => {
        /// A rule about payments; `S` for safety, `L` for liveness.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 Serialize, Deserialize)]
        pub enum Invariant {
            $(#[doc = $statement] $id),*
        }

        impl Invariant {
            /// All of them, in order.
            pub const ALL: &[Invariant] = &[$(Invariant::$id),*];

            /// `S1`.
            pub const fn id(self) -> &'static str {
                match self { $(Invariant::$id => stringify!($id)),* }
            }

            /// Its name in two or three words.
            pub const fn name(self) -> &'static str {
                match self { $(Invariant::$id => $name),* }
            }

            /// What it demands, one sentence.
            pub const fn statement(self) -> &'static str {
                match self { $(Invariant::$id => $statement),* }
            }
        }
    };
}

invariants! {
    S1, "exactly-once report",
        "A captured payment is reported as paid at most once on each exactly-once channel; \
         anything further is marked as a copy.";
    S2, "no phantom success",
        "Nothing is reported as paid that the wallet has not captured by then, and no terminal \
         says paid of a payment that it knows to be undone.";
    S3, "single capture per intent",
        "One wish to pay takes the money once, and while an order of it is unresolved no new \
         debit is sent for it.";
    S4, "amount fidelity",
        "The keyed amount, the request, the ledger and every report are the same amount in the \
         same currency.";
    S5, "reversal consistency",
        "Once a payment is shown or acknowledged as reversed it is never reported as paid, and \
         the ledger does not hold it as captured.";
    S6, "write-ahead",
        "No debit request leaves the terminal before its flash safely holds a record of that \
         order, and what a power cut leaves is an old or a new record, never a third.";
    S7, "correlation",
        "An answer changes an order only when type, STAN, terminal, merchant, order and amount \
         match a request that is waiting for it, and no refusal makes it paid.";
    S8, "authenticity",
        "State changes only by messages that come from the right host for the right merchant.";
    S9, "batch integrity",
        "Each captured payment is in exactly one batch, totals equal the ledger, and no batch \
         closes over an unresolved order.";
    S10, "complete view",
        "A list's count and total are those of what it says it shows; a filter that hides \
         payments is named.";
    S11, "identity",
        "Order numbers, and terminal number with batch and STAN, are never used twice.";
    S12, "scan honesty",
        "A debit request carries exactly the digits of a code that a customer presented; an \
         unreadable or ill-formed code leads to no request.";
    S13, "monotone status",
        "A final status is never followed by an earlier one, and reports carry the time of \
         payment.";
    S14, "artefact honesty",
        "No receipt says paid for an order that was not captured, a repeat is marked as a copy, \
         and a copy repeats something.";
    L1, "eventual report",
        "A captured payment is reported as paid on a channel that the merchant sees, within the \
         bound after the trouble healed, and not retracted.";
    L2, "eventual resolution",
        "Every order that left the terminal is shown as approved, declined or reversed, as the \
         ledger says, within the bound after the trouble healed.";
    L3, "recovery first",
        "After power-up the terminal presents or resolves what was open before it takes a new \
         sale, or tells the operator.";
    L4, "every channel",
        "Each enabled channel reports within its bound after it healed, and the health check \
         names each disabled one.";
    L5, "callback schedule",
        "While the merchant's server does not acknowledge, callbacks are tried at the moments of \
         the schedule, and stop when it does.";
    L6, "responsiveness",
        "The terminal reacts to a key within the bound while it waits, and an attended wait ends \
         in a clear text within the window.";
    L7, "politeness",
        "Queries and reversals of one order keep their distance, and a healed outage does not set \
         off a storm.";
    L8, "dispute closure",
        "A customer's claim with an order number is answered with what the ledger says, within \
         the bound.";
}

impl Invariant {
    /// The rule of this id, any case.
    pub fn from_id(id: &str) -> Option<Invariant> {
        Invariant::ALL.iter().copied().find(|rule| rule.id().eq_ignore_ascii_case(id))
    }

    /// Liveness rules are judged only after the world was healed.
    pub fn is_liveness(self) -> bool {
        self.id().starts_with('L')
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
