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
        self.replayed(env, paid).await;
    }

    /// A stranger recorded the call and sends it once more.
    async fn replayed(&self, env: &Env, paid: Paid) {
        let again = |fault: &Fault| match fault {
            Fault::NotifyReplayed { age } => Some(*age),
            _ => None,
        };
        let Some(age) = self.faults.find(paid.terminal, again) else { return };
        env.sleep(age).await;
        if self.faults.meet(paid.terminal, again).is_some() {
            self.turn_away(paid);
        }
    }

    /// A call reaches the server that is not the acquirer's. A good server checks the signature
    /// and its time stamp before it reads on: nothing is booked.
    pub(super) fn turn_away(&self, Paid { order, terminal, .. }: Paid) {
        let kind = EventKind::CallbackRefused { order };
        self.tap.tell(Some(terminal), Source::Merchant, kind);
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
