//! The commands around the link and the codes, and recordings in place of a profile.

use crate::sandbox::Sandbox;

#[test]
fn profiles_are_listed_shown_and_sampled() {
    let sandbox = Sandbox::new();
    let list = sandbox.run("link list").exits(0).says(&["lab ", "lte-good ", "lte-poor "]);
    for name in list.out.lines().filter_map(|line| line.split_whitespace().next()) {
        sandbox.run(&format!("link show {name}")).exits(0).says(&["source = "]);
    }
    let lab = sandbox.run("link sample --profile lab --count 5 --exchange connect").exits(0);
    let rows: Vec<&str> = lab.out.lines().collect();
    assert_eq!((rows.len(), rows[0]), (6, "start_s,duration_s"));
    // Two round trips of 20 ms: the handshake, then request and answer.
    assert!(rows[1..].iter().all(|row| row.ends_with(",0.040")), "{rows:?}");
    let poor = "link sample --profile lte-poor --count 50 --seed 7";
    assert_eq!(sandbox.run(poor).exits(0).out, sandbox.run(poor).exits(0).out);
    sandbox.run("link show lte").exits(2).warns(&["no link profile is called `lte`"]);
}

#[test]
fn a_plain_channel_is_sampled_in_place_of_a_profile() {
    let sandbox = Sandbox::new();
    let plain = |words: &str| sandbox.run(&format!("link sample --count 20 {words}"));
    // Four round trips: the handshakes of TCP and TLS, then request and answer.
    let tls = plain("--rtt 100ms --exchange tls --kernel 6.1").exits(0);
    assert!(tls.out.lines().skip(1).all(|row| row.ends_with(",0.400")), "{}", tls.out);
    let lossy = plain("--rtt 100ms --loss 20%").exits(0);
    assert!(lossy.out.lines().skip(1).any(|row| !row.ends_with(",0.100")), "{}", lossy.out);
    let outage = plain("--rtt 100ms --outage 10s --every 30s").exits(0);
    let late = outage.out.lines().skip(1).filter(|row| !row.ends_with(",0.100"));
    assert!(late.count() > 0, "{}", outage.out);
    for (words, says) in [
        ("--loss 5%", "--rtt"),
        ("--rtt 100ms --outage 10s", "--every"),
        ("--rtt 100ms --every 60s", "add --outage TIME or --hold TIME"),
        ("--rtt 100ms --hold 60s --every 60s", "--every must be longer"),
        ("--rtt 100ms --profile lab", "leave out --profile"),
        ("--rtt 100ms --loss 100%", "nothing would ever arrive, and no payment would end"),
        ("lab", "payrig link sample --profile lab"),
        ("--seed x", "a seed is a number, or a commit hash"),
    ] {
        plain(words).exits(2).warns(&[says]);
    }
    plain("--rtt 100ms --seed 9781c4800000000000000000000000000000beef").exits(0);
}

#[test]
fn round_trips_by_time_are_a_link() {
    let sandbox = Sandbox::new();
    sandbox.write("drive.csv", "t_s,rtt_ms,rsrp\n0,100,-90\n3600,100,-95\n");
    sandbox.run("link show trace:drive.csv").exits(0).says(&["2 rows in 7200 s", "p50 100 ms"]);
    let sampled = sandbox.run("link sample --profile trace:drive.csv --count 3").exits(0);
    assert!(sampled.out.lines().skip(1).all(|row| row.ends_with(",0.100")), "{}", sampled.out);
    sandbox.write("bad.csv", "t_s,rtt_ms\n0,fast\n");
    sandbox.run("link show trace:bad.csv").exits(2).warns(&["bad.csv:2: `fast` is not a number"]);
}

/// A recording of one opportunity each `gap_ms`.
fn record(sandbox: &Sandbox, base: &str, gap_ms: u64) {
    let times: String = (1..=50).map(|n| format!("{}\n", n * gap_ms)).collect();
    sandbox.write(&format!("{base}.up"), &times);
    sandbox.write(&format!("{base}.down"), &times);
}

