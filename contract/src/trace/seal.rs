//! The last line of a trace: what the lines before it come to, so that a trace that was cut or
//! changed can be told from a whole one.
//!
//! It guards against accidents and careless hands, not against a forger.

use serde::{Deserialize, Serialize};

use super::Trace;

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seal {
    /// How many events there are.
    payrig_end: u64,
    /// The trace's digest, 16 hexadecimal digits, as reports have it.
    digest: String,
}

impl Seal {
    /// How such a line begins.
    pub(super) const BEGIN: &str = "{\"payrig_end\"";

    pub(super) fn of(trace: &Trace) -> Seal {
        let digest = format!("{:016x}", trace.digest());
        Seal { payrig_end: trace.events().len() as u64, digest }
    }

    /// What does not fit this trace; `None` when all does.
    pub(super) fn differs(&self, trace: &Trace) -> Option<String> {
        let found = Seal::of(trace);
        if self.payrig_end != found.payrig_end {
            let (written, there) = (self.payrig_end, found.payrig_end);
            return Some(format!("{written} events were written, and {there} are there"));
        }
        let Seal { digest, .. } = self;
        (*digest != found.digest).then(|| {
            format!("its digest was {digest}, and that of what is there is {}", found.digest)
        })
    }
}
