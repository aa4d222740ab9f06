//! What payrig exits with, and when.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use harness::cli::author::STARTER;

use super::ONE;
use crate::sandbox::{Done, Sandbox};

#[test]
fn without_arguments_the_suite_is_played_and_kept() {
    let sandbox = Sandbox::with_suite();
    let done = sandbox.run("").exits(0).says(&["cases with reference on event: ", " passed; "]);
    let last = done.out.lines().last().unwrap();
    assert!(!last.contains("failed") && !last.contains("skipped"), "{last}");
    for (kind, file) in [("junit", "junit.xml"), ("trace", "trace.jsonl"), ("json", "report.json")]
    {
        let path = format!(".payrig/runs/0001/{file}");
        assert!(done.err.contains(&format!("wrote {kind}={path}\n")), "{}", done.err);
        // A suite of more than 100 cases keeps the traces of bad ones only, and there are none.
        assert_eq!(sandbox.read(&path).is_empty(), kind == "trace", "{path}");
    }
    assert_eq!(
        sandbox.read(".payrig/runs/latest/report.json"),
        sandbox.read(".payrig/runs/0001/report.json")
    );
}

#[test]
fn options_alone_mean_run_too() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("--color never").exits(0).says(&[" passed; "]);
    sandbox.run("-q --seed 3").exits(0).says(&[" passed; "]);
    for group in ["link", "qr"] {
        sandbox.run(group).exits(2).warns(&["Usage: payrig "]);
    }
}

#[test]
fn a_bad_firmware_is_1_by_name_or_number() {
    let sandbox = Sandbox::with_suite();
    for firmware in ["timeout-means-fail", "M-01", "m-01"] {
        let done = sandbox.run(&format!("run scenarios/link --firmware {firmware}")).exits(1);
        let last = done.out.lines().last().unwrap();
        assert!(last.contains(" with timeout-means-fail on event: ") && last.contains(" failed"));
        done.says(&["\nbroken: L2 ", " remedy: "]);
    }
}

#[test]
fn bad_input_is_2_and_says_what_would_be_right() {
    let sandbox = Sandbox::with_suite();
    sandbox.write("broken.toml", "title = \"no more\"\nuntill = \"1m\"\n");
    sandbox.write("huge.toml", STARTER.replacen("until =", "seeds = 99999999999\nuntil =", 1));
    for (words, says) in [
        ("run --fly", "unexpected argument '--fly'"),
        ("run --seed x", "a seed is a number, or a commit hash"),
        ("run --seed 18446744073709551615", "a seed is at most 18446744073709551614"),
        ("run --seed 12345678901234567890123", "a seed is at most 18446744073709551614"),
        ("run --seeds 5..5", "seeds are A..B"),
        ("run --seeds 0..1000000", " cases are too many: one run plays up to 1000000"),
        ("run --seed 1 --seeds 0..2", "cannot be used with"),
        ("run --rig moon", "there is: event, turmoil"),
        ("run --firmware nope", "there is: reference, "),
        ("run --firmware=", "no firmware is called ``"),
        ("run --firmware poll-strom", "did you mean `poll-storm`?"),
        ("run --link nope", "there are lab, lte-good"),
        ("run --report html", "a report is KIND=PATH"),
        ("run --shard 1/2", "a shard is `hash:1/4`"),
        ("run nowhere", "there is no `nowhere` here"),
        ("run broken.toml", "unknown key `untill`"),
        ("run huge.toml", "`seeds` is too much"),
        ("run --failed", "there is no run `latest`"),
        ("replay", "there is no run `latest`"),
        ("judge nowhere.jsonl", "nowhere.jsonl: No such file"),
        ("run --jobs 0", "give a number from 1 on"),
        ("faults scenarios", "Usage: payrig faults --coverage"),
        ("faults --coverage nowhere", "or start payrig beside scenarios/"),
        ("man --dir scenarios/README.md", "help: give a folder that you may write to"),
        ("judge scenarios", "help: give a file that payrig run --trace wrote"),
        ("show 7", "help: payrig run keeps its results there"),
        ("fly", "unrecognized subcommand 'fly'"),
    ] {
        let done = sandbox.run(words).exits(2).warns(&[says]);
        assert!(done.err.matches(says).count() == 1, "`{words}` says it twice:\n{}", done.err);
        assert!(!sandbox.path(".payrig").exists(), "`{words}` left a run");
    }
}

