//! What can be counted in a trace: payments, reports and how long they took. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use contract::event::{LedgerChange, Report};
use contract::{
    Amount, Channel, CodeText, Event, EventKind, IntentId, LedgerState, OrderId, Purpose, Status,
    TerminalId, Time, Trace,
};

use crate::result::{Delivery, Metrics, Settlement};

/// Counts one trace.
pub fn of(trace: &Trace) -> Metrics {
    let mut count = Count::default();
    for event in trace.events() {
        count.see(event);
    }
    count.finish(trace)
}

/// What is known of one order.
#[derive(Default)]
struct Order {
    captured: Option<Time>,
    undone: Option<Time>,
    /// Its state in the ledger, its amount there and the code that pays it.
    ledger: Option<LedgerChange>,
    reported: Option<Time>,
    unknown: bool,
    reversal: bool,
    /// What the terminal's own channels said last, and the merchant's others.
    at_till: Option<Status>,
    elsewhere: Option<Status>,
    told: BTreeSet<Channel>,
}

impl Order {
    fn held(&self) -> bool {
        self.ledger.is_some_and(|last| last.state == LedgerState::Captured)
    }

    /// Paid, and then given back on the merchant's own order: both sides know.
    fn refunded(&self) -> bool {
        self.ledger.is_some_and(|last| last.state == LedgerState::Refunded)
    }

    /// The till has the last word; of what it said nothing, the others have it.
    fn told_paid(&self) -> bool {
        self.at_till.or(self.elsewhere) == Some(Status::Approved)
    }
}

#[derive(Default)]
struct Count {
    metrics: Metrics,
    orders: BTreeMap<OrderId, Order>,
    codes: BTreeMap<CodeText, IntentId>,
    /// Batches by terminal and number; one told again counts once.
    batches: BTreeMap<(Option<TerminalId>, u32), Settlement>,
}

impl Count {
    fn see(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Intent { .. } => self.metrics.payments += 1,
            EventKind::Presented { intent, code } => {
                self.codes.insert(*code, *intent);
            }
            EventKind::Scanned(_) => self.metrics.looks += 1,
            EventKind::NoRead => {
                self.metrics.looks += 1;
                self.metrics.no_reads += 1;
            }
            EventKind::Ledger(change) => self.book(change, event.at),
            EventKind::Report(report) => self.report(report, event.at),
            EventKind::Retracted { channel, order } => {
                *word(self.orders.entry(*order).or_default(), *channel) = None;
            }
            EventKind::Sent(wire) => {
                let message = wire.message.as_ref();
                let reversal = message.filter(|m| m.purpose == Purpose::Reversal && !m.answer);
                if let Some(order) = reversal.and_then(|m| m.order) {
                    self.orders.entry(order).or_default().reversal = true;
                }
            }
            EventKind::BatchClosed { batch, orders, total } => {
                let closed = self.closed(orders, *total);
                self.batches.insert((event.terminal, *batch), closed);
            }
            _ => {}
        }
    }

    fn book(&mut self, change: &LedgerChange, at: Time) {
        let order = self.orders.entry(change.order).or_default();
        match change.state {
            LedgerState::Captured => drop(order.captured.get_or_insert(at)),
            LedgerState::Reversed | LedgerState::Refunded | LedgerState::Closed => {
                order.undone.get_or_insert(at);
            }
            LedgerState::Pending | LedgerState::Rejected => {}
        }
        order.ledger = Some(*change);
    }

    fn report(&mut self, report: &Report, at: Time) {
        let Some(order) = report.order else { return };
        let order = self.orders.entry(order).or_default();
        *word(order, report.channel) = Some(report.status);
        match report.status {
            Status::Approved => {
                order.reported.get_or_insert(at);
                order.told.insert(report.channel);
            }
            Status::Unknown => order.unknown = true,
            _ => {}
        }
    }

    fn closed(&self, orders: &[OrderId], said: Amount) -> Settlement {
        let held = orders.iter().filter_map(|id| self.orders.get(id).filter(|o| o.held()));
        let booked = Amount(held.filter_map(|o| o.ledger).map(|last| last.amount.0).sum());
        Settlement { batches: 1, balanced: u32::from(booked == said), said, booked }
    }

    fn finish(self, trace: &Trace) -> Metrics {
        let Count { mut metrics, orders, codes, batches } = self;
        let end = trace.events().last().map_or(Time(0), |event| event.at);
        let bound = trace.header().bounds.screen;
        for order in orders.values() {
            if let Some(captured) = order.captured {
                metrics.captured += 1;
                if let Some(at) = order.reported {
                    metrics.reported += 1;
                    metrics.report_times.push(at.since(captured));
                }
                let due = captured + bound;
                let told = [order.reported, order.undone].into_iter().flatten().any(|at| at <= due);
                metrics.late += u32::from(end >= due && !told);
            }
            let (held, told) = (order.held(), order.told_paid());
            metrics.customer_side += u32::from(held && !told);
            metrics.merchant_side += u32::from(told && !held && !order.refunded());
            metrics.unknown_shown += u32::from(order.unknown);
            metrics.reversals += u32::from(order.reversal);
            metrics.reversed += u32::from(order.reversal && order.undone.is_some() && !held);
        }
        metrics.charged_twice = charged_twice(&orders, &codes);
        metrics.channels = delivery(&orders, &trace.header().rig.channels);
        batches.values().for_each(|one| metrics.settlement.add(one));
        metrics.report_times.sort_unstable();
        metrics
    }
}

