//! A bench over serial lines: the rig at one end of a pair of pseudo terminals, a firmware as a
//! process would run it at the other, and a wire between that can damage what it carries.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use contract::event::{Phase, Tap};
use contract::{Action, Channel, EventKind, Lapse, News, Rig, RigRequest, TerminalId, Trigger};
use hw_fixtures::control::{Hello, VERSION};
use hw_fixtures::port::{Selector, Settings};
use hw_fixtures::process::{self, Outlet, Surroundings};
use nix::pty::openpty;
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::ttyname;
use sim::device::{self, Outfit};

/// An end of the wire, whose port is kept open, so that it never hangs up.
struct End {
    master: File,
    _slave: OwnedFd,
    path: PathBuf,
}

fn end() -> End {
    let pair = openpty(None, None).unwrap();
    let mut raw = tcgetattr(&pair.slave).unwrap();
    cfmakeraw(&mut raw);
    tcsetattr(&pair.slave, SetArg::TCSANOW, &raw).unwrap();
    let path = ttyname(&pair.slave).unwrap();
    End { master: pair.master.into(), _slave: pair.slave, path }
}

/// Carries bytes one way, for ever; damages one of the next piece where `damage` is set.
fn carry(mut from: File, mut to: File, damage: Arc<AtomicBool>) {
    thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if damage.swap(false, Ordering::Relaxed) {
                buffer[count / 2] ^= 1;
            }
            to.write_all(&buffer[..count]).unwrap();
        }
    });
}

/// Starts the firmware at this end; the thread lives as long as the test.
fn terminal(path: PathBuf, acquirer: u16, state: PathBuf) {
    thread::spawn(move || {
        let outfit = Outfit {
            terminal: TerminalId(1),
            firmware: "reference".into(),
            poll: "wechat-v2".into(),
            wire: "plain87".into(),
            seed: 1,
            keep_connection: false,
            hosts: 1,
        };
        let hello = Hello {
            version: VERSION,
            firmware: "reference".into(),
            keys: device::keys(),
            printer: true,
            power: false,
            emulated: true,
            tid: None,
            mid: None,
        };
        let outlet = Outlet::Serial(Selector::Path(path), Settings::default());
        let addresses = BTreeMap::from([("acquirer".into(), format!("127.0.0.1:{acquirer}"))]);
        let around = Surroundings { outlet, hello, addresses, state };
        process::run(around, &move |wires, net, disk| device::boot(&outfit, wires, net, disk))
    });
}

fn request(rig: String) -> RigRequest {
    RigRequest {
        rig,
        seed: 1,
        terminals: 1,
        firmware: "reference".into(),
        link: "lte-good".into(),
        poll: "wechat-v2".into(),
        wire: "plain87".into(),
        callbacks: "wechat-v2".into(),
        channels: Channel::USUAL.to_vec(),
        keep_connection: false,
        hosts: 1,
        magic_amounts: false,
        taps: true,
    }
}

/// Plays on until this moment comes, for 20 s at most; what happened.
fn until(rig: &mut dyn Rig, moment: &str) -> Vec<EventKind> {
    let moment = Trigger::from_word(moment).unwrap();
    let (end, mut news) = (rig.now() + Lapse::from_secs(20), Vec::new());
    while rig.now() < end && !news.iter().any(|n: &News| moment.matches(&n.kind)) {
        rig.advance(end, &[moment], &mut news).unwrap();
    }
    news.into_iter().map(|news| news.kind).collect()
}

#[test]
fn a_terminal_on_a_serial_line_boots_answers_keys_and_damage_is_an_observation_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (near, far) = (end(), end());
    let damage = Arc::new(AtomicBool::new(false));
    let copy = |end: &End| end.master.try_clone().unwrap();
    carry(copy(&far), copy(&near), Arc::clone(&damage));
    carry(copy(&near), copy(&far), Arc::default());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    terminal(far.path.clone(), port, folder.path().join("t1.flash"));
    let file = folder.path().join("serial.toml");
    let text = format!(
        "[[terminal]]\ncontrol = {{ serial = \"{}\" }}\nacquirer = \"127.0.0.1:{port}\"\n",
        near.path.display()
    );
    std::fs::write(&file, text).unwrap();
    let mut rig = hw_fixtures::bench::open(&request(file.display().to_string())).unwrap();

    let seen = until(&mut *rig, "idle");
    let idle = |kind: &EventKind| matches!(kind, EventKind::Screen { phase: Phase::Idle, .. });
    assert!(seen.iter().any(idle), "{seen:#?}");
    let list = Action::Press { terminal: TerminalId(1), key: "LIST".into() };
    rig.act(&list).unwrap();
    let seen = until(&mut *rig, "list shown");
    assert!(seen.iter().any(|kind| matches!(kind, EventKind::List(_))), "{seen:#?}");
    damage.store(true, Ordering::Relaxed);
    rig.act(&list).unwrap();
    let mut news = Vec::new();
    let end = rig.now() + Lapse::from_secs(1);
    rig.advance(end, &[], &mut news).unwrap();
    let lost = |n: &News| n.kind == EventKind::TapLost(Tap::Screen);
    let back = |n: &News| n.kind == EventKind::TapBack(Tap::Screen);
    assert!(news.iter().any(lost) && news.iter().any(back), "{news:#?}");
}