#[test]
fn an_option_can_come_from_the_environment() {
    let sandbox = Sandbox::with_suite();
    let run = |name: &str, value: &str| {
        Done::of(sandbox.command("run scenarios/link").env(name, value).output().unwrap())
    };
    run("PAYRIG_FIRMWARE", "M-01").exits(1);
    run("PAYRIG_TAG", "!link").exits(4);
    let from = "help: this value comes from the environment variable PAYRIG_";
    run("PAYRIG_SEED", "x").exits(2).warns(&["a seed is a number", &format!("{from}SEED\n")]);
    run("PAYRIG_REPORT", "json=x,y").exits(2).warns(&[&format!("{from}REPORT\n")]);
    let mut both = sandbox.command("run scenarios/link");
    let both = both.env("PAYRIG_SEED", "1").env("PAYRIG_SEEDS", "1..3").output().unwrap();
    let says = "help: from the environment: PAYRIG_SEED, PAYRIG_SEEDS; unset what is not meant";
    Done::of(both).exits(2).warns(&["'--seed <N|HASH>' cannot be used with", says]);
    let typed = sandbox.run("run --seed 1 --seeds 1..3").exits(2);
    assert!(!typed.err.contains("environment"), "{}", typed.err);
    let typed = sandbox.run("run --seed x").exits(2);
    assert!(!typed.err.contains("environment"), "{}", typed.err);
}

#[test]
fn what_is_typed_wins_over_a_variable() {
    let sandbox = Sandbox::with_suite();
    sandbox.run(&format!("run {ONE} --firmware M-01 -q")).exits(1);
    let run = |name: &str, value: &str, words: &str| {
        let mut command = sandbox.command(words);
        Done::of(command.env(format!("PAYRIG_{name}"), value).output().unwrap())
    };
    let one = format!("run {ONE} --seed 7 -q");
    let three = format!("run {ONE} --seeds 1..4 -q");
    run("SEEDS", "1..4", &one).exits(0).says(&["1 case "]);
    run("SEEDS", "garbage", &one).exits(0).says(&["1 case "]);
    run("SEED", "7", &three).exits(0).says(&["3 cases "]);
    run("FAILED", "1", &one).exits(0).says(&["1 case "]);
    run("FAILED", "1", &three).exits(0).says(&["3 cases "]);
    sandbox.run(&format!("run {ONE} --firmware M-01 -q")).exits(1);
    run("SEED", "7", "run --failed --firmware reference -q").exits(0).says(&["4 cases "]);
    run("SEEDS", "1..4", "run --failed -q").exits(4);
    let both = run("SEEDS", "1..4", &one).exits(0);
    assert_eq!(both.err, "");
    let mut command = sandbox.command("run -q");
    let done = command.env("PAYRIG_SEED", "1").env("PAYRIG_SEEDS", "1..4").output().unwrap();
    Done::of(done).exits(2).warns(&["cannot be used with"]);
}

#[test]
fn an_empty_variable_is_none_and_a_flag_is_on_or_off() {
    let sandbox = Sandbox::with_suite();
    let run = |name: &str, value: &str| {
        let words = "run scenarios/link --seed 1";
        Done::of(sandbox.command(words).env(name, value).output().unwrap())
    };
    for name in ["SEED", "SEEDS", "FIRMWARE", "RIG", "TAG", "LINK", "JOBS", "QUIET", "STORE"] {
        run(&format!("PAYRIG_{name}"), "").exits(0);
    }
    for on in ["1", "true"] {
        assert_eq!(run("PAYRIG_QUIET", on).exits(0).err, "");
    }
    for off in ["0", "false"] {
        run("PAYRIG_QUIET", off).exits(0).warns(&["wrote "]);
        run("PAYRIG_FAILED", off).exits(0);
    }
    run("PAYRIG_QUIET", "perhaps").exits(2);
    assert!(!run("GITHUB_ACTIONS", "").exits(0).out.contains("::"));
}

/// With 12 terminals, of which one pays.
fn large() -> String {
    STARTER.replacen("until =", "terminals = 12\nuntil =", 1)
}

#[test]
fn what_the_rig_is_too_small_for_is_skipped_before_anything_is_played() {
    let sandbox = Sandbox::new();
    sandbox.write("large.toml", large());
    sandbox.write("small.toml", STARTER);
    let why = "it has 12 terminals, and the rig turmoil takes 10";
    let run = "run large.toml small.toml --rig turmoil";
    let done = sandbox.run(run).exits(0).says(&["1 passed, 1 skipped", why]);
    assert!(done.err.starts_with(&format!("warning: large is skipped: {why}\n")), "{}", done.err);
    sandbox.run("run large.toml --rig turmoil --seeds 0..3").exits(4).says(&[why]);
    sandbox.run("run large.toml").exits(0);
}

#[test]
fn the_worst_outcome_decides() {
    let sandbox = Sandbox::with_suite();
    sandbox.write("bad.toml", STARTER.replacen("until =", "poll = \"none\"\nuntil =", 1));
    sandbox.write("skip.toml", skipped());
    let run = |words: &str| sandbox.run(&format!("run {words} --seed 1"));
    run(&format!("bad.toml skip.toml {ONE} --firmware M-01")).exits(2);
    run(&format!("skip.toml {ONE} --firmware M-01")).exits(1);
    run(&format!("skip.toml {ONE}")).exits(0);
    run("skip.toml").exits(4);
    let trace = format!("{ONE} --firmware M-01 --trace failed.jsonl");
    run(&trace).exits(1);
    run(&format!("{ONE} --trace passed.jsonl")).exits(0);
    let passed = sandbox.read("passed.jsonl");
    let cut: String = passed.lines().take(9).map(|line| format!("{line}\n")).collect();
    sandbox.write("cut.jsonl", passed + &cut);
    sandbox.run("judge cut.jsonl").exits(5);
    sandbox.write("both.jsonl", sandbox.read("failed.jsonl") + &cut);
    sandbox.run("judge both.jsonl").exits(1);
}

