//! Any bytes, any changes, any network: it never panics, and nothing grows without end.

use proptest::prelude::*;

use super::*;
use crate::modem::{NoConnection, Service};

/// Something that happens to a modem.
#[derive(Debug, Clone)]
enum Step {
    Bytes(Vec<u8>),
    Change(Change),
    Network(u32, NetEvent),
    Pass(u64),
}

const NAMES: &str = "+CREG +COPS +CSQ +CPIN +CMGL +CMGR +CMGS +CMGW +CMGD +CMSS +CNMI +CPMS +CSCS \
    +CSMP +CMGF +CSDH +QIOPEN +QISEND +QIRD +QICLOSE +QIACT +QIDEACT +QISTATE +CGDCONT +CGACT \
    +CFUN +IPR +CMEE E V Q D S3 &F +NETOPEN +CIPOPEN +CIPSEND +CIPRXGET +CIPCLOSE +CCLK +CIPMODE \
    +NETCLOSE O";

const ENDS: &str = r#"? =? =1 =0 =0,1 =1,0,"TCP","a",1 =1,0,"TCP","a",1,0,2 =0,"TCP","a",1 ="SM"
    ="UCS2" =, =" =99999999999 =2,0,5 *99# =3,1," ="ALL" =4"#;

/// Pieces of commands, so that more than noise is tried.
fn words() -> impl Strategy<Value = String> {
    let one_of =
        |all: &'static str| prop::sample::select(all.split_whitespace().collect::<Vec<_>>());
    let command = (one_of(NAMES), prop::option::weighted(0.9, one_of(ENDS)));
    let command = command.prop_map(|(name, end)| format!("{name}{}", end.unwrap_or_default()));
    let line = prop::collection::vec(command, 1..4);
    line.prop_map(|all| format!("AT{}\r", all.join(";")))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => words().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => prop::sample::select(vec![&b"\x1a"[..], b"\x1b", b"+++", b"0011", b"hello\x1a"])
            .prop_map(<[u8]>::to_vec),
    ]
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<Option<i16>>().prop_map(Change::Signal),
        prop::sample::select(vec![Service::Home, Service::None, Service::Searching])
            .prop_map(Change::Service),
        Just(Change::PdpLost),
        any::<bool>().prop_map(Change::Card),
        any::<bool>().prop_map(Change::Data),
        any::<bool>().prop_map(Change::Power),
        prop::bool::weighted(0.2).prop_map(Change::Deaf),
        Just(Change::Restart),
        ("\\PC{0,12}", "\\PC{0,200}").prop_map(|(from, text)| Change::Sms { from, text }),
    ]
}

fn events() -> impl Strategy<Value = NetEvent> {
    prop_oneof![
        3 => Just(NetEvent::Opened),
        1 => Just(NetEvent::Failed(NoConnection::Refused)),
        3 => prop::collection::vec(any::<u8>(), 1..300).prop_map(NetEvent::Data),
        1 => (0usize..3_000).prop_map(NetEvent::Sent),
        1 => Just(NetEvent::Closed),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => bytes().prop_map(Step::Bytes),
        1 => changes().prop_map(Step::Change),
        2 => (1u32..6, events()).prop_map(|(conn, event)| Step::Network(conn, event)),
        2 => (0u64..200_000).prop_map(Step::Pass),
    ];
    prop::collection::vec(step, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_breaks_it(steps in steps(), simcom: bool) {
        let maker = if simcom { Maker::Simcom } else { Maker::Quectel };
        let mut desk = Desk::of(Profile { maker, ..Profile::default() });
        for step in steps {
            match step {
                Step::Bytes(bytes) => drop(desk.type_in(bytes)),
                Step::Change(change) => drop(desk.change(change)),
                Step::Network(conn, event) => {
                    let length = if let NetEvent::Data(bytes) = &event { bytes.len() } else { 0 };
                    if length <= desk.modem.room(Conn(conn)) {
                        desk.network(Conn(conn), event);
                    }
                }
                Step::Pass(ms) => drop(desk.pass(Lapse::from_ms(ms))),
            }
            // What is due lies ahead, or it would never rest.
            prop_assert_eq!(desk.modem.due().filter(|due| *due <= desk.now), None);
        }
    }

    #[test]
    fn what_comes_in_one_by_one_reads_as_at_once(steps in prop::collection::vec(bytes(), 1..20)) {
        let (mut whole, mut single) = (Desk::new(), Desk::new());
        for bytes in steps {
            whole.modem.receive(&bytes, Time::from_ms(60_000));
            bytes.iter().for_each(|byte| single.modem.receive(&[*byte], Time::from_ms(60_000)));
            prop_assert_eq!(whole.read(), single.read());
        }
    }
}

#[test]
fn a_flood_without_a_line_end_takes_no_room() {
    let mut desk = Desk::new();
    for _ in 0..1_000 {
        desk.type_in([b'A'; 1_000]);
    }
    assert_eq!(desk.at(""), "");
    assert_eq!(desk.at("AT"), "OK");
    // Nor does a message without its end.
    desk.at("AT+CMGF=1;+CMGS=\"10\"");
    for _ in 0..1_000 {
        desk.type_in([b'x'; 1_000]);
    }
    assert_eq!(desk.type_in("\x1a"), "ERROR");
}

#[test]
fn what_a_silent_network_holds_back_is_bounded() {
    let mut desk = Desk::attached();
    desk.at("AT+QIOPEN=1,0,\"TCP\",\"a\",1");
    let conn = desk.opens();
    desk.network(conn, NetEvent::Opened);
    desk.change(Change::Data(false));
    let mut taken = 0;
    for _ in 0..100 {
        desk.at("AT+QISEND=0,1000");
        taken += usize::from(desk.type_in([b'x'; 1_000]) == "SEND OK");
        desk.at("AT+QIOPEN=1,1,\"TCP\",\"a\",1;+QICLOSE=1");
    }
    assert_eq!(taken, 14, "14.6 kB");
    desk.change(Change::Data(true));
    let [Request::Send { bytes, .. }] = &desk.requests()[..] else { panic!("one request") };
    assert_eq!(bytes.len(), 14_000);
}

#[test]
fn news_for_a_line_that_is_never_free_is_bounded() {
    let mut desk = Desk::new();
    desk.at("AT+CREG=2;+CMGF=1");
    desk.at("AT+CMGS=\"10\"");
    for _ in 0..10_000 {
        desk.change(Change::Service(Service::Searching));
        desk.change(Change::Service(Service::Home));
    }
    assert!(desk.type_in("\x1b").len() < 50_000);
}
