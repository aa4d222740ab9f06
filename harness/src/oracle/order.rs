//! One order's story: what was asked, answered, booked and shown of it.
//!
//! It knows what became of one order, and nothing of the other orders of the same intent.

use contract::event::{LedgerChange, Report, WireMessage};
use contract::response_code::{Class, class, refuses_order, undoes_order};
use contract::{
    Amount, Channel, Event, IntentId, LedgerState, Message, OrderId, Purpose, Status, TerminalId,
};

/// A message of this order at the terminal's end of the wire.
pub(super) struct Wire<'t> {
    pub(super) event: &'t Event,
    pub(super) frame: &'t WireMessage,
    pub(super) message: &'t Message,
    /// For an answer: it belongs to a request of this terminal that was sent before it (type,
    /// STAN, TID, MID, order and amount agree).
    pub(super) matches: bool,
}

impl Wire<'_> {
    /// Whether it is an answer that belongs to a request and refuses the order for good.
    pub(super) fn refuses(&self) -> bool {
        let (asked, response) = (self.message.purpose, self.message.response.as_deref());
        self.matches && response.is_some_and(|code| refuses_order(asked, code))
    }

    /// Whether it is an answer that belongs to a sale or query and says that the money was taken.
    pub(super) fn approves(&self) -> bool {
        let of_the_sale = matches!(self.message.purpose, Purpose::Sale | Purpose::Query);
        let response = self.message.response.as_deref();
        self.matches && of_the_sale && response.is_some_and(|c| class(c) == Class::Approved)
    }
}

/// A change of the ledger.
pub(super) struct Change<'t> {
    pub(super) event: &'t Event,
    pub(super) change: &'t LedgerChange,
}

/// A report on some channel.
pub(super) struct Seen<'t> {
    pub(super) event: &'t Event,
    pub(super) report: &'t Report,
}

impl Seen<'_> {
    /// Whether the terminal itself says so.
    pub(super) fn by_terminal(&self) -> bool {
        self.report.channel.of_terminal()
    }
}

/// The story; every list is in the trace's order.
pub(super) struct Order<'t> {
    pub(super) id: OrderId,
    pub(super) terminal: Option<TerminalId>,
    pub(super) intent: Option<IntentId>,
    /// The last amount that was keyed before the first sale request, and the event's number.
    pub(super) keyed: Option<(Amount, u64)>,
    pub(super) requests: Vec<Wire<'t>>,
    pub(super) answers: Vec<Wire<'t>>,
    pub(super) ledger: Vec<Change<'t>>,
    pub(super) reports: Vec<Seen<'t>>,
    pub(super) retracted: Vec<(&'t Event, Channel)>,
    /// Since which event the terminal's flash holds the order number safely.
    pub(super) durable: Option<u64>,
}

