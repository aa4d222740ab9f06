//! The modem as it is served on a pseudo terminal: bytes, speed, connections, faults. The terminal
//! is played by the test, through the port layer.

mod desk;

use contract::Lapse;
use hw_fixtures::modem::{Change, Profile, Service};

use desk::{Desk, on_desk, quick};

#[test]
fn a_payment_goes_through_the_modem_and_back() {
    on_desk(quick(), async |desk: &Desk| {
        desk.at("AT+QIACT=1", "OK").await;
        desk.at("AT+QIOPEN=1,0,\"TCP\",\"acquirer\",8583", "+QIOPEN: 0,0").await;
        desk.at("AT+QISEND=0,4", "> ").await;
        desk.type_in(b"\x00\x02\x1a\r").await;
        desk.hears("SEND OK").await;
        assert_eq!(desk.host_reads(4).await, b"\x00\x02\x1a\r");
        desk.host_writes(b"0210").await;
        desk.hears("+QIURC: \"recv\",0").await;
        desk.at("AT+QIRD=0", "+QIRD: 4\r\n0210").await;
        desk.at("AT+QICLOSE=0", "OK").await;
        assert_eq!(desk.host_reads(1).await, b"", "closed");
    });
}

#[test]
fn a_host_that_is_not_there_is_told() {
    on_desk(quick(), async |desk: &Desk| {
        desk.at("AT+QIACT=1", "OK").await;
        desk.at("AT+QIOPEN=1,0,\"TCP\",\"nobody\",1", "+QIOPEN: 0,565").await;
        desk.at("AT+QICLOSE=0", "OK").await;
        desk.at("AT+QIOPEN=1,0,\"TCP\",\"acquirer\",1", "+QIOPEN: 0,566").await;
    });
}

#[test]
fn a_modem_that_vanishes_tells_the_host_nothing() {
    on_desk(quick(), async |desk: &Desk| {
        desk.at("AT+QIACT=1", "OK").await;
        desk.at("AT+QIOPEN=1,0,\"TCP\",\"acquirer\",8583", "+QIOPEN: 0,0").await;
        desk.change(Change::Restart);
        desk.hears("RDY").await;
        // The host's bytes go nowhere, and no end of the stream reaches it.
        desk.host_writes(b"late").await;
        assert!(desk.host_waits().await);
        desk.at("AT+QISTATE?", "OK").await;
    });
}

#[test]
fn changes_are_told_while_nobody_types() {
    on_desk(quick(), async |desk: &Desk| {
        desk.at("AT+CREG=1", "OK").await;
        desk.change(Change::Service(Service::Searching));
        desk.hears("+CREG: 2").await;
        desk.change(Change::Service(Service::Home));
        desk.hears("+CREG: 1").await;
        desk.change(Change::Sms { from: "10086".into(), text: "hello".into() });
        desk.hears("+CMTI: \"SM\",1").await;
    });
}

#[test]
fn a_port_at_another_speed_is_not_understood() {
    on_desk(Profile { baud: 9_600, ..quick() }, async |desk: &Desk| {
        // The port is at 115200. What comes is the echo, garbled twice.
        desk.type_in(b"AT+CSQ\r").await;
        assert!(!desk.hears_something().await.starts_with(b"AT"));
        desk.set_baud(9_600);
        desk.type_in(b"\r").await;
        desk.at("AT+CSQ", "+CSQ: 21,99\r\n\r\nOK\r\n").await;
        desk.at("AT+IPR=57600", "OK\r\n").await;
        desk.set_baud(57_600);
        desk.at("AT+IPR?", "+IPR: 57600").await;
    });
}

#[test]
fn starting_takes_its_time() {
    let boot = Lapse::from_ms(300);
    on_desk(Profile { boot, ..quick() }, async |desk: &Desk| {
        let begun = desk.now();
        desk.type_in(b"AT\r").await;
        desk.hears("RDY").await;
        assert!(desk.now().since(begun) >= boot);
    });
}
