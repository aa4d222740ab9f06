//! The host as a terminal's line sees it: what it answers to whom, and under which fault.

use std::cell::RefCell;

use contract::action::WalletBrand;
use contract::rig::CallbackSchedule;
use contract::{CodeText, FaultNo, FaultSpan, FieldText, Time};

use super::*;
use crate::engine::Engine;
use crate::engine::event::EventEngine;
use crate::iso8583::{plain87, write_frame};
use crate::recorder::{Recorder, Stop};
use crate::wallet::Code;
use crate::wire::totals::{Balance, Tally, Totals};

const T1: TerminalId = TerminalId(1);
const MID: &str = "104110045110001";
const PRICE: Amount = Amount(1250);
const CODE: &str = "130000000000000001";

/// The newest image of these terminals.
const NEWEST: u16 = LEAST_VERSION + 2;

/// A host with two terminals, and a code that pays.
struct Bench {
    engine: EventEngine,
    acquirer: Rc<Acquirer>,
}

impl Bench {
    fn new() -> Bench {
        let mut engine = EventEngine::new(1);
        let tap: Rc<dyn Tap> = Recorder::new(engine.clock(), false);
        let row = |n| (format!("1000000{n}"), (TerminalId(n), MID.to_owned()));
        let faults = Faults::new(Rc::clone(&tap));
        let parts = (Rc::clone(&tap), Rc::clone(&faults));
        let acquirer = Rc::new(Acquirer {
            tap: Rc::clone(&tap),
            wallet: Wallet::new(tap, Box::new(|_, _, _, _| {})),
            merchant: Merchant::new(parts, &[], CallbackSchedule::default(), 1),
            faults,
            terminals: Rc::new([1, 2].map(row).into()),
            vault: Rc::new(Vault::new(1, plain87())),
            batches: Batches::default(),
            magic: Magic::default(),
            newest: NEWEST,
            wire: plain87(),
        });
        let (expires, brand) = (Time(u64::MAX), WalletBrand::Wechat);
        let code = Code { brand, expires, password: None, cancels: None, funds: true };
        acquirer.wallet.show(CodeText::new(CODE).unwrap(), code, Time(0));
        let host = Rc::clone(&acquirer);
        engine.add_host(HOST, Rc::new(move |env| Box::pin(Rc::clone(&host).run(env, None))));
        Bench { engine, acquirer }
    }

    fn fault(&self, fault: Fault, span: FaultSpan) {
        self.acquirer.faults.begin(FaultNo(1), T1, fault, span);
    }

    /// Field 39 of the answers to these requests; `-` where none comes within 5 s.
    fn ask(mut self, requests: &[Message]) -> Vec<String> {
        let answers: Rc<RefCell<Vec<String>>> = Rc::default();
        // Each request has a STAN of its own, but for sales and what goes by theirs.
        let own = |(at, m): (u32, &Message)| match m.purpose {
            Purpose::Query | Purpose::Void => Message { stan: 100 + at, ..m.clone() },
            _ => m.clone(),
        };
        let requests: Vec<Message> = (0..).zip(requests).map(own).collect();
        let told = Rc::clone(&answers);
        let boot = move |env: Env| -> crate::env::LocalFut<'static, ()> {
            let (requests, told) = (requests.clone(), Rc::clone(&told));
            Box::pin(async move {
                for request in requests {
                    let answer = env.timeout(Lapse::from_secs(5), exchange(&env, request)).await;
                    told.borrow_mut().push(answer.map_or("-".to_owned(), |code| code.to_string()));
                }
            })
        };
        self.engine.add_host("line", Rc::new(boot));
        self.engine.advance(Time::from_ms(60_000), &Stop::default()).unwrap();
        answers.take()
    }
}