#[test]
fn a_mahimahi_recording_is_a_link() {
    let sandbox = Sandbox::with_suite();
    record(&sandbox, "rec/fast", 2);
    record(&sandbox, "rec/slow", 400);
    sandbox.run("link show trace:rec/fast").exits(0).says(&["up: 50 opportunities", "6000 kbit/s"]);
    let median = |base: &str| {
        let run = format!("run scenarios/day --link trace:{base} --report json=report.json");
        sandbox.run(&run).exits(0);
        sandbox.json("report.json")["metrics"]["report_p50_us"].as_u64().unwrap()
    };
    let (fast, slow) = (median("rec/fast"), median("rec/slow"));
    assert!(fast < 100_000 && slow > 200_000, "{fast} us, {slow} us");
}

#[test]
fn a_bad_recording_is_refused_with_file_and_line() {
    let sandbox = Sandbox::with_suite();
    record(&sandbox, "rec", 2);
    for (content, says) in [
        ("1\n2\nx\n", "rec.up:3: `x` is not a time in whole ms"),
        ("5\n4\n", "rec.up:2: 4 comes after 5"),
        ("", "rec.up:1: the file is empty"),
        ("0\n", "rec.up:1: the last time must be more than 0"),
    ] {
        sandbox.write("rec.up", content);
        sandbox.run("run scenarios/day --link trace:rec").exits(2).warns(&[says]);
        sandbox.run("link show trace:rec").exits(2).warns(&[says]);
    }
    let missing = "none.up: No such file or directory (os error 2); a recording is a pair of files";
    sandbox.run("run scenarios/day --link trace:none").exits(2).warns(&[missing]);
}

#[test]
fn codes_are_drawn_spoilt_and_read() {
    let sandbox = Sandbox::new();
    let text = "134567890123456789 (WeChat Pay payment code)";
    let render = "qr render 134567890123456789 --ec H --out code.png";
    sandbox.run(render).exits(0).says(&[&format!("code.png: {text}\n")]);
    sandbox.run("qr read code.png").exits(0).says(&[&format!("code.png: {text}\n")]);
    let spoil = "qr damage code.png --out spoilt.png --damage blur:";
    sandbox.run(&format!("{spoil}1")).exits(0).says(&[text]);
    sandbox.run(&format!("{spoil}7")).exits(0).says(&["can't be read any more"]);
    sandbox.run("qr read code.png spoilt.png").exits(1).says(&[text, "no code that can be read"]);
    sandbox.run("qr read none.png").exits(2).warns(&["none.png: No such file"]);
    sandbox.run("qr damage code.png --damage mud:1 --out x.png").exits(2).warns(&["no kind `mud`"]);
    sandbox.run("qr damage spoilt.png --damage blot:1 --out x.png").exits(1).warns(&[
        "spoilt.png: no code that can be read, so none to damage",
        "help: give a sharp picture",
    ]);
}

#[test]
fn names_that_no_rig_knows_are_errors_of_the_file() {
    let sandbox = Sandbox::new();
    let names = [("link", "lte-god"), ("poll", "x"), ("wire", "y"), ("callbacks", "z")];
    let names: String = names.iter().map(|(key, name)| format!("{key} = \"{name}\"\n")).collect();
    let rest =
        "title = \"t\"\ntitle_zh = \"题\"\nstory = \"s\"\nstory_zh = \"事\"\nuntil = \"5m\"\n";
    let steps = "steps = [{ at = \"1s\", pay = \"1.00\" }]\n";
    sandbox.write("scenarios/a.toml", format!("{rest}{names}{steps}"));
    for command in ["check", "run"] {
        let done = sandbox.run(&format!("{command} scenarios/a.toml")).exits(2);
        done.warns(&["`link` has no `lte-god`", "lte-good", "`poll` has no `x`", "^^^"]).warns(&[
            "`wire` has no `y`",
            "plain87",
            "`callbacks` has no `z`",
            "--> scenarios/a",
        ]);
    }
}
