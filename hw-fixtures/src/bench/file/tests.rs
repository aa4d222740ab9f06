//! Bench files, good and bad.

use contract::Channel;

use super::*;

fn wrong(text: &str) -> String {
    let mistake = Bench::parse(text, "b".into()).map(|_| ()).unwrap_err();
    mistake.render("b.toml", text)
}

#[test]
fn every_bench_in_the_folder_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            names.push(Bench::load(&path).unwrap_or_else(|why| panic!("{why}")).name);
        }
    }
    assert!(names.contains(&"process".to_owned()), "{names:?}");
}

#[test]
fn mistakes_have_their_place_and_a_remedy() {
    let text = "[[terminal]]\ncontrol = { stdio = [\"a\"] }\npowr = { kill = true }\n";
    let said = wrong(text);
    assert!(said.contains("b.toml:3:1") && said.contains("unknown field `powr`"), "{said}");
    let said = wrong("speed = 2\n[[terminal]]\ncontrol = { tcp = \"a:1\" }\n");
    assert!(said.contains("only a process's clock can go faster"), "{said}");
    let said = wrong("[[terminal]]\ncontrol = { tcp = \"a:1\", serial = \"/dev/x\" }\n");
    assert!(said.contains("b.toml:2:11") && said.contains("reached in one way"), "{said}");
    let said = wrong("[[terminal]]\ncontrol = { serial = \"COM1\" }\nacquirer = \"127.0.0.1:1\"\n");
    assert!(said.contains("/dev/serial/by-id"), "{said}");
    let said = wrong("[[terminal]]\ncontrol = { tcp = \"a:1\" }\n");
    assert!(said.contains("where does it find the acquirer?"), "{said}");
    assert!(wrong("").contains("there is no terminal"));
    let said = wrong("speed = 0\n[[terminal]]\ncontrol = { stdio = [\"a\"] }\n");
    assert!(said.contains("from 1 to 100"), "{said}");
}

fn request() -> RigRequest {
    RigRequest {
        rig: "b.toml".into(),
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

#[test]
fn a_command_is_told_what_it_needs_and_nothing_else() {
    let setting = Setting::new(TerminalId(2), &request(), Path::new("/x"), ANY_PORT);
    assert_eq!(setting.fill("a{terminal}b{seed}{").unwrap(), "at2b1{");
    assert_eq!(setting.fill("{state}").unwrap(), "/x/t2.flash");
    let why = setting.fill("{acquire}").unwrap_err();
    assert!(why.contains("`{acquire}` means nothing") && why.contains("{wire}"), "{why}");
}

#[test]
fn what_does_not_fit_is_said_before_anything_starts() {
    let text = "[[terminal]]\ncontrol = { stdio = [\"a\", \"{poll}\"] }\n";
    let bench = Bench::parse(text, "b".into()).unwrap();
    assert_eq!(bench.fits(&request()), Ok(()));
    let why = bench.fits(&RigRequest { terminals: 2, ..request() }).unwrap_err();
    assert_eq!(why, "play with 2 terminals; b has 1");
    let why = bench.fits(&RigRequest { wire: "cup-scan".into(), ..request() }).unwrap_err();
    assert!(why.contains("speaks plain87"), "{why}");
    assert!(bench.fits(&RigRequest { hosts: 2, ..request() }).is_err());
}