async fn exchange(env: &Env, request: Message) -> String {
    let mut stream = env.net.connect(HOST, PORT).await.unwrap();
    write_frame(&mut stream, &Pdu::from(request).encode(plain87()).unwrap()).await.unwrap();
    let frame = read_frame(&mut stream, &mut Framer::new(plain87())).await.unwrap().unwrap();
    let answer = Pdu::decode(plain87(), &frame).unwrap();
    let first = answer.first.map(|code| format!(" of {code}")).unwrap_or_default();
    answer.message.response.unwrap().to_string() + &first
}

fn charge() -> Charge {
    Charge { amount: PRICE, short: 0, code: CodeText::new(CODE).unwrap() }
}

fn message(purpose: Purpose, order: &str) -> Message {
    // Sign-in and echo are about no payment.
    let about = !matches!(purpose, Purpose::SignIn | Purpose::Echo);
    Message {
        purpose,
        answer: false,
        stan: 1,
        tid: FieldText::new("10000001").unwrap(),
        mid: FieldText::new(MID).unwrap(),
        order: OrderId::new(order).filter(|_| about),
        amount: Some(PRICE),
        currency: Some(156),
        code: CodeText::new(CODE).filter(|_| about),
        response: None,
        batch: Some(1),
    }
}

fn sale(order: &str) -> Message {
    message(Purpose::Sale, order)
}

fn query(order: &str) -> Message {
    Message { code: None, ..message(Purpose::Query, order) }
}

fn reversal(order: &str) -> Message {
    Message { code: None, response: FieldText::new("98"), ..message(Purpose::Reversal, order) }
}

fn from_t2(message: Message) -> Message {
    Message { tid: FieldText::new("10000002").unwrap(), ..message }
}

fn errors(captured: Rate) -> Fault {
    Fault::AcqErrorBurst { code: "96".into(), captured }
}

const A_WHILE: FaultSpan = FaultSpan::For(Lapse::from_secs(60));

#[test]
fn an_order_belongs_to_one_terminal_with_its_amount_and_stan() {
    let answers = Bench::new().ask(&[
        sale("a"),
        from_t2(query("a")),
        from_t2(reversal("a")),
        from_t2(sale("a")),
        Message { amount: Some(Amount(1)), ..reversal("a") },
        reversal("b"),
        query("a"),
        reversal("a"),
        query("a"),
    ]);
    assert_eq!(answers, ["00", "25", "25", "94", "13", "25", "00", "00", "12"]);
}

#[test]
fn an_order_that_nobody_knows_is_closed_beforehand() {
    let answers = Bench::new().ask(&[query("a"), reversal("a"), sale("a")]);
    assert_eq!(answers, ["25", "00", "12"]);
}

#[test]
fn a_terminal_below_the_lowest_version_sells_nothing_and_may_ask() {
    let bench = Bench::new();
    let (host, memory) = (&bench.acquirer, Memory::default());
    let sign_in = |version| {
        let services = Services { version: Some(version), ..Services::default() };
        let request = Pdu::from(message(Purpose::SignIn, "a"));
        let request = Pdu { services: Some(Box::new(services)), ..request };
        let answer = host.sign_in(&memory, T1, &request);
        (memory.is_below(T1, LEAST_VERSION), answer.services.and_then(|services| services.version))
    };
    assert_eq!(sign_in(LEAST_VERSION - 1), (true, Some(LEAST_VERSION)));
    assert_eq!(sign_in(LEAST_VERSION), (false, None));
}

#[test]
fn an_echo_tells_of_a_newer_image() {
    let bench = Bench::new();
    let (host, memory) = (&bench.acquirer, Memory::default());
    let echo = || {
        let answer = host.echo(&memory, T1, &Pdu::from(message(Purpose::Echo, "a")));
        answer.services.and_then(|services| services.newest)
    };
    assert_eq!(echo(), None);
    memory.note_version(T1, Some(NEWEST - 1));
    assert_eq!(echo(), Some(NEWEST));
    memory.note_version(T1, Some(NEWEST));
    assert_eq!(echo(), None);
}