#[test]
fn nothing_to_play_is_4() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run -t no-such-tag").exits(4).warns(&["nothing is selected", "payrig list"]);
    sandbox.run("run -t smok").exits(4).warns(&["did you mean the tag `smoke`?"]);
    sandbox.write("skipped.toml", skipped());
    sandbox.run("run skipped.toml").exits(4).says(&["the bench is on loan"]);
}

fn skipped() -> String {
    let sandbox = Sandbox::new();
    sandbox.run("new first.toml").exits(0);
    let starter = sandbox.read("first.toml");
    starter.replacen("until =", "skip = \"the bench is on loan\"\nuntil =", 1)
}

#[test]
fn what_failed_is_played_again_until_nothing_did() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run scenarios/link --firmware not-found-means-fail").exits(1).says(&[" passed"]);
    let again = sandbox.run("run --failed").exits(1).says(&["with not-found-means-fail"]);
    assert!(!again.out.contains(" passed"), "{}", again.out);
    sandbox.run("run --failed --firmware reference").exits(0);
    sandbox.run("run --failed").exits(4).warns(&["nothing failed in the last run"]);
}

#[test]
fn after_a_failure_nothing_new_begins_if_so_wanted() {
    let sandbox = Sandbox::with_suite();
    let run = format!("run {ONE} --seeds 1..6 --firmware M-01 --fail-fast --jobs 1");
    sandbox.run(&run).exits(1).says(&["1 failed, 4 skipped"]);
}

#[test]
fn progress_is_short_and_names_each_failure() {
    let sandbox = Sandbox::with_suite();
    let lines = |words: &str| {
        let done = sandbox.run(&format!("run {ONE} {words}"));
        done.err.lines().filter(|line| line.starts_with('[')).count()
    };
    assert_eq!(lines("--seeds 0..15"), 15);
    assert!((20..=21).contains(&lines("--seeds 0..300")));
    assert!(lines("--seeds 0..100 --firmware M-01") >= 100);
}

/// More than could be played before the signal comes.
const MANY: &str = "run scenarios/storm --seeds 0..3000 --jobs 2 --report json=report.json \
                    --report junit=junit.xml --trace trace.jsonl";

#[test]
fn ctrl_c_is_130_and_reports_are_written() {
    interrupted_by("-INT");
}

/// As a CI job that is cancelled gets it.
#[test]
fn a_request_to_end_is_heard_like_ctrl_c() {
    interrupted_by("-TERM");
}

fn interrupted_by(signal: &str) {
    let sandbox = Sandbox::with_suite();
    let mut child =
        sandbox.command(MANY).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (tell, told) = channel();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    // Its first case has ended, so it has begun to listen.
    assert!(lines.next().is_some_and(|line| line.starts_with("[1/3000] ")));
    let reader = std::thread::spawn(move || {
        let rest: Vec<String> = lines.collect();
        let _ = tell.send(());
        rest
    });
    let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    if told.recv_timeout(Duration::from_secs(60)).is_err() {
        child.kill().unwrap();
        panic!("it did not end: {:?}", reader.join());
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let rest = reader.join().unwrap();
    assert!(rest.iter().any(|line| line.starts_with("ending early")), "{rest:?}");
    assert_interrupted(&sandbox);
}

fn assert_interrupted(sandbox: &Sandbox) {
    let report = sandbox.json("report.json");
    assert_eq!((&report["interrupted"], &report["exit_code"]), (&true.into(), &130.into()));
    assert!(report["counts"]["passed"].as_u64() > Some(0));
    assert!(report["not_begun"].as_u64() > Some(0));
    assert_eq!(report["counts"]["skipped"], 0, "what was not begun is only counted");
    let junit = sandbox.read("junit.xml");
    assert_eq!(junit.matches("<skipped").count(), 1);
    assert!(junit.contains(&format!("interrupted before {} more", report["not_begun"])));
    // Every case that ended is in the file, and not only some of them.
    let played = report["cases"].as_array().unwrap().iter();
    let traces = sandbox.read("trace.jsonl");
    let traces = traces.lines().filter(|line| line.starts_with("{\"payrig_trace\""));
    assert_eq!(traces.count(), played.count());
    // A case that was cut off can't be compared; that is no loss of determinism.
    let replayed = sandbox.run("replay");
    assert!([0, 5].contains(&replayed.code), "{replayed:?}");
    // What was cut off says nothing about "eventually", and what had ended stays judged.
    let judged = sandbox.run("judge trace.jsonl -q");
    assert!([0, 5].contains(&judged.code), "{judged:?}");
}
