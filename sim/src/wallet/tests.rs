//! What the wallet takes and gives back, and when not.

use super::*;
use crate::code::format::form;

struct Deaf;
impl Tap for Deaf {
    fn on(&self) -> bool {
        false
    }
    fn tell(&self, _: Option<TerminalId>, _: Source, _: EventKind) {}
}

const T: TerminalId = TerminalId(1);
const NOW: Time = Time::from_ms(1_000);
const PRICE: Amount = Amount(1250);

fn wallet() -> Rc<Wallet> {
    Wallet::new(Rc::new(Deaf), Box::new(|_, _, _, _| {}))
}

fn order(name: &str) -> OrderId {
    OrderId::new(name).unwrap()
}

fn whole(amount: Amount, code: CodeText) -> Charge {
    Charge { amount, short: 0, code }
}

fn code(wallet: &Wallet, text: &str, password: Option<Lapse>, funds: bool) -> CodeText {
    let text = CodeText::new(text).unwrap();
    let brand = WalletBrand::Wechat;
    wallet.show(
        text,
        Code { brand, expires: NOW + form(brand).lifetime, password, cancels: None, funds },
        NOW,
    );
    text
}

#[test]
fn the_same_order_takes_the_money_once() {
    let wallet = wallet();
    let text = code(&wallet, "130000000000000001", None, true);
    let first = wallet.debit((order("a"), T), whole(PRICE, text), NOW);
    let again = wallet.debit((order("a"), T), whole(PRICE, text), NOW + Lapse::from_secs(9));
    assert_eq!(first, Answer::Paid { amount: PRICE, at: NOW });
    assert_eq!(again, first);
    assert_eq!(wallet.debit((order("a"), T), whole(Amount(1), text), NOW), Answer::Conflict);
    assert_eq!(wallet.debit((order("b"), T), whole(PRICE, text), NOW), Answer::BadCode, "burnt");
}

#[test]
fn who_cancels_in_his_app_pays_nothing_any_more() {
    let wallet = wallet();
    let text = CodeText::new("130000000000000001").unwrap();
    let brand = WalletBrand::Wechat;
    let (expires, cancels) = (NOW + form(brand).lifetime, Some(Lapse::from_secs(5)));
    let password = Some(Lapse::from_secs(20));
    wallet.show(text, Code { brand, expires, password, cancels, funds: true }, NOW);
    assert_eq!(wallet.debit((order("a"), T), whole(PRICE, text), NOW), Answer::Paying);
    wallet.due(NOW + Lapse::from_ms(4_999));
    assert_eq!(wallet.query(order("a"), T), Answer::Paying);
    wallet.due(NOW + Lapse::from_secs(5));
    wallet.due(NOW + Lapse::from_secs(20));
    assert_eq!(wallet.query(order("a"), T), Answer::Ended);
}

#[test]
fn an_expired_or_poor_code_pays_nothing() {
    let wallet = wallet();
    let late = code(&wallet, "130000000000000001", None, true);
    let expired =
        wallet.debit((order("a"), T), whole(PRICE, late), NOW + form(WalletBrand::Wechat).lifetime);
    assert_eq!(expired, Answer::BadCode);
    let poor = code(&wallet, "130000000000000002", None, false);
    assert_eq!(wallet.debit((order("b"), T), whole(PRICE, poor), NOW), Answer::NoFunds);
    assert_eq!(wallet.holds(order("b")), None);
    let again = wallet.debit((order("b"), T), whole(PRICE, poor), NOW);
    assert_eq!((again, wallet.query(order("b"), T)), (Answer::NoFunds, Answer::NoFunds));
}

#[test]
fn an_account_that_lacks_something_pays_a_part_that_goes_back_with_the_whole() {
    let wallet = wallet();
    let text = code(&wallet, "130000000000000001", None, true);
    let told = wallet.debit((order("a"), T), Charge { short: 250, ..whole(PRICE, text) }, NOW);
    let part = Answer::Part { amount: Amount(1000), at: NOW };
    assert_eq!((told, wallet.query(order("a"), T)), (part, part));
    assert_eq!(wallet.debit((order("a"), T), whole(PRICE, text), NOW), part, "asked again");
    assert_eq!(wallet.holds(order("a")), Some((Amount(1000), NOW)));
    assert_eq!(wallet.reverse((order("a"), T), Amount(1000), NOW), Undo::OtherAmount);
    assert_eq!(wallet.reverse((order("a"), T), PRICE, NOW), Undo::Done);
    assert_eq!(wallet.holds(order("a")), None);
}