#[test]
fn a_blank_terminal_learns_which_orders_there_are_and_what_they_are_over() {
    let bench = Bench::new();
    let host = Rc::clone(&bench.acquirer);
    let question = Message { amount: None, ..query("b") };
    let second = Message { stan: 2, ..sale("b") };
    assert_eq!(bench.ask(&[sale("a"), second, question.clone()]), ["00", "14", "14"]);
    assert_eq!(host.query(T1, &question.into()).message.amount, Some(PRICE));
    let told = |blank| {
        let services = Some(Box::new(Services { blank, ..Services::default() }));
        let request = Pdu { services, ..message(Purpose::SignIn, "a").into() };
        let answer = host.sign_in(&Memory::default(), T1, &request);
        answer.services.map(|services| (services.first, services.last))
    };
    assert_eq!(told(false), None);
    assert_eq!(told(true), Some((OrderId::new("a"), OrderId::new("b"))));
    host.settle(Time(2), T1, &settlement(1, PRICE.0, 1));
    assert_eq!(told(true), Some((None, OrderId::new("b"))));
}

#[test]
fn only_payments_use_a_fault_up() {
    let bench = Bench::new();
    let mode = MaintenanceMode::Reject;
    bench.fault(Fault::AcqMaintenance { mode, drain: false }, FaultSpan::Next(1));
    let others = [Purpose::SignIn, Purpose::Echo, Purpose::Query].map(|p| message(p, "a"));
    let answers = bench.ask(&[&others[..], &[sale("a"), sale("a")]].concat());
    assert_eq!(answers, ["00", "00", "25", "91", "00"]);
}

#[test]
fn a_host_that_errs_for_a_while_errs_in_all_that_concerns_payments() {
    let echo = message(Purpose::Echo, "a");
    for (captured, balance) in [(Rate::ONE, None), (Rate(0), Some(PRICE))] {
        let bench = Bench::new();
        let acquirer = Rc::clone(&bench.acquirer);
        let order = OrderId::new("a").unwrap();
        acquirer.wallet.debit((order, T1), charge(), Time(0));
        bench.fault(errors(captured), A_WHILE);
        let answers = bench.ask(&[echo.clone(), query("a"), reversal("a"), sale("b")]);
        assert_eq!(answers, ["00", "96", "96", "96"]);
        let held = acquirer.wallet.holds(order).map(|(amount, _)| amount);
        assert_eq!(held, balance, "a share of {captured} takes effect all the same");
    }
}

#[test]
fn a_duplicate_is_answered_with_the_result_of_the_first() {
    for (captured, told) in [(Rate::ONE, "94 of 00"), (Rate(0), "94")] {
        let bench = Bench::new();
        bench.fault(Fault::AcqErrorBurst { code: "94".into(), captured }, FaultSpan::Next(1));
        assert_eq!(bench.ask(&[sale("a")]), [told]);
    }
    // Another sale under the same number or STAN has no result of this one.
    let other = Message { amount: Some(Amount(1)), ..sale("a") };
    assert_eq!(Bench::new().ask(&[sale("a"), other, sale("b")]), ["00", "94", "94"]);
}

#[test]
fn a_stan_names_one_financial_request_of_a_batch() {
    let named = |purpose, stan, batch, order| Message {
        stan,
        batch: Some(batch),
        ..message(purpose, order)
    };
    let memory = Memory::default();
    let reused =
        |purpose, stan, batch, order| memory.reused(T1, &named(purpose, stan, batch, order));
    assert!(!reused(Purpose::Sale, 1, 1, "a"));
    assert!(!reused(Purpose::Sale, 1, 1, "a"), "the same again");
    assert!(reused(Purpose::Sale, 1, 1, "b"));
    assert!(reused(Purpose::Query, 1, 1, "a"), "a question about it is another request");
    assert!(!reused(Purpose::Query, 2, 1, "a"));
    assert!(reused(Purpose::Void, 2, 1, "a"));
    assert!(!reused(Purpose::Sale, 1, 2, "b"), "another batch");
    assert!(!reused(Purpose::SignIn, 1, 1, "a"), "a new device begins with any");
    assert!(!memory.used_elsewhere(T1, &named(Purpose::Reversal, 1, 1, "a")));
    assert!(memory.used_elsewhere(T1, &named(Purpose::Reversal, 2, 1, "a")));
}

