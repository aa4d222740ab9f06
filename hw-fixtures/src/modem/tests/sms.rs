//! Messages in and out.

use super::*;
use crate::modem::{OutgoingSms, Service};

fn sms(text: &str) -> Change {
    Change::Sms { from: "10086".into(), text: text.into() }
}

fn sent(desk: &mut Desk) -> Vec<OutgoingSms> {
    let sms = |request| match request {
        Request::Sms(sms) => sms,
        other => panic!("no message: {other:?}"),
    };
    desk.requests().into_iter().map(sms).collect()
}

#[test]
fn a_message_comes_in_is_listed_and_deleted() {
    let mut desk = Desk::new();
    assert_eq!(desk.change(sms("paid CNY 12.50")), "+CMTI: \"SM\",1");
    assert_eq!(desk.at("AT+CPMS?"), "+CPMS: \"SM\",1,50,\"SM\",1,50,\"SM\",1,50|OK");
    assert_eq!(desk.at("AT+CMGF=1;+CSCS=\"IRA\""), "OK");
    let text = "\"10086\",,\"26/01/01,00:01:00+32\"|paid CNY 12.50|OK";
    assert_eq!(desk.at("AT+CMGL=\"REC UNREAD\""), format!("+CMGL: 1,\"REC UNREAD\",{text}"));
    assert_eq!(desk.at("AT+CMGR=1"), format!("+CMGR: \"REC READ\",{text}"));
    assert_eq!(desk.at("AT+CMGL=\"REC UNREAD\""), "OK");
    assert_eq!(desk.at("AT+CMGD=1;+CMGR=1"), "+CMS ERROR: 321");
}

#[test]
fn a_message_comes_straight_to_who_wants_it() {
    let mut desk = Desk::new();
    desk.at("AT+CNMI=2,2,0,0,0;+CMGF=1");
    let told = desk.change(sms("收款"));
    assert_eq!(told, "+CMT: \"10086\",,\"26/01/01,00:01:00+32\"|65366B3E");
    desk.at("AT+CMGF=0");
    let told = desk.change(sms("hellohello"));
    let pdu = "0891683108100005F00405810180F60000621010001000230AE8329BFD4697D9EC37";
    assert_eq!(told, format!("+CMT: ,25|{pdu}"));
}

#[test]
fn the_network_keeps_what_can_not_be_delivered() {
    let mut desk = Desk::of(Profile { sms_capacity: 1, ..Profile::default() });
    desk.change(Change::Service(Service::Searching));
    assert_eq!(desk.change(sms("one")), "");
    desk.change(sms("two"));
    assert_eq!(desk.change(Change::Service(Service::Home)), "+CMTI: \"SM\",1");
    assert_eq!(desk.at("AT+CMGD=1"), "OK|+CMTI: \"SM\",1");
}

#[test]
fn a_long_message_comes_in_parts() {
    let mut desk = Desk::new();
    assert_eq!(desk.change(sms(&"收".repeat(100))), "+CMTI: \"SM\",1|+CMTI: \"SM\",2");
    desk.at("AT+CMGF=1;+CSCS=\"UCS2\"");
    let list = desk.at("AT+CMGL=\"ALL\"");
    assert_eq!(list.matches("6536").count(), 100, "{list}");
}

#[test]
fn a_text_goes_out() {
    let mut desk = Desk::new();
    desk.at("AT+CMGF=1;+CSCS=\"IRA\"");
    assert_eq!(desk.at("AT+CMGS=\"+8613900139000\""), "> ");
    assert_eq!(desk.type_in("hello\x1a"), "+CMGS: 1|OK");
    let to = "+8613900139000".to_owned();
    assert_eq!(sent(&mut desk), [OutgoingSms { to, text: "hello".into(), part: None }]);
    desk.at("AT+CMGS=\"1\"");
    assert_eq!(desk.type_in("no\x1b"), "OK");
    assert_eq!(sent(&mut desk), []);
    desk.at("AT+CSCS=\"UCS2\"");
    desk.at("AT+CMGS=\"00310030\"");
    assert_eq!(desk.type_in("65366B3E\x1a"), "+CMGS: 2|OK");
    let to = "10".to_owned();
    assert_eq!(sent(&mut desk), [OutgoingSms { to, text: "收款".into(), part: None }]);
}

#[test]
fn a_pdu_goes_out_if_it_is_one() {
    let mut desk = Desk::new();
    let pdu = "0011000D91683109109300F00000AA05C8329BFD06";
    assert_eq!(desk.at("AT+CMGS=20"), "> ");
    assert_eq!(desk.type_in(format!("{pdu}\x1a")), "+CMGS: 1|OK");
    assert_eq!(sent(&mut desk)[0].text, "Hello");
    desk.at("AT+CMGS=19");
    assert_eq!(desk.type_in(format!("{pdu}\x1a")), "+CMS ERROR: 304");
    desk.at("AT+CMGS=20");
    assert_eq!(desk.type_in("00zz\x1a"), "+CMS ERROR: 304");
    assert_eq!(desk.at("AT+CMGS=0"), "+CMS ERROR: 304");
    desk.change(Change::Service(Service::None));
    desk.at("AT+CMGS=20");
    assert_eq!(desk.type_in(format!("{pdu}\x1a")), "+CMS ERROR: 331");
}

#[test]
fn a_stored_message_is_sent_later() {
    let mut desk = Desk::new();
    desk.at("AT+CMGF=1;+CSCS=\"IRA\"");
    desk.at("AT+CMGW=\"10\"");
    assert_eq!(desk.type_in("later\x1a"), "+CMGW: 1|OK");
    assert_eq!(desk.at("AT+CMGL=\"STO UNSENT\""), "+CMGL: 1,\"STO UNSENT\",\"10\",,|later|OK");
    assert_eq!(desk.at("AT+CMSS=1"), "+CMSS: 1|OK");
    assert_eq!(sent(&mut desk)[0].text, "later");
    assert_eq!(desk.at("AT+CMGD=1,2;+CPMS=\"SM\""), "+CPMS: 0,50,0,50,0,50|OK");
}

#[test]
fn messages_outlive_a_restart() {
    let mut desk = Desk::new();
    desk.change(sms("kept"));
    desk.change(Change::Restart);
    desk.change(sms("meanwhile"));
    desk.pass(Lapse::from_secs(60));
    assert!(desk.at("AT+CPMS=\"SM\"").contains("+CPMS: 2,50"));
}
