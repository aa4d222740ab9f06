//! Callbacks: the acquirer calls the merchant's own server until it acknowledges or the schedule
//! ends. The call is delivered at least once, and what it tells is booked exactly once.

use contract::fault::CallbackFailure;
use contract::{Channel, EventKind, Fault, Source};

use super::{Merchant, Paid, Words};
use crate::env::Env;
use crate::wallet::Wallet;

impl Merchant {
    /// Calls about a payment, by the schedule. The first call has arrived.
    pub(super) async fn call_back(&self, env: &Env, wallet: &Wallet, paid: Paid) {
        if self.kept_back(wallet, paid) {
            return;
        }
        let mut further = (2..).zip(&self.schedule.pauses);
        let mut failure = self.call(wallet, paid, 1);
        if self.sent_twice(Channel::Callback, paid.terminal) {
            env.sleep(self.takes(Channel::Callback)).await;
            self.call(wallet, paid, 1);
        }
        while let (Some(why), Some((attempt, pause))) = (failure, further.next()) {
            if why == CallbackFailure::Timeout {
                env.sleep(self.schedule.answer_within).await;
            }
            env.sleep(*pause).await;
            env.sleep(self.takes(Channel::Callback)).await;
            if self.kept_back(wallet, paid) {
                return;
            }
            failure = self.call(wallet, paid, attempt);
        }
    }

    /// Some aggregators do not call any more about what a query has told.
    fn kept_back(&self, wallet: &Wallet, paid: Paid) -> bool {
        let stops = |f: &Fault| matches!(f, Fault::NotifySuppressedAfterQuery).then_some(());
        wallet.was_queried(paid.order) && self.faults.meet(paid.terminal, stops).is_some()
    }

    /// One call reaches the server; how it fails, if it does. A good server books what it can
    /// read, once for each order, and asks first what became of it.
    fn call(&self, wallet: &Wallet, paid: Paid, attempt: u32) -> Option<CallbackFailure> {
        let order = paid.order;
        let failure = self.faults.meet(paid.terminal, |fault| match fault {
            Fault::NotifyCallback { failure } => Some(*failure),
            _ => None,
        });
        let kind = EventKind::Callback { order, attempt, failure };
        self.tap.tell(Some(paid.terminal), Source::Merchant, kind);
        if failure.is_none_or(CallbackFailure::was_read) {
            self.deliver(wallet, Channel::Callback, paid, Words::Fresh);
        }
        failure
    }
}
