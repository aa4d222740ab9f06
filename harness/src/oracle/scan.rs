//! S12: charged is what the customer showed.
//!
//! The digits of each sale request are those of a code that a customer presented at this terminal
//! before, and they have the shape of a payment code. So a code that could not be read, or that
//! was misread, leads to no request. What the scanner said does not count: it is no witness of
//! what was shown. Exercised by each sale request.

use contract::Event;

use super::docket::Docket;
use super::history::History;
use super::order::{Order, Wire};
use crate::finding::Violation;

pub(super) fn honesty(history: &History, docket: &mut Docket) {
    for order in &history.orders {
        for sale in order.sales() {
            docket.exercised();
            if let Some(what) = wrong(history, sale) {
                breach(history, docket, order, sale.event, what);
            }
        }
    }
}

fn wrong(history: &History, sale: &Wire) -> Option<&'static str> {
    let Some(code) = sale.message.code else { return Some("the sale request carries no code") };
    let shown = history.codes.get(&(sale.event.terminal, code));
    if shown.is_none_or(|(_, seq)| *seq > sale.event.seq) {
        return Some("the sale request carries digits that no customer presented here");
    }
    (!is_payment_code(code.as_str())).then_some("the sale request carries what is no payment code")
}

fn breach(history: &History, docket: &mut Docket, order: &Order, event: &Event, what: &str) {
    docket.broken(event.seq, || Violation { what: what.into(), ..history.case(order, event.seq) });
}

/// The shapes of payment codes: WeChat 18 digits beginning 10 to 15, Alipay 16 to 24 digits
/// beginning 25 to 30 (both as their public guides say), UnionPay 19 digits beginning 62.
fn is_payment_code(code: &str) -> bool {
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    let prefix = code.get(..2).and_then(|prefix| prefix.parse().ok());
    digits
        && match prefix {
            Some(10..=15) => code.len() == 18,
            Some(25..=30) => (16..=24).contains(&code.len()),
            Some(62) => code.len() == 19,
            _ => false,
        }
}
