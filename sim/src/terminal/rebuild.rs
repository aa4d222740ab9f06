//! A terminal whose journal knows of no payment: it may be a new device in the place of another.
//! Before it sells it learns from the host which payments there are. Only the last one can be open,
//! because a terminal makes one payment after the other; that one is shown.

use contract::{OrderId, Purpose, Status};

use super::journal::{Entry, Mark, Stage};
use super::resolve::Told;
use super::{Terminal, order_of};

/// So many numbers are skipped behind the last order that the host knows of: the old device may
/// have used some that never reached the host (assumption).
const MARGIN: u32 = 100;

impl Terminal {
    /// Whether it knows what it sold before. Where it does not it signs in to learn it: `false`
    /// when the host does not answer.
    pub(super) async fn knows_past(&mut self) -> bool {
        if self.host.blank {
            self.desk.draw(&["PLEASE WAIT 正在签到"]);
            self.note_stans().await;
            let Terminal { env, host, desk, .. } = self;
            let signed_in = tokio::select! {
                biased;
                done = host.sign_in(env) => done.is_ok(),
                () = desk.attend() => false,
            };
            if signed_in {
                self.learn_past().await;
            }
        }
        !self.host.blank
    }

    /// After a sign-in: catches up with what the host told.
    pub(super) async fn learn_past(&mut self) {
        if std::mem::take(&mut self.host.blank) {
            Box::pin(self.rebuild()).await;
        }
    }

    async fn rebuild(&mut self) {
        let number = |order: OrderId| -> Option<u32> {
            order.as_str().strip_prefix(&*self.config.tid)?.parse().ok()
        };
        let (first, last) = self.host.told;
        let Some(last) = last.and_then(number) else { return };
        let first = first.and_then(number);
        let floor = first.map_or(last, |first| first.saturating_sub(1));
        self.counter = self.counter.max(last.saturating_add(MARGIN));
        self.desk.draw(&["RECOVERING 正在从主机取回流水"]);
        // Not written: the journal stays empty, and a power cut leads here again.
        let _ = self.journal.mark(&self.env, Mark::Closed(floor)).await;
        for number in first.unwrap_or(last)..=last {
            match self.look_up(number).await {
                Some((entry, status)) if number == last => self.finish(entry, status).await,
                Some((entry, Status::Approved)) => {
                    self.record(Entry { stage: Stage::Printed, ..entry }).await;
                }
                _ => {}
            }
        }
    }

    /// Asks what became of an order until that is final; `None` for one that the host does not
    /// know.
    async fn look_up(&mut self, number: u32) -> Option<(Entry, Status)> {
        let order = order_of(&self.config.tid, number)?;
        let sent_at = self.clock();
        let entry = Entry { order, number, sent_at, copy: true, ..Entry::default() };
        for asked in 0.. {
            let mut query = self.about(Purpose::Query, &entry);
            query.message.amount = None;
            let answer = self.ask(query).await;
            let amount = answer.as_ref().and_then(|pdu| pdu.message.amount).unwrap_or_default();
            let entry = Entry { amount, ..entry };
            let entry = answer.as_ref().map_or(entry, |pdu| self.booked(entry, pdu));
            match self.told(answer.as_ref()) {
                Told::Paid | Told::Part => return Some((entry, Status::Approved)),
                Told::Failed => return Some((entry, Status::Declined)),
                Told::NotFound => return None,
                Told::SignIn => self.host.sign_out(),
                Told::Paying | Told::Nothing => {}
            }
            let wait = self.wait_before(asked);
            self.desk.pause(wait, wait).await;
        }
        None
    }
}
