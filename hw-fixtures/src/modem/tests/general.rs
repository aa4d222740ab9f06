//! How it starts, answers and tells who it is.

use super::*;

#[test]
fn it_is_silent_until_it_has_started() {
    let mut desk = Desk::cold(Profile::default());
    assert_eq!(desk.at("AT"), "");
    assert_eq!(desk.modem.due(), Some(Time::from_ms(5_000)));
    let greeting = desk.pass(Lapse::from_secs(5));
    assert_eq!(greeting, "RDY|+CFUN: 1|+CPIN: READY|+QIND: SMS DONE|+QIND: PB DONE");
    assert_eq!(desk.type_in("AT\r"), "AT\r|OK");
    assert_eq!(desk.at("ATE0"), "ATE0\r|OK");
    assert_eq!(desk.at("AT"), "OK");
}

#[test]
fn a_line_takes_several_commands_and_stops_at_the_first_error() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("AT+CMEE=2;+CREG=2;+CSQ"), "+CSQ: 21,99|OK");
    assert_eq!(desk.at("AT+CSQ;+NOSUCH;+CSQ"), "+CSQ: 21,99|ERROR");
    assert_eq!(desk.at("ATV1Q0S0=0;+CMEE?"), "+CMEE: 2|OK");
    assert_eq!(desk.at("AT+CREG?"), "+CREG: 2,1,\"1A2B\",\"01C3D4E5\",7|OK");
    assert_eq!(desk.type_in("A/"), "+CREG: 2,1,\"1A2B\",\"01C3D4E5\",7|OK");
}

#[test]
fn numbers_instead_of_words() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("ATV0"), "0\r");
    assert_eq!(desk.at("AT+CSQ"), "+CSQ: 21,99|0\r");
    assert_eq!(desk.at("AT+NOSUCH"), "4\r");
    assert_eq!(desk.at("ATQ1"), "");
    assert_eq!(desk.at("ATZ"), "OK");
    assert_eq!(desk.at("ATE0V1"), "ATE0V1\r|OK");
}

#[test]
fn it_says_who_it_is() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("AT+CGMI;+CGMM;+GSN"), "Quectel|EC200S|867698041234563|OK");
    assert_eq!(desk.at("AT+CIMI;+QCCID"), "460001234567890|+QCCID: 89860012345678901234|OK");
    assert_eq!(desk.at("AT+CNUM"), "+CNUM: ,\"+8613800138000\",145|OK");
    assert_eq!(desk.at("AT+CCLK?"), "+CCLK: \"26/01/01,00:01:00+32\"|OK");
    assert_eq!(
        Desk::simcom().at("ATI"),
        "SIMCOM INCORPORATED|SIMCOM_SIM7600CE|Revision: SIM7600M22_V1.1|OK"
    );
}

#[test]
fn it_names_its_network() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("AT+COPS?"), "+COPS: 0,0,\"CHINA MOBILE\",7|OK");
    assert_eq!(desk.at("AT+COPS=3,2;+COPS?"), "+COPS: 0,2,\"46000\",7|OK");
    let all = "+COPS: (2,\"CHINA MOBILE\",\"CMCC\",\"46000\",7),,(0-4),(0-2)|OK";
    assert_eq!(desk.at("AT+COPS=?"), all);
    assert_eq!(desk.at("AT+COPS=1,2,\"46001\""), "+CME ERROR: 30");
    assert_eq!(desk.at("AT+COPS=1,2,\"46000\""), "OK");
    assert_eq!(desk.at("AT+COPS=2;+CREG?"), "+CREG: 0,0|OK");
    assert_eq!(desk.at("AT+COPS=0;+CREG?"), "+CREG: 0,2|OK");
    desk.pass(Lapse::from_secs(3));
    assert_eq!(desk.at("AT+CREG?;+CGATT?"), "+CREG: 0,1|+CGATT: 1|OK");
}

#[test]
fn settings_are_kept_and_given_back() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("AT+CLIP=1,1;+CLIP?"), "+CLIP: 1,1|OK");
    assert_eq!(desk.at("ATS0=3"), "OK");
    assert_eq!(desk.at("ATS0?"), "003|OK");
    assert_eq!(
        desk.at("AT+CSCS=\"UCS2\";+COPS=3,1;+COPS?"),
        "+COPS: 0,1,\"0043004D00430043\",7|OK"
    );
    assert_eq!(desk.at("ATZ"), "OK");
    assert_eq!(desk.at("ATE0"), "ATE0\r|OK");
    assert_eq!(desk.at("AT+CLIP?"), "+CLIP: 0,1|OK");
}

#[test]
fn a_locked_card_opens_with_its_number() {
    let mut profile = Profile::default();
    profile.card.pin = Some("1234".into());
    let mut desk = Desk::of(profile);
    assert_eq!(desk.at("AT+CPIN?;+CIMI"), "+CPIN: SIM PIN|+CME ERROR: 11");
    assert_eq!(desk.at("AT+CMGR=1"), "+CMS ERROR: 311");
    assert_eq!(desk.at("AT+CPIN=\"1111\""), "+CME ERROR: 16");
    assert_eq!(desk.at("AT+CPIN=1234"), "OK|+CPIN: READY");
    desk.pass(Lapse::from_secs(3));
    assert_eq!(desk.at("AT+CREG?"), "+CREG: 0,1|OK");
    desk.change(Change::Restart);
    desk.pass(Lapse::from_secs(60));
    for _ in 0..3 {
        desk.at("AT+CPIN=0000");
    }
    assert_eq!(desk.at("ATE0+CPIN?"), "ATE0+CPIN?\r|+CPIN: SIM PUK|OK");
}

#[test]
fn a_data_call_connects_and_three_pluses_lead_back() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("ATD13800138000"), "NO CARRIER");
    assert_eq!(desk.at("ATDT*99***1#"), "CONNECT");
    desk.pass(Lapse::from_secs(2));
    assert_eq!(desk.at("AT"), "");
    assert_eq!(desk.type_in("+++"), "", "not after a silence");
    assert_eq!(desk.pass(Lapse::from_secs(2)), "");
    assert_eq!(desk.type_in("+++"), "");
    assert_eq!(desk.pass(Lapse::from_secs(1)), "OK");
    assert_eq!(desk.at("AT"), "OK");
}

#[test]
fn another_speed_reads_as_garbage() {
    let mut desk = Desk::new();
    desk.modem.set_far_baud(Some(9_600));
    assert_eq!(desk.at("AT"), "");
    desk.modem.set_far_baud(Some(115_200));
    // The garbage may have left something on the line.
    desk.at("");
    assert_eq!(desk.at("AT+IPR=9600"), "OK", "still at the old speed");
    desk.modem.set_far_baud(Some(9_600));
    assert_eq!(desk.at("AT+IPR?"), "+IPR: 9600|OK");
}

#[test]
fn it_switches_itself_off_and_restarts() {
    let mut desk = Desk::new();
    assert_eq!(desk.at("AT+CFUN=1,1"), "OK");
    assert_eq!(desk.at("AT"), "");
    assert!(desk.pass(Lapse::from_secs(5)).starts_with("RDY"));
    assert_eq!(desk.at("AT+QPOWD=1"), "AT+QPOWD=1\r|OK|POWERED DOWN");
    assert_eq!((desk.pass(Lapse::from_secs(60)).as_str(), desk.modem.due()), ("", None));
    desk.change(Change::Power(true));
    assert!(desk.pass(Lapse::from_secs(5)).starts_with("RDY"));
}
