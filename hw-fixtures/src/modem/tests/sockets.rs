//! Connections in the words of both makers.

use super::*;
use crate::modem::NoConnection;

#[test]
fn quectel_opens_sends_reads_and_closes() {
    let mut desk = Desk::attached();
    assert_eq!(desk.at("AT+QIOPEN=1,0,\"TCP\",\"acquirer\",8583,0,0"), "OK");
    let requests = desk.requests();
    let conn = Conn(1);
    assert_eq!(requests, [Request::Open { conn, host: "acquirer".into(), port: 8583 }]);
    assert_eq!(desk.at("AT+QISEND=0,1"), "ERROR", "not yet");
    assert_eq!(desk.network(conn, NetEvent::Opened), "+QIOPEN: 0,0");
    assert_eq!(desk.at("AT+QISEND=0,5"), "> ");
    assert_eq!(desk.type_in(b"\x1a\r\n\x1b\x00"), "SEND OK");
    let bytes = b"\x1a\r\n\x1b\x00".to_vec();
    assert_eq!(desk.requests(), [Request::Send { conn, bytes }]);
    desk.network(conn, NetEvent::Sent(3));
    assert_eq!(desk.at("AT+QISEND=0,0"), "+QISEND: 5,3,2|OK");
    assert_eq!(desk.at("AT+QISENDEX=0,\"4142\""), "SEND OK");
    assert_eq!(desk.requests(), [Request::Send { conn, bytes: b"AB".to_vec() }]);
    let urc = "+QIURC: \"recv\",0";
    assert_eq!(desk.network(conn, NetEvent::Data(b"hello".to_vec())), urc);
    assert_eq!(desk.network(conn, NetEvent::Data(b" you".to_vec())), "", "told once");
    assert_eq!(desk.at("AT+QIRD=0,0"), "+QIRD: 9,0,9|OK");
    assert_eq!(desk.at("AT+QIRD=0,6"), "+QIRD: 6|hello |OK");
    assert_eq!(desk.at("AT+QIRD=0"), "+QIRD: 3|you|OK");
    assert_eq!(desk.at("AT+QIRD=0"), "+QIRD: 0|OK");
    assert_eq!(desk.network(conn, NetEvent::Data(b"x".to_vec())), urc, "told again");
    assert_eq!(desk.network(conn, NetEvent::Closed), "+QIURC: \"closed\",0");
    assert_eq!(desk.at("AT+QIRD=0"), "+QIRD: 1|x|OK");
    assert_eq!(desk.at("AT+QICLOSE=0"), "OK");
    assert_eq!(desk.requests(), []);
}

#[test]
fn quectel_pushes_and_tells_why_not() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,3,\"TCP\",\"a\",1,0,1");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    let pushed = desk.network(conn, NetEvent::Data(b"abc".to_vec()));
    assert_eq!(pushed, "+QIURC: \"recv\",3,3|abc");
    assert_eq!(desk.at("AT+QIOPEN=1,3,\"TCP\",\"a\",1"), "ERROR");
    assert_eq!(desk.at("AT+QIGETERROR"), "+QIGETERROR: 563,socket identity has been used|OK");
    assert_eq!(desk.at("AT+QIOPEN=2,4,\"TCP\",\"a\",1"), "ERROR", "no such context");
    for (why, code) in
        [(NoConnection::NoName, 565), (NoConnection::Refused, 566), (NoConnection::TimedOut, 569)]
    {
        desk.at("AT+QIOPEN=1,4,\"TCP\",\"a\",1");
        let conn = desk.opens();
        let told = desk.network(conn, NetEvent::Failed(why));
        assert_eq!(told, format!("+QIOPEN: 4,{code}"));
        desk.at("AT+QICLOSE=4");
    }
}

#[test]
fn what_came_waits_while_the_line_is_taken() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    assert_eq!(desk.at("AT+QISEND=0"), "> ");
    assert_eq!(desk.network(conn, NetEvent::Data(b"abc".to_vec())), "");
    assert_eq!(desk.type_in(b"hi\x1a"), "SEND OK|+QIURC: \"recv\",0");
    assert_eq!(desk.at("AT+QISEND=0"), "> ");
    assert_eq!(desk.type_in(b"never\x1b"), "OK");
    assert_eq!(desk.requests(), [Request::Send { conn, bytes: b"hi".to_vec() }]);
}