#[test]
fn errors_for_so_many_payments_spare_the_questions_after_them() {
    let bench = Bench::new();
    bench.fault(errors(Rate::ONE), FaultSpan::Next(2));
    let second = Message { stan: 2, code: CodeText::new("130000000000000002"), ..sale("b") };
    let third = Message { stan: 3, ..second.clone() };
    let third = Message { order: OrderId::new("c"), ..third };
    let answers = bench.ask(&[sale("a"), query("a"), second, query("b"), third]);
    assert_eq!(answers, ["96", "00", "96", "14", "14"]);
}

#[test]
fn an_account_that_lacks_something_is_told_as_it_is() {
    let bench = Bench::new();
    bench.fault(Fault::AcqPartialApproval { share: Rate(600_000) }, FaultSpan::Next(1));
    let answers = bench.ask(&[sale("a"), query("a"), reversal("a"), query("a")]);
    assert_eq!(answers, ["10", "10", "00", "12"]);
}

#[test]
fn a_draining_host_takes_no_new_sale_and_serves_what_is_open() {
    let bench = Bench::new();
    let order = OrderId::new("a").unwrap();
    bench.acquirer.wallet.debit((order, T1), charge(), Time(0));
    bench.fault(Fault::AcqMaintenance { mode: MaintenanceMode::Reject, drain: true }, A_WHILE);
    let answers = bench.ask(&[sale("b"), query("a"), reversal("a")]);
    assert_eq!(answers, ["91", "00", "00"]);
}

fn in_batch(batch: u32, message: Message) -> Message {
    Message { batch: Some(batch), ..message }
}

fn settlement(batch: u32, fen: u64, debits: u16) -> Pdu {
    let domestic = Tally { debit: Amount(fen), debits, ..Tally::NONE };
    let message = in_batch(batch, message(Purpose::Settlement, "a"));
    let message = Message { order: None, code: None, amount: None, currency: None, ..message };
    let totals = Some(Box::new(Totals { domestic, foreign: Tally::NONE }));
    Pdu { totals, ..message.into() }
}

#[test]
fn a_batch_is_closed_once_with_totals_that_agree() {
    let bench = Bench::new();
    let (host, order) = (&bench.acquirer, OrderId::new("a").unwrap());
    host.wallet.debit((order, T1), charge(), Time(1));
    let settle = |batch, fen, debits| {
        let answer = host.settle(Time(2), T1, &settlement(batch, fen, debits));
        let result = answer.totals.map(|totals| totals.domestic.result);
        (answer.message.response.unwrap().to_string(), result)
    };
    assert_eq!(settle(1, 1, 1), ("00".into(), Some(Balance::Unbalanced)));
    assert_eq!(host.batches.open(T1), 1);
    assert_eq!(settle(1, PRICE.0, 1), ("00".into(), Some(Balance::Balanced)));
    assert_eq!(host.batches.open(T1), 2);
    // Its answer got lost: the same again closes nothing.
    assert_eq!(settle(1, PRICE.0, 1), ("00".into(), Some(Balance::Balanced)));
    assert_eq!(host.batches.open(T1), 2);
    assert_eq!(settle(3, 0, 0), ("77".into(), None));
    assert_eq!(settle(2, 0, 0), ("00".into(), Some(Balance::Balanced)));
}

