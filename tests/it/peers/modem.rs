//! Our modem against programs that talk to real ones: gammu, gnokii, smsd of smstools and chat of
//! pppd. Each reads the same signal, network and message from it and sends one, as far as it can.

mod stand;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use hw_fixtures::modem::{Change, OutgoingSms};

use super::{Peer, output, peer};
use stand::Stand;

const GAMMU: Peer = Peer { program: "gammu", probe: &["--version"], install: "apt install gammu" };

const GNOKII: Peer =
    Peer { program: "gnokii", probe: &["--version"], install: "apt install gnokii" };

const SMSD: Peer =
    Peer { program: "/usr/sbin/smsd", probe: &["-V"], install: "apt install smstools" };

/// Comes with chat, which can't be asked whether it is there.
const PPPD: Peer =
    Peer { program: "/usr/sbin/pppd", probe: &["--version"], install: "apt install ppp" };
const CHAT: &str = "/usr/sbin/chat";

/// Who sends the message that all of them read.
const BANK: &str = "+8610086";
const NOTICE: &str = "Paid CNY 12.50 order 42";

/// The message that those send who can.
const TO: &str = "+8613900139000";
const ANSWER: &str = "balance?";

/// The program under a limit, in seconds, that only a failing test reaches.
fn limited(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=2", "60", program]);
    command
}

/// A modem at -71 dBm with a message in it.
fn stand() -> Stand {
    let stand = Stand::new();
    stand.change(Change::Signal(Some(-71)));
    stand.change(Change::Sms { from: BANK.into(), text: NOTICE.into() });
    stand
}

#[track_caller]
fn assert_has(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "no {word:?} in:\n{said}");
    }
}

#[track_caller]
fn assert_sent(stand: &mut Stand) {
    let expected = OutgoingSms { to: TO.into(), text: ANSWER.into(), part: None };
    assert_eq!(stand.sent(), [expected]);
}

#[test]
fn gammu_reads_all_and_sends() {
    if peer(&GAMMU).is_none() {
        return;
    }
    let mut stand = stand();
    let (config, batch) = (stand.file("gammurc"), stand.file("batch"));
    let port = stand.port();
    fs::write(&config, format!("[gammu]\ndevice = {}\nconnection = at115200\n", port.display()))
        .unwrap();
    // One session, since each start of gammu waits for seconds.
    let sending = format!("sendsms TEXT {TO} -text \"{ANSWER}\"");
    fs::write(&batch, format!("identify\nnetworkinfo\nmonitor 1\ngetallsms\n{sending}\n")).unwrap();
    let mut gammu = limited(GAMMU.program);
    gammu.arg("-c").arg(&config).arg("batch").arg(&batch);
    let said = output(gammu, "");
    assert_has(&said, &["867698041234563", "460001234567890", "-71 dBm", "63 percent"]);
    assert_has(&said, &["460 00", "CHINA MOBILE", "home network", BANK, NOTICE]);
    assert_sent(&mut stand);
}

#[test]
fn gnokii_reads_all_and_sends() {
    if peer(&GNOKII).is_none() {
        return;
    }
    let mut stand = stand();
    let (config, port) = (stand.file("gnokiirc"), stand.port());
    let serial = "model = AT\nconnection = serial\nserial_baudrate = 115200\nuse_locking = no";
    fs::write(&config, format!("[global]\nport = {}\n{serial}\n", port.display())).unwrap();
    let gnokii = |args: &[&str]| {
        let mut gnokii = limited(GNOKII.program);
        gnokii.arg("--config").arg(&config).args(args);
        gnokii
    };
    // It asks for much that no module has, and its last question decides how it ends.
    let monitor = gnokii(&["--monitor", "once"]).output().unwrap();
    let said = String::from_utf8_lossy(&monitor.stderr) + String::from_utf8_lossy(&monitor.stdout);
    assert_has(
        &said,
        &["RFLevel: 21", "China Mobile, China (460 00)", "LAC: 1a2b", "Battery: 100"],
    );
    assert_has(&output(gnokii(&["--identify"]), ""), &["867698041234563", "EC200S"]);
    assert_has(&output(gnokii(&["--getsms", "SM", "1"]), ""), &[BANK, NOTICE]);
    output(gnokii(&["--sendsms", TO]), ANSWER);
    assert_sent(&mut stand);
}

/// Where smsd keeps its files, and how it is told.
fn smsd_config(stand: &Stand) -> String {
    let mut config =
        "devices = M\nlogfile = 1\nloglevel = 7\ndelaytime = 1\nautosplit = 0\n".to_owned();
    for folder in ["outgoing", "checked", "failed", "incoming", "sent"] {
        let path = stand.file(folder);
        fs::create_dir(&path).unwrap();
        config += &format!("{folder} = {}\n", path.display());
    }
    for file in ["infofile", "pidfile"] {
        config += &format!("{file} = {}\n", stand.file(file).display());
    }
    let port = stand.port();
    config
        + &format!(
            "[M]\ndevice = {}\nincoming = yes\nbaudrate = 115200\nlogfile = 1\nloglevel = 7\n",
            port.display()
        )
}

/// What the only file in a folder holds.
fn only_file(folder: &Path) -> String {
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    fs::read_to_string(&files[0]).unwrap()
}

#[test]
fn smsd_reads_all_and_sends() {
    if peer(&SMSD).is_none() {
        return;
    }
    let mut stand = stand();
    let config = stand.file("smsd.conf");
    fs::write(&config, smsd_config(&stand)).unwrap();
    let plain = TO.trim_start_matches('+');
    fs::write(stand.file("outgoing").join("one"), format!("To: {plain}\n\n{ANSWER}")).unwrap();
    let mut smsd = limited(SMSD.program);
    smsd.arg("-c").arg(&config).args(["-t", "-n", "MAINPROCESS"]);
    let mut smsd = smsd.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    // It receives first; when it has sent, it has done all.
    let mut said = String::new();
    let lines = BufReader::new(smsd.stdout.take().unwrap()).lines();
    let is_last = |line: &String| line.contains("SMS sent") || line.contains("failed");
    for line in lines.map(Result::unwrap) {
        said += &format!("{line}\n");
        if is_last(&line) {
            break;
        }
    }
    // `timeout` passes it on to smsd and its children.
    let ended = Command::new("kill").arg(smsd.id().to_string()).status().unwrap();
    assert!(ended.success());
    smsd.wait().unwrap();
    assert_has(&said, &["-71 dBm", "registered to the network", "867698041234563"]);
    assert_has(&said, &["460001234567890", "SMS sent, Message_id: 1"]);
    let incoming = only_file(&stand.file("incoming"));
    assert_has(&incoming, &[BANK.trim_start_matches('+'), NOTICE]);
    assert_sent(&mut stand);
}

#[test]
fn chat_dials() {
    if peer(&PPPD).is_none() {
        return;
    }
    let stand = stand();
    let port = File::options().read(true).write(true).open(stand.port()).unwrap();
    let mut chat = limited(CHAT);
    chat.args(["-v", "-s", "-S", "-t", "20", "ABORT", "ERROR", "", "AT", "OK", "ATE0", "OK"]);
    chat.args(["AT+CPIN?", "READY", "AT+CSQ", "21,99", "AT+COPS?", "CHINA MOBILE"]);
    chat.args(["AT+CMGF=1;+CSCS=\"IRA\";+CMGR=1", NOTICE, "ATD*99***1#", "CONNECT"]);
    chat.stdin(port.try_clone().unwrap()).stdout(port);
    let done = chat.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}\n{said}", done.status);
}
