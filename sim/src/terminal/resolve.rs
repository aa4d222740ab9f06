//! From an unknown or pending result to a final one: the query loop, then the reversal.

use contract::{FieldText, Lapse, Purpose, Status};

use super::Terminal;
use super::journal::{Entry, Stage};
use super::policy::OnPending;
use crate::wire::Pdu;
use crate::wire::codes::Class;

/// Why an order is reversed: field 39 of the reversal (CUP practice, from memory).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No answer in time, or unpaid to the end of the window.
    #[default]
    Silence,
    /// The MAC of the answer was wrong.
    Mac,
    /// Approved, and the terminal could not complete it.
    Unable,
    /// Any other.
    Other,
}

const REASONS: [(Reason, &str); 4] =
    [(Reason::Silence, "98"), (Reason::Mac, "A0"), (Reason::Unable, "96"), (Reason::Other, "06")];

impl Reason {
    /// Field 39.
    pub(super) fn code(self) -> &'static str {
        REASONS.iter().find(|(reason, _)| *reason == self).map_or("06", |(_, code)| code)
    }

    /// The reason with this code.
    pub(super) fn of(code: &str) -> Option<Reason> {
        REASONS.iter().find(|(_, known)| *known == code).map(|(reason, _)| *reason)
    }
}

/// Wallets refuse a reversal earlier than this after the sale (WeChat Pay v2 reverse guide).
const REVERSE_EARLIEST: Lapse = Lapse::from_secs(15);

/// Pauses once the preset's are used up: longer and longer, never above 20 s, so that a healed
/// line is noticed soon (assumption).
const BACKOFF_S: [u64; 3] = [10, 15, 20];

/// Codes with which the answer to a query says that the order itself was refused, or has ended
/// unpaid (assumption). Any other refusal is one of the question: "terminal not permitted" says
/// nothing of a payment that the wallet may hold.
const REFUSED: [&str; 7] = ["12", "14", "51", "55", "61", "65", "75"];

/// What a query told of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Paid,
    /// Paid, and less than was asked for.
    Part,
    Failed,
    Paying,
    NotFound,
    /// Nothing; the host wants a new sign-in first.
    SignIn,
    Nothing,
}

fn told(response: &str, class: Class) -> Told {
    match (response, class) {
        ("25", _) => Told::NotFound,
        (_, Class::Approved) => Told::Paid,
        (_, Class::Partial) => Told::Part,
        (_, Class::Pending) => Told::Paying,
        (_, Class::SignIn) => Told::SignIn,
        (_, Class::Declined) if REFUSED.contains(&response) => Told::Failed,
        (_, Class::Declined | Class::Unknown) => Told::Nothing,
    }
}

impl Terminal {
    /// Asks until the result is final. Takes no sale meanwhile.
    pub(super) async fn resolve(&mut self, entry: Entry) {
        let policy = self.config.policy;
        if policy.waits_for_push() {
            return self.wait_for_push(entry).await;
        }
        let mut shown = Status::Unknown;
        for asked in 0.. {
            let wait = policy.pause(self.wait_before(asked));
            self.desk.pause(self.least_before(asked).min(wait), wait).await;
            let query = self.about(Purpose::Query, &entry);
            let answer = self.ask(query).await;
            if self.desk.settle_wanted.take() {
                Box::pin(self.close_batch()).await;
            }
            let told = self.told(answer.as_ref());
            let window_over = asked >= self.config.waits.len() || self.desk.cancelled.get();
            match (told, &answer) {
                (Told::Paid, Some(pdu)) if self.amount_fits(&entry, pdu) => {
                    return self.approve(entry, pdu).await;
                }
                (Told::Part, Some(pdu)) => return self.undo_part(entry, pdu).await,
                (Told::Failed, _) => return self.finish(entry, Status::Declined).await,
                (Told::Paying, _) if policy.takes_found_for_paid() => {
                    return self.finish(entry, Status::Approved).await;
                }
                (Told::Paying, _) if policy.on_pending() == OnPending::Approve => {
                    return self.finish(entry, Status::Approved).await;
                }
                (Told::NotFound, _) if policy.gives_up_when_not_found() => {
                    return self.finish(entry, Status::Declined).await;
                }
                (Told::Paid | Told::Paying | Told::NotFound, _) if window_over => {
                    return self.undo(entry).await;
                }
                (Told::Paying, _) if shown != Status::Pending => {
                    shown = Status::Pending;
                    self.desk.show(&entry, Status::Pending);
                }
                (Told::SignIn, _) => {
                    self.host.sign_out();
                    if policy.forgets_old_session() {
                        return;
                    }
                }
                _ => {}
            }
            let enough = policy.forgets_after().is_some_and(|most| asked + 1 >= most as usize);
            if enough || self.desk.dropped() {
                return;
            }
        }
    }