#[test]
fn nobody_sees_pays_or_undoes_the_order_of_another_terminal() {
    const OTHER: TerminalId = TerminalId(2);
    let wallet = wallet();
    let text = code(&wallet, "130000000000000001", None, true);
    wallet.debit((order("a"), T), whole(PRICE, text), NOW);
    assert_eq!(wallet.query(order("a"), OTHER), Answer::NotFound);
    assert_eq!(wallet.debit((order("a"), OTHER), whole(PRICE, text), NOW), Answer::Conflict);
    assert_eq!(wallet.reverse((order("a"), OTHER), PRICE, NOW), Undo::NotFound);
    assert_eq!(wallet.holds(order("a")), Some((PRICE, NOW)));
}

#[test]
fn an_order_is_undone_whole_or_not_at_all() {
    let wallet = wallet();
    let text = code(&wallet, "130000000000000001", None, true);
    wallet.debit((order("a"), T), whole(PRICE, text), NOW);
    assert_eq!(wallet.reverse((order("a"), T), Amount(1), NOW), Undo::OtherAmount);
    assert_eq!(wallet.holds(order("a")), Some((PRICE, NOW)));
    assert_eq!(wallet.reverse((order("a"), T), PRICE, NOW), Undo::Done);
    assert_eq!(wallet.holds(order("a")), None);
}

#[test]
fn takings_are_what_was_kept_since_the_account_was_balanced() {
    let wallet = wallet();
    let pay = |name: &str, n: u32, now| {
        let text = code(&wallet, &format!("13000000000000000{n}"), None, true);
        wallet.debit((order(name), T), whole(PRICE, text), now)
    };
    let counts = || (wallet.takings(T).taken, wallet.takings(T).back);
    let one = (1, PRICE.0);
    pay("a", 1, NOW);
    pay("b", 2, NOW);
    wallet.refund((order("b"), T), PRICE);
    assert_eq!(counts(), (one, (0, 0)), "voided");
    wallet.balance(T, NOW);
    pay("c", 3, NOW + Lapse::from_secs(1));
    assert_eq!(counts(), (one, (0, 0)));
    wallet.refund((order("a"), T), PRICE);
    wallet.refund((order("a"), T), PRICE);
    assert_eq!(counts(), (one, one), "refunded, once");
}

#[test]
fn a_reversal_wins_against_a_later_confirmation_and_a_later_sale() {
    let wallet = wallet();
    let text = code(&wallet, "130000000000000001", Some(Lapse::from_secs(8)), true);
    assert_eq!(wallet.debit((order("a"), T), whole(PRICE, text), NOW), Answer::Paying);
    wallet.reverse((order("a"), T), PRICE, NOW);
    wallet.due(NOW + Lapse::from_secs(8));
    assert_eq!(wallet.query(order("a"), T), Answer::Ended);

    wallet.reverse((order("b"), T), PRICE, NOW);
    let text = code(&wallet, "130000000000000002", None, true);
    assert_eq!(wallet.debit((order("b"), T), whole(PRICE, text), NOW), Answer::Ended);
    assert_eq!(wallet.holds(order("b")), None);
}

#[test]
fn a_paid_order_goes_back_once_and_an_unconfirmed_one_is_closed() {
    let wallet = wallet();
    let text = code(&wallet, "130000000000000001", None, true);
    wallet.debit((order("a"), T), whole(PRICE, text), NOW);
    wallet.reverse((order("a"), T), PRICE, NOW);
    wallet.reverse((order("a"), T), PRICE, NOW);
    assert_eq!(wallet.query(order("a"), T), Answer::Ended);

    let text = code(&wallet, "130000000000000002", Some(Lapse::from_secs(50)), true);
    wallet.debit((order("b"), T), whole(PRICE, text), NOW);
    wallet.due(NOW + Lapse::from_secs(45));
    wallet.due(NOW + Lapse::from_secs(50));
    assert_eq!(wallet.query(order("b"), T), Answer::Ended);
}

#[test]
fn an_entry_of_the_books_is_small_because_a_fleet_has_many() {
    assert_eq!(size_of::<([u8; 3], Order)>(), 48);
}