/// Where an order's last word of this channel stands.
fn word(order: &mut Order, channel: Channel) -> &mut Option<Status> {
    if channel.of_terminal() { &mut order.at_till } else { &mut order.elsewhere }
}

fn charged_twice(orders: &BTreeMap<OrderId, Order>, codes: &BTreeMap<CodeText, IntentId>) -> u32 {
    let mut charged = BTreeMap::<IntentId, u32>::new();
    let held = orders.values().filter(|order| order.held()).filter_map(|order| order.ledger);
    for intent in held.filter_map(|last| codes.get(&last.code)) {
        *charged.entry(*intent).or_default() += 1;
    }
    charged.values().map(|times| u32::from(*times > 1)).sum()
}

fn delivery(
    orders: &BTreeMap<OrderId, Order>,
    channels: &[Channel],
) -> BTreeMap<Channel, Delivery> {
    let mut all = BTreeMap::new();
    for order in orders.values().filter(|order| order.held()) {
        for channel in channels {
            let one: &mut Delivery = all.entry(*channel).or_default();
            one.owed += 1;
            one.told += u32::from(order.told.contains(channel));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use contract::trace::Header;
    use contract::{Lapse, News, Source};

    use super::*;

    fn told(order: &str, channel: Channel, status: Status) -> EventKind {
        EventKind::Report(Box::new(Report {
            channel,
            status,
            order: OrderId::new(order),
            amount: Some(Amount(500)),
            paid_at: None,
            copy: false,
            text: String::new(),
        }))
    }

    fn booked(order: &str, state: LedgerState, code: &str) -> EventKind {
        let (order, code) = (OrderId::new(order).unwrap(), CodeText::new(code).unwrap());
        EventKind::Ledger(Box::new(LedgerChange { order, state, amount: Amount(500), code }))
    }

    fn counted(story: Vec<(u64, EventKind)>) -> Metrics {
        let mut header = Header::blank();
        header.rig.channels = vec![Channel::Screen, Channel::Sms];
        let mut trace = Trace::new(header);
        for (secs, kind) in story {
            let at = Time(0) + Lapse::from_secs(secs);
            trace.push(News { at, terminal: Some(TerminalId(1)), source: Source::Harness, kind });
        }
        of(&trace)
    }

    #[test]
    fn an_account_is_one_sided_where_the_tills_last_word_is_not_the_ledgers() {
        use LedgerState::{Captured, Refunded, Reversed};
        let metrics = counted(vec![
            (0, booked("both", Captured, "11")),
            (1, told("both", Channel::Screen, Status::Approved)),
            // Declined at the till; that the phone says paid does not help who stands there.
            (0, booked("lost", Captured, "12")),
            (1, told("lost", Channel::Sms, Status::Approved)),
            (2, told("lost", Channel::Screen, Status::Declined)),
            (3, told("phantom", Channel::Screen, Status::Approved)),
            (3, booked("undone", Captured, "13")),
            (4, told("undone", Channel::Screen, Status::Approved)),
            (5, booked("undone", Reversed, "13")),
            (4, told("given back", Channel::Screen, Status::Approved)),
            (5, booked("given back", Refunded, "15")),
            // The till never said a word, the phone did.
            (6, booked("sticker", Captured, "14")),
            (7, told("sticker", Channel::Sms, Status::Approved)),
        ]);
        assert_eq!((metrics.customer_side, metrics.merchant_side), (1, 2));
        let delivery = |owed, told| Delivery { owed, told };
        assert_eq!(metrics.channels[&Channel::Screen], delivery(3, 1));
        assert_eq!(metrics.channels[&Channel::Sms], delivery(3, 2));
    }

    #[test]
    fn late_is_what_no_channel_told_by_the_bound() {
        use LedgerState::{Captured, Reversed};
        let story = |end| {
            counted(vec![
                (0, booked("silent", Captured, "11")),
                (0, booked("undone", Captured, "12")),
                (10, booked("undone", Reversed, "12")),
                (10, booked("told", Captured, "13")),
                (130, told("told", Channel::Sms, Status::Approved)),
                (end, EventKind::End),
            ])
        };
        assert_eq!(story(200).late, 1);
        let too_late = counted(vec![
            (0, booked("told", Captured, "13")),
            (121, told("told", Channel::Sms, Status::Approved)),
        ]);
        assert_eq!((too_late.late, too_late.reported), (1, 1));
        let not_yet = counted(vec![(0, booked("new", Captured, "1")), (119, EventKind::End)]);
        assert_eq!(not_yet.late, 0);
    }

    #[test]
    fn one_wish_charged_under_two_orders_is_charged_twice() {
        use LedgerState::{Captured, Reversed};
        let shown = |intent, code: &str| EventKind::Presented {
            intent: IntentId(intent),
            code: CodeText::new(code).unwrap(),
        };
        let metrics = counted(vec![
            (0, shown(1, "11")),
            (1, booked("a", Captured, "11")),
            (2, shown(1, "12")),
            (3, booked("b", Captured, "12")),
            (4, shown(2, "21")),
            (5, booked("c", Captured, "21")),
            (6, booked("c", Reversed, "21")),
            (7, shown(2, "22")),
            (8, booked("d", Captured, "22")),
            (9, EventKind::NoRead),
            (9, EventKind::Scanned("22".into())),
        ]);
        assert_eq!(metrics.charged_twice, 1);
        assert_eq!((metrics.looks, metrics.no_reads), (2, 1));
    }

    #[test]
    fn a_batch_balances_where_its_total_is_the_ledgers() {
        let closed = |batch, total| EventKind::BatchClosed {
            batch,
            orders: vec![OrderId::new("a").unwrap()],
            total: Amount(total),
        };
        let metrics = counted(vec![
            (0, booked("a", LedgerState::Captured, "11")),
            (1, closed(1, 500)),
            // Told again after a power cut.
            (2, closed(1, 500)),
            (3, closed(2, 700)),
        ]);
        let [said, booked] = [1_200, 1_000].map(Amount);
        assert_eq!(metrics.settlement, Settlement { batches: 2, balanced: 1, said, booked });
    }
}
