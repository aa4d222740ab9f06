//! The acquirer's ledger, rebuilt by another program from the bytes at the host's end of the wire,
//! against the ledger that the trace tells of.

mod capture;
mod suite;

use std::collections::BTreeMap;
use std::path::Path;

use contract::event::{LedgerChange, Tap, WireMessage};
use contract::{
    Amount, CodeText, EventKind, FieldText, Header, LedgerState, Message, News, OrderId, Purpose,
    Source, Time, Trace,
};
use serde_json::{Value, json};
use sim::iso8583::{self, Profile, cup_scan, plain87};
use sim::wire::Pdu;

use super::{PYISO8583, output, peer, script};

/// What the numbers of orders begin with that the wallet opened by itself.
const STICKER: &str = "QR";

/// Order number to `{"state": ..., "amount": ...}`, for one trace.
type Rebuilt = BTreeMap<String, Value>;

/// What `ledger.py` makes of each trace in a file; `None` where the peer is missing.
fn rebuild(traces: &Path) -> Option<Vec<Rebuilt>> {
    let mut python = peer(&PYISO8583)?;
    python.arg(script("ledger.py")).arg(traces);
    let printed = output(python, "");
    Some(printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Where the wire and the ledger of a trace contradict each other. Money that the ledger holds must
/// show on the wire, and what the wire says must stand in the ledger; an order that is left
/// pending, and one that never was captured, need not show.
fn contradictions(trace: &Trace, rebuilt: &Rebuilt) -> Vec<String> {
    let mut ledger = BTreeMap::new();
    for event in trace.events() {
        if let EventKind::Ledger(change) = &event.kind {
            ledger.insert(change.order.to_string(), (change.state, change.amount));
        }
    }
    let agrees = |order: &String| {
        // Paid by the shop's sticker: that no terminal is asked for it is the wire's truth.
        if order.starts_with(STICKER) {
            return !rebuilt.contains_key(order);
        }
        use LedgerState::{Captured, Closed, Refunded, Rejected, Reversed};
        let truth = ledger.get(order);
        let state = rebuilt.get(order).map(|entry| entry["state"].as_str().unwrap());
        match (state, truth) {
            (Some("captured"), Some((Captured | Refunded, amount))) => {
                rebuilt[order]["amount"] == amount.0
            }
            (Some("undone"), truth) => matches!(truth, Some((Closed | Reversed, _))),
            (Some("rejected"), truth) => matches!(truth, None | Some((Closed | Rejected, _))),
            (Some("captured"), _) | (_, Some((Captured, _))) => false,
            (_, _) => true,
        }
    };
    let orders = ledger.keys().chain(rebuilt.keys().filter(|order| !ledger.contains_key(*order)));
    let differ = orders.filter(|order| !agrees(order));
    differ.map(|o| format!("{o}: ledger {:?}, wire {:?}", ledger.get(o), rebuilt.get(o))).collect()
}

fn header(wire: &Profile) -> Header {
    let mut header = Header::blank();
    header.rig.wire = wire.name().into();
    header
}

fn news(source: Source, kind: EventKind) -> News {
    News { at: Time::default(), terminal: None, source, kind }
}

/// Request and answer at the host's end of the wire. The answer leaves the order number out, as the
/// layout allows.
fn exchange(trace: &mut Trace, purpose: Purpose, stan: u32, order: &str, answer: (&str, u64)) {
    let message = Message {
        purpose,
        answer: false,
        stan,
        tid: FieldText::new("T0000001").unwrap(),
        mid: FieldText::new("M1").unwrap(),
        order: OrderId::new(order),
        amount: None,
        currency: Some(156),
        code: None,
        response: None,
        batch: Some(1),
    };
    let answered = Message {
        answer: true,
        order: None,
        amount: Some(Amount(answer.1)),
        response: FieldText::new(answer.0),
        ..message.clone()
    };
    for (kind, message) in
        [(EventKind::Received as fn(_) -> _, message), (EventKind::Sent as fn(_) -> _, answered)]
    {
        let profile = iso8583::built_in(&trace.header().rig.wire).unwrap();
        let bytes = Pdu::from(message).encode(profile).unwrap();
        // The decoded view is left out: the peer shall read the bytes.
        let wire = WireMessage {
            tap: Tap::HostWire,
            conn: 1,
            bytes: bytes.as_slice().into(),
            message: None,
            authentic: true,
        };
        trace.push(news(Source::Acquirer, kind(Box::new(wire))));
    }
}

fn booked(trace: &mut Trace, order: &str, state: LedgerState, amount: u64) {
    let (order, code) = (OrderId::new(order).unwrap(), CodeText::default());
    let change = LedgerChange { order, state, amount: Amount(amount), code };
    trace.push(news(Source::Wallet, EventKind::Ledger(Box::new(change))));
}

/// What the wire alone tells of this trace stands at each order.
fn by_hand(wire: &Profile) -> Trace {
    let mut trace = Trace::new(header(wire));
    // Paid at once; then a second answer comes late and says less.
    exchange(&mut trace, Purpose::Sale, 1, "paid", ("00", 1250));
    exchange(&mut trace, Purpose::Query, 2, "paid", ("09", 1250));
    booked(&mut trace, "paid", LedgerState::Captured, 1250);
    // Waits for a password, then paid.
    exchange(&mut trace, Purpose::Sale, 3, "password", ("09", 500));
    exchange(&mut trace, Purpose::Query, 4, "password", ("00", 500));
    booked(&mut trace, "password", LedgerState::Captured, 500);
    // Undone; the sale's answer comes after that.
    exchange(&mut trace, Purpose::Reversal, 5, "undone", ("00", 900));
    exchange(&mut trace, Purpose::Sale, 5, "undone", ("00", 900));
    booked(&mut trace, "undone", LedgerState::Reversed, 900);
    // Refused; not known; no word.
    exchange(&mut trace, Purpose::Sale, 6, "poor", ("51", 100));
    exchange(&mut trace, Purpose::Sale, 7, "fault", ("96", 100));
    booked(&mut trace, "silent", LedgerState::Pending, 100);
    trace.push(news(Source::Harness, EventKind::Healed));
    trace
}

#[test]
fn the_bytes_at_the_host_tell_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traces.jsonl");
    let (plain, cup) = (by_hand(plain87()), by_hand(cup_scan()));
    let mut text = Vec::new();
    for trace in [&plain, &Trace::new(header(plain87())), &cup] {
        trace.write(&mut text).unwrap();
    }
    std::fs::write(&path, text).unwrap();

    let Some(rebuilt) = rebuild(&path) else { return };
    let told = json!({
        "paid": { "state": "captured", "amount": 1250 },
        "password": { "state": "captured", "amount": 500 },
        "undone": { "state": "undone", "amount": 900 },
        "poor": { "state": "rejected", "amount": 100 },
    });
    assert_eq!(json!(rebuilt), json!([told, {}, told]), "one ledger for each trace in the file");
    for (trace, rebuilt) in [(&plain, &rebuilt[0]), (&cup, &rebuilt[2])] {
        assert_eq!(contradictions(trace, rebuilt), Vec::<String>::new());
    }
}

#[test]
fn a_ledger_that_says_otherwise_is_noticed() {
    let entry = |state: &str, amount: u64| json!({ "state": state, "amount": amount });
    let rebuilt: Rebuilt = [
        ("paid".to_owned(), entry("captured", 1250)),
        ("short".to_owned(), entry("captured", 100)),
        ("undone".to_owned(), entry("captured", 900)),
        ("phantom".to_owned(), entry("captured", 1)),
        ("poor".to_owned(), entry("rejected", 100)),
    ]
    .into();
    let mut trace = by_hand(plain87());
    booked(&mut trace, "short", LedgerState::Captured, 10_000);
    let found = contradictions(&trace, &rebuilt);
    let orders: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(orders, ["password", "short", "undone", "phantom"], "{found:#?}");
}