#[test]
fn a_transparent_connection_is_the_line() {
    let mut desk = Desk::attached();
    assert_eq!(desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1,0,2"), "");
    let conn = desk.opens();
    assert_eq!(desk.network(conn, NetEvent::Opened), "CONNECT");
    assert_eq!(desk.type_in("AT\r1+1"), "");
    assert_eq!(desk.requests(), [Request::Send { conn, bytes: b"AT\r1+1".to_vec() }]);
    assert_eq!(desk.network(conn, NetEvent::Data(b"answer".to_vec())), "answer");
    desk.pass(Lapse::from_secs(1));
    desk.type_in("+++");
    assert_eq!(desk.pass(Lapse::from_secs(1)), "OK");
    assert_eq!(desk.requests(), []);
    assert_eq!(desk.network(conn, NetEvent::Data(b"late".to_vec())), "");
    assert_eq!(desk.at("ATO"), "CONNECT|late");
    assert_eq!(desk.network(conn, NetEvent::Closed), "NO CARRIER");
    assert_eq!(desk.at("AT"), "OK");
}

#[test]
fn a_connection_that_nobody_answers_times_out() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1");
    let conn = desk.opens();
    assert_eq!(desk.pass(Lapse::from_secs(149)), "");
    assert_eq!(desk.pass(Lapse::from_secs(1)), "+QIOPEN: 0,569");
    assert_eq!(desk.requests(), [Request::Close { conn }]);
}

#[test]
fn lost_pdp_ends_data_mode_even_before_it_has_begun() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1,0,2");
    let conn = desk.opens();
    assert_eq!(desk.change(Change::PdpLost), "NO CARRIER|+QIURC: \"pdpdeact\",1");
    assert_eq!(desk.requests(), [Request::Forget { conn }]);
    assert_eq!(desk.at("AT+QICLOSE=0;+QIACT=1"), "OK");
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1,0,2");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    assert!(desk.change(Change::PdpLost).starts_with("NO CARRIER"));
}

#[test]
fn lost_pdp_breaks_every_connection() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    assert_eq!(desk.change(Change::PdpLost), "+QIURC: \"pdpdeact\",1");
    assert_eq!(desk.requests(), [Request::Forget { conn }]);
    assert_eq!(desk.at("AT+QISEND=0,3"), "ERROR");
    assert_eq!(desk.at("AT+QICLOSE=0;+QIDEACT=1;+QIACT=1"), "OK");
    assert_eq!(desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1"), "OK");
}

#[test]
fn simcom_opens_sends_fetches_and_closes() {
    let mut desk = Desk::simcom();
    assert_eq!(desk.at("AT+CIPOPEN=0,\"TCP\",\"a\",1"), "+CIPOPEN: 0,2|ERROR");
    assert_eq!(desk.at("AT+NETOPEN"), "OK|+NETOPEN: 0");
    assert_eq!(desk.at("AT+IPADDR"), "+IPADDR: 10.64.64.2|OK");
    assert_eq!(desk.at("AT+CIPRXGET=1"), "OK");
    assert_eq!(desk.at("AT+CIPOPEN=0,\"TCP\",\"acquirer\",8583"), "OK");
    let conn = desk.opens();
    assert_eq!(desk.network(conn, NetEvent::Opened), "+CIPOPEN: 0,0");
    assert_eq!(desk.at("AT+CIPSEND=0,3"), "> ");
    assert_eq!(desk.type_in("abc"), "OK|+CIPSEND: 0,3,3");
    assert_eq!(desk.requests(), [Request::Send { conn, bytes: b"abc".to_vec() }]);
    assert_eq!(desk.network(conn, NetEvent::Data(b"12345".to_vec())), "+CIPRXGET: 1,0");
    assert_eq!(desk.at("AT+CIPRXGET=4,0"), "+CIPRXGET: 4,0,5|OK");
    assert_eq!(desk.at("AT+CIPRXGET=2,0,3"), "+CIPRXGET: 2,0,3,2|123|OK");
    assert_eq!(desk.at("AT+CIPRXGET=3,0"), "+CIPRXGET: 3,0,2,0|3435|OK");
    assert_eq!(desk.at("AT+CIPCLOSE=0"), "OK|+CIPCLOSE: 0,0");
    assert_eq!(desk.requests(), [Request::Close { conn }]);
    assert_eq!(desk.at("AT+CIPCLOSE?"), "+CIPCLOSE: 0,0,0,0,0,0,0,0,0,0|OK");
}

#[test]
fn simcom_pushes_and_tells_of_ends() {
    let mut desk = Desk::simcom();
    desk.at("AT+NETOPEN");
    desk.at("AT+CIPOPEN=2,\"TCP\",\"10.0.0.1\",80");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    let pushed = desk.network(conn, NetEvent::Data(b"hi".to_vec()));
    assert_eq!(pushed, "RECV FROM:10.0.0.1:80|+IPD2|hi");
    assert_eq!(desk.network(conn, NetEvent::Closed), "+IPCLOSE: 2,1");
    assert_eq!(desk.at("AT+CIPOPEN=2,\"TCP\",\"10.0.0.1\",80"), "OK");
    let conn = desk.opens();
    let told = desk.network(conn, NetEvent::Failed(NoConnection::NoName));
    assert_eq!(told, "+CIPOPEN: 2,11");
    assert_eq!(desk.change(Change::PdpLost), "+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
    assert_eq!(desk.at("AT+QIACT=1"), "ERROR", "another maker's command");
}