#[test]
fn an_upload_settles_what_totals_did_not() {
    let bench = Bench::new();
    let (host, order) = (&bench.acquirer, OrderId::new("a").unwrap());
    host.wallet.debit((order, T1), charge(), Time(1));
    bench.fault(Fault::SettleMismatch, FaultSpan::Next(1));
    let result = || {
        let answer = host.settle(Time(2), T1, &settlement(1, PRICE.0, 1));
        answer.totals.unwrap().domestic.result
    };
    let end = || {
        let message = Message { order: None, ..message(Purpose::BatchUpload, "") };
        let answer = host.upload(T1, &Pdu { network: Some(UPLOAD_ENDS), ..message.into() });
        (answer.message.response.unwrap().to_string(), answer.network)
    };
    assert_eq!(result(), Balance::Unbalanced);
    assert_eq!(end(), ("00".into(), Some(UPLOAD_ENDS)));
    assert_eq!(result(), Balance::Unbalanced, "nothing was uploaded");
    let upload = |order| host.upload(T1, &message(Purpose::BatchUpload, order).into());
    assert_eq!(upload("b").message.response.as_deref(), Some("25"));
    assert_eq!(upload("a").message.response.as_deref(), Some("00"));
    end();
    assert_eq!(result(), Balance::Balanced);
}

#[test]
fn who_is_not_registered_is_told_so() {
    let field = |text| FieldText::new(text).unwrap();
    let answers = Bench::new().ask(&[
        Message { tid: field("99999999"), ..message(Purpose::SignIn, "") },
        Message { mid: field("999999999999999"), ..sale("a") },
        query("a"),
    ]);
    assert_eq!(answers, ["97", "03", "25"]);
}

#[test]
fn an_order_keeps_its_reference_number_whichever_host_answers() {
    let (one, order) = (Bench::new(), OrderId::new("a").unwrap());
    let (wallet, other) = (&one.acquirer.wallet, OrderId::new("b").unwrap());
    wallet.debit((order, T1), charge(), Time(1));
    wallet.debit((other, T1), charge(), Time(1));
    let (first, second) = (wallet.rrn(order, T1).unwrap(), wallet.rrn(other, T1).unwrap());
    assert_ne!(first, second);
    wallet.debit((order, T1), charge(), Time(2));
    wallet.reverse((order, T1), PRICE, Time(3));
    assert_eq!(wallet.rrn(order, T1), Some(first));
    assert!(wallet.next_rrn() > second);
    assert_eq!(wallet.rrn(order, TerminalId(2)), None);
}

#[test]
fn a_sale_in_a_closed_batch_has_to_sign_in() {
    let answers = Bench::new().ask(&[in_batch(2, sale("a")), in_batch(1, sale("a"))]);
    assert_eq!(answers, ["77", "00"]);
}

#[test]
fn a_void_gives_the_money_back_once() {
    let back = |order| Message { code: None, ..message(Purpose::Void, order) };
    let answers = Bench::new().ask(&[sale("a"), back("a"), back("a"), back("b"), query("a")]);
    assert_eq!(answers, ["00", "00", "00", "25", "12"]);
}

#[test]
fn what_is_sealed_with_another_key_is_not_genuine() {
    let wire = crate::iso8583::cup_scan();
    let vault = Vault::new(1, wire);
    let sale = sale("a");
    let frame = |vault: &Vault| Pdu::from(sale.clone()).seal(wire, &vault.mac(T1).unwrap());
    assert!(!vault.sealed(T1, &[], &sale), "no session, no seal");
    let keys = vault.renew(T1).unwrap();
    assert!(keys.mac.unwrap(&vault.master(T1).unwrap()).is_ok());
    assert!(keys.mac.unwrap(&vault.master(TerminalId(2)).unwrap()).is_err());
    let first = frame(&vault).unwrap();
    assert!(vault.sealed(T1, &first, &sale));
    vault.renew(T1);
    assert!(vault.sealed(T1, &first, &sale), "it may have been under way");
    vault.renew(T1);
    assert!(!vault.sealed(T1, &first, &sale));
    vault.expire(T1);
    assert!(vault.is_expired(T1) && vault.mac(T1).is_none());
}
