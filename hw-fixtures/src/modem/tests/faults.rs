//! What is done to it from outside.

use super::*;
use crate::modem::Service;

#[test]
fn the_signal_is_told_in_steps_of_two_db() {
    let mut desk = Desk::new();
    let told = [(-120, "0"), (-113, "0"), (-111, "1"), (-71, "21"), (-51, "31"), (-20, "31")];
    for (dbm, step) in told {
        desk.change(Change::Signal(Some(dbm)));
        assert_eq!(desk.at("AT+CSQ"), format!("+CSQ: {step},99|OK"), "{dbm} dBm");
    }
    desk.change(Change::Signal(None));
    assert_eq!(desk.at("AT+CSQ"), "+CSQ: 99,99|OK");
}

#[test]
fn a_lost_network_is_told_to_who_wants_to_know() {
    let mut desk = Desk::new();
    desk.at("AT+CREG=2;+CEREG=1");
    assert_eq!(desk.change(Change::Service(Service::Searching)), "+CREG: 2|+CEREG: 2");
    assert_eq!(desk.change(Change::Service(Service::Searching)), "");
    assert_eq!(desk.at("AT+COPS?"), "+COPS: 0|OK");
    assert_eq!(desk.at("AT+QIACT=1;+QIGETERROR"), "ERROR");
    assert_eq!(desk.at("AT+QIGETERROR"), "+QIGETERROR: 561,open PDP context failed|OK");
    let back = "+CREG: 5,\"1A2B\",\"01C3D4E5\",7|+CEREG: 5";
    assert_eq!(desk.change(Change::Service(Service::Roaming)), back);
    assert_eq!(desk.change(Change::Service(Service::Denied)), "+CREG: 3|+CEREG: 3");
}

#[test]
fn a_removed_card_takes_the_network_with_it() {
    let mut desk = Desk::attached();
    desk.at("AT+CREG=1");
    let told = "+CPIN: NOT READY|+QIURC: \"pdpdeact\",1|+CREG: 0";
    assert_eq!(desk.change(Change::Card(false)), told);
    assert_eq!(desk.at("AT+CMEE=2;+CPIN?"), "+CME ERROR: SIM not inserted");
    assert_eq!(desk.at("AT+CMGL=4"), "+CMS ERROR: SIM not inserted");
    assert_eq!(desk.change(Change::Card(true)), "+CPIN: READY|+CREG: 2");
    assert_eq!(desk.pass(Lapse::from_secs(3)), "+CREG: 1");
}

#[test]
fn a_deaf_modem_answers_late_and_with_an_error() {
    let mut desk = Desk::new();
    desk.change(Change::Deaf(true));
    for line in ["AT", "AT+CSQ", "ATE0V1;+CREG?"] {
        assert_eq!(desk.at(line), "");
        assert_eq!(desk.pass(Lapse::from_ms(299)), "");
        assert_eq!(desk.pass(Lapse::from_ms(1)), "ERROR", "{line}");
    }
    assert_eq!(desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1"), "");
    assert_eq!(desk.pass(Lapse::from_secs(149)), "");
    assert_eq!(desk.pass(Lapse::from_secs(1)), "ERROR");
    desk.change(Change::Deaf(false));
    assert_eq!(desk.at("AT"), "OK");
}

#[test]
fn a_wrong_access_point_name_gets_no_connection() {
    let mut desk = Desk::of(Profile { apn: Some("cmnet".into()), ..Profile::default() });
    assert_eq!(desk.at("AT+CGDCONT=1,\"IP\",\"cmwap\";+QIACT=1"), "ERROR");
    assert_eq!(
        desk.at("AT+QICSGP=1,1,\"cmnet\",\"\",\"\",0;+QIACT=1;+QIACT?"),
        "+QIACT: 1,1,1,\"10.64.64.2\"|OK"
    );
}

#[test]
fn switched_off_it_forgets_its_connections_and_nobody_is_told() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"host\",8583");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    desk.change(Change::Power(false));
    assert_eq!(desk.requests(), [Request::Forget { conn }]);
    assert_eq!(desk.network(conn, NetEvent::Closed), "");
    assert_eq!(desk.at("AT"), "");
    desk.change(Change::Power(true));
    desk.pass(Lapse::from_secs(60));
    assert_eq!(desk.at("ATE0+QISTATE?"), "ATE0+QISTATE?\r|OK");
}

#[test]
fn used_up_data_stop_the_bytes_and_nothing_else() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"host\",8583");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    desk.change(Change::Data(false));
    assert_eq!(desk.at("AT+CREG?"), "+CREG: 0,1|OK");
    desk.at("AT+QISEND=0,2");
    assert_eq!(desk.type_in("hi"), "SEND OK");
    assert_eq!((desk.requests(), desk.modem.room(conn)), (vec![], 0));
    desk.at("AT+QIOPEN=1,1,\"TCP\",\"host\",8583");
    assert_eq!(desk.pass(Lapse::from_secs(150)), "+QIOPEN: 1,569");
    desk.change(Change::Data(true));
    assert_eq!(desk.requests(), [Request::Send { conn, bytes: b"hi".to_vec() }]);
}