impl<'t> Order<'t> {
    pub(super) fn new(id: OrderId) -> Order<'t> {
        Order {
            id,
            terminal: None,
            intent: None,
            keyed: None,
            requests: Vec::new(),
            answers: Vec::new(),
            ledger: Vec::new(),
            reports: Vec::new(),
            retracted: Vec::new(),
            durable: None,
        }
    }

    /// The sale requests.
    pub(super) fn sales(&self) -> impl Iterator<Item = &Wire<'t>> {
        self.requests.iter().filter(|wire| wire.message.purpose == Purpose::Sale)
    }

    /// The sale request that left first.
    pub(super) fn first_sale(&self) -> Option<&Wire<'t>> {
        self.sales().next()
    }

    /// The amount that the first sale request asked for.
    pub(super) fn asked(&self) -> Option<Amount> {
        self.first_sale()?.message.amount
    }

    /// The first moment at which the money was taken.
    pub(super) fn captured(&self) -> Option<&Change<'t>> {
        self.ledger.iter().find(|change| change.change.state == LedgerState::Captured)
    }

    /// The capture, if it still stands when the trace ends.
    pub(super) fn kept(&self) -> Option<&Change<'t>> {
        let last = self.ledger.last()?.change.state;
        if last == LedgerState::Captured { self.captured() } else { None }
    }

    /// What the ledger said once event `seq` had happened; `None`: nothing yet.
    pub(super) fn state_at(&self, seq: u64) -> Option<LedgerState> {
        self.change_at(seq).map(|change| change.change.state)
    }

    /// The last change of the ledger up to event `seq`.
    pub(super) fn change_at(&self, seq: u64) -> Option<&Change<'t>> {
        self.ledger.iter().rev().find(|change| change.event.seq <= seq)
    }

    /// The reports that say paid.
    pub(super) fn approvals(&self) -> impl Iterator<Item = &Seen<'t>> {
        self.reports.iter().filter(|seen| seen.report.status == Status::Approved)
    }

    /// The answers that belong to a request, up to event `seq`.
    pub(super) fn matching(&self, seq: u64) -> impl Iterator<Item = &Wire<'t>> {
        self.answers.iter().take_while(move |a| a.event.seq < seq).filter(|a| a.matches)
    }

    /// The first answer that acknowledges a reversal.
    pub(super) fn reversal_done(&self) -> Option<u64> {
        let done = |wire: &&Wire| {
            let response = wire.message.response.as_deref();
            wire.matches
                && wire.message.purpose == Purpose::Reversal
                && response.is_some_and(undoes_order)
        };
        self.answers.iter().find(done).map(|wire| wire.event.seq)
    }

    /// When it was settled as seen from the terminal: a final status on its screen or paper, a
    /// reversal acknowledged, or an answer that definitely refuses. `None`: still open.
    pub(super) fn resolved(&self) -> Option<u64> {
        let shown = self.reports.iter().find(|s| s.by_terminal() && s.report.status.is_final());
        let refused = self.answers.iter().find(|wire| wire.refuses()).map(|wire| wire.event.seq);
        let shown = shown.map(|seen| seen.event.seq);
        [shown, refused, self.reversal_done()].into_iter().flatten().min()
    }

    /// The event from which the terminal knows, at event `now`, that the payment does not stand:
    /// the ledger has undone it, and the terminal had asked for that or was told of it since.
    pub(super) fn known_undone(&self, now: u64) -> Option<u64> {
        let undone = self.change_at(now).filter(|c| c.change.state != LedgerState::Captured)?;
        let asked =
            |wire: &&Wire| wire.message.purpose == Purpose::Reversal && wire.event.seq < now;
        let told = |wire: &&Wire| wire.event.seq > undone.event.seq && wire.refuses();
        let asked = self.requests.iter().find(asked);
        asked.or(self.matching(now).find(told)).map(|wire| wire.event.seq)
    }

    /// Whether this channel ever reports it as paid.
    pub(super) fn approved_on(&self, channel: Channel) -> bool {
        self.approvals().any(|seen| seen.report.channel == channel)
    }

    /// What the ledger said at event `seq`, in words.
    pub(super) fn truth_at(&self, seq: u64) -> String {
        self.change_at(seq).map_or_else(
            || "the wallet knows nothing of it".into(),
            |c| format!("{} {} at {}", word(c.change.state), c.change.amount, c.event.at),
        )
    }

    /// What the merchant had last seen of it at event `seq`, in words.
    pub(super) fn seen_at(&self, seq: u64) -> String {
        let last = self.reports.iter().rev().find(|seen| seen.event.seq <= seq);
        last.map_or_else(|| "nothing".into(), |seen| said(seen.report, seen.event))
    }
}

/// A report in words: `screen: declined at 33.100s`.
pub(super) fn said(report: &Report, event: &Event) -> String {
    let copy = if report.copy { " (copy)" } else { "" };
    format!("{}: {}{copy} at {}", report.channel.word(), status_word(report.status), event.at)
}

/// The ledger's word for a state.
fn word(state: LedgerState) -> &'static str {
    match state {
        LedgerState::Pending => "pending",
        LedgerState::Captured => "captured",
        LedgerState::Rejected => "rejected",
        LedgerState::Closed => "closed",
        LedgerState::Reversed => "reversed",
        LedgerState::Refunded => "refunded",
    }
}

/// The merchant's word for a status.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Approved => "approved",
        Status::Declined => "declined",
        Status::Reversed => "reversed",
        Status::Pending => "pending",
        Status::Unknown => "unknown",
    }
}