    /// For a firmware that asks nobody.
    async fn wait_for_push(&mut self, entry: Entry) {
        let told = async { while self.desk.board.app.recv(&self.env).await != entry.order {} };
        tokio::select! {
            biased;
            () = told => {}
            () = self.desk.attend() => return,
        }
        self.finish(self.paid_now(entry), Status::Approved).await;
    }

    pub(super) fn wait_before(&self, asked: usize) -> Lapse {
        let waits = &self.config.waits;
        waits.get(asked).copied().unwrap_or_else(|| {
            let beyond = (asked - waits.len()).min(BACKOFF_S.len() - 1);
            Lapse::from_secs(BACKOFF_S[beyond])
        })
    }

    /// The first query may come as soon as the operator wants it; later ones keep at least the
    /// preset's shortest distance, whatever he presses.
    fn least_before(&self, asked: usize) -> Lapse {
        let shortest = self.config.waits.iter().copied().min();
        shortest.filter(|_| asked > 0).unwrap_or(Lapse::ZERO)
    }

    /// The response code that decides: a duplicate is what the first was.
    pub(super) fn result<'p>(&self, pdu: &'p Pdu) -> Option<&'p str> {
        let first = pdu.first.as_ref().filter(|_| self.config.policy.reads_first_result());
        first.map(|code| code.as_str()).or(pdu.response())
    }

    /// What the answer to a query tells, if there is one.
    pub(super) fn told(&mut self, answer: Option<&Pdu>) -> Told {
        let response = answer.and_then(|pdu| self.result(pdu));
        response.map_or(Told::Nothing, |code| told(code, self.class_of(code)))
    }

    /// Asks the host while keys are answered.
    pub(super) async fn ask(&mut self, request: impl Into<Pdu>) -> Option<Pdu> {
        self.note_stans().await;
        let Terminal { env, host, desk, .. } = self;
        tokio::select! {
            biased;
            answer = host.ask(env, request) => answer.ok(),
            () = desk.attend() => None,
        }
    }

    /// Unpaid at the end of the window: it must not be paid any more.
    async fn undo(&mut self, entry: Entry) {
        if self.config.policy.reverses() {
            self.reverse(entry, Reason::Silence).await;
        } else {
            self.finish(entry, Status::Declined).await;
        }
    }

    /// Reverses for this reason until it is acknowledged.
    pub(super) async fn reverse(&mut self, entry: Entry, reason: Reason) {
        let entry = Entry { stage: Stage::Reversing, reason, ..entry };
        // A flash that fails now leaves the order as sent: after a power cut it is asked for.
        let stage = self.config.policy.reversal_stage();
        self.record(Entry { stage, ..entry }).await;
        self.desk.show(&entry, Status::Unknown);
        // A clock that was put back in between is not waited for.
        let early = (entry.sent_at + REVERSE_EARLIEST).since(self.clock()).min(REVERSE_EARLIEST);
        self.desk.pause(early, early).await;
        for tried in 0.. {
            let mut request = self.about(Purpose::Reversal, &entry);
            request.message.response = FieldText::new(reason.code());
            let answer = self.ask(request).await;
            let response = answer.as_ref().and_then(Pdu::response);
            // Undone, never there, or undone already (CUP reversal rules).
            if matches!(response, Some("00" | "25" | "12")) {
                return self.finish(entry, self.config.policy.after_reversal()).await;
            }
            if response.is_some_and(|code| self.class_of(code) == Class::SignIn) {
                self.host.sign_out();
            }
            if self.config.policy.reversal_tries().is_some_and(|most| tried + 1 >= most) {
                return self.finish(entry, Status::Reversed).await;
            }
            let pause = BACKOFF_S[usize::try_from(tried).unwrap_or(usize::MAX).min(2)];
            let pause = Lapse::from_secs(pause);
            self.desk.pause(pause, pause).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::codes::known;

    fn said(code: &str) -> Told {
        told(code, known(code).unwrap_or(Class::Unknown))
    }

    #[test]
    fn only_what_is_said_of_the_order_itself_declines_it() {
        for code in REFUSED {
            assert_eq!(said(code), Told::Failed, "{code}");
        }
        for code in ["03", "05", "13", "30", "57", "58", "90", "91", "92", "95", "96", "97", "ZZ"] {
            assert_eq!(said(code), Told::Nothing, "{code}");
        }
        assert_eq!(
            [said("00"), said("10"), said("09"), said("25")],
            [Told::Paid, Told::Part, Told::Paying, Told::NotFound]
        );
        assert_eq!([said("77"), said("A0")], [Told::SignIn; 2]);
    }
}
