//! From an unknown or pending result to a final one: the query loop, then the reversal.

use contract::{Lapse, Message, Purpose, Status};

use super::Terminal;
use super::journal::{Entry, Stage};
use super::policy::OnPending;
use crate::wire::Pdu;
use crate::wire::codes::{Class, class_of};

/// Field 39 of a reversal: no answer in time (CUP practice, from memory).
const REASON_SILENCE: &str = "98";

/// Wallets refuse a reversal earlier than this after the sale (WeChat Pay v2 reverse guide).
const REVERSE_EARLIEST: Lapse = Lapse::from_secs(15);

/// Pauses once the preset's are used up: longer and longer, never above 20 s, so that a healed
/// line is noticed soon (assumption).
const BACKOFF_S: [u64; 3] = [10, 15, 20];

/// What a query told.
enum Told {
    Paid(Box<Pdu>),
    Failed,
    Paying,
    NotFound,
    Nothing,
}

impl Terminal {
    /// Asks until the result is final. Takes no sale meanwhile.
    pub(super) async fn resolve(&mut self, entry: Entry) {
        let policy = self.config.policy;
        let mut shown = Status::Unknown;
        for asked in 0.. {
            let window_over = asked >= self.config.waits.len() || self.desk.cancelled.get();
            let wait = self.wait_before(asked);
            self.desk.pause(policy.pause(wait)).await;
            match self.query(&entry).await {
                Told::Paid(pdu) if self.amount_fits(&entry, &pdu) => {
                    return self.approve(entry, &pdu).await;
                }
                Told::Failed => return self.finish(entry, Stage::Declined).await,
                Told::Paying if policy.on_pending() == OnPending::Approve => {
                    return self.finish(entry, Stage::Approved).await;
                }
                Told::NotFound if policy.gives_up_when_not_found() => {
                    return self.finish(entry, Stage::Declined).await;
                }
                Told::Paid(_) | Told::Paying | Told::NotFound if window_over => {
                    return self.undo(entry).await;
                }
                Told::Paying if shown != Status::Pending => {
                    shown = Status::Pending;
                    self.desk.show(&entry, Status::Pending, false);
                }
                _ => {}
            }
            if policy.forgets_after().is_some_and(|most| asked + 1 >= most as usize) {
                return;
            }
        }
    }

    fn wait_before(&self, asked: usize) -> Lapse {
        let waits = &self.config.waits;
        waits.get(asked).copied().unwrap_or_else(|| {
            let beyond = (asked - waits.len()).min(BACKOFF_S.len() - 1);
            Lapse::from_secs(BACKOFF_S[beyond])
        })
    }

    /// Asks once.
    async fn query(&mut self, entry: &Entry) -> Told {
        let Some(pdu) = self.ask(self.about(Purpose::Query, entry)).await else {
            return Told::Nothing;
        };
        let response = pdu.message.response.as_deref().unwrap_or_default();
        match (response, class_of(response)) {
            ("25", _) => Told::NotFound,
            // These refuse the question; they say nothing of the order.
            ("30" | "90" | "92" | "97", _) => Told::Nothing,
            (_, Class::Approved) => Told::Paid(Box::new(pdu)),
            (_, Class::Declined) => Told::Failed,
            (_, Class::Pending) => Told::Paying,
            (_, Class::SignIn) => {
                self.host.sign_out();
                Told::Nothing
            }
            (_, Class::Unknown) => Told::Nothing,
        }
    }

    /// Asks the host while keys are answered.
    async fn ask(&mut self, message: Message) -> Option<Pdu> {
        let Terminal { env, host, desk, .. } = self;
        tokio::select! {
            biased;
            answer = host.ask(env, message) => answer.ok(),
            () = desk.attend() => None,
        }
    }

    /// Unpaid at the end of the window: it must not be paid any more.
    async fn undo(&mut self, entry: Entry) {
        if self.config.policy.reverses() {
            self.reverse(entry).await;
        } else {
            self.finish(entry, Stage::Declined).await;
        }
    }

    /// Reverses until it is acknowledged.
    pub(super) async fn reverse(&mut self, entry: Entry) {
        let entry = Entry { stage: Stage::Reversing, ..entry };
        // A flash that fails now leaves the order as sent: after a power cut it is asked for.
        let _ = self.journal.write(&self.env, &entry).await;
        self.desk.show(&entry, Status::Unknown, false);
        self.env.sleep_until(entry.sent_at + REVERSE_EARLIEST).await;
        for tried in 0.. {
            let request = Message {
                response: Some(REASON_SILENCE.to_owned()),
                ..self.about(Purpose::Reversal, &entry)
            };
            let answer = self.ask(request).await;
            let response = answer.as_ref().and_then(|pdu| pdu.message.response.as_deref());
            // Undone, never there, or undone already (CUP reversal rules).
            if matches!(response, Some("00" | "25" | "12")) {
                return self.finish(entry, Stage::Reversed).await;
            }
            if self.config.policy.reversal_tries().is_some_and(|most| tried + 1 >= most) {
                return self.finish(entry, Stage::Reversed).await;
            }
            let pause = BACKOFF_S[usize::try_from(tried).unwrap_or(usize::MAX).min(2)];
            self.desk.pause(Lapse::from_secs(pause)).await;
        }
    }
}
