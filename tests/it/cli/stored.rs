//! What was recorded, looked at again: judge, replay, show.

use super::ONE;
use crate::sandbox::{Done, Sandbox};

#[test]
fn a_stored_trace_is_judged_as_the_run_was() {
    let sandbox = Sandbox::with_suite();
    for firmware in ["reference", "timeout-means-fail", "stan-reset-on-boot"] {
        let run = sandbox.run(&format!("run --firmware {firmware} --trace trace.jsonl -q"));
        let judged = sandbox.run("judge trace.jsonl -q").exits(run.code);
        assert_eq!(verdicts(&judged), verdicts(&run), "{firmware}");
    }
}

/// What a run says of its cases, without the lines of the scenario's file, which a trace does not
/// know, and without the wall time.
fn verdicts(done: &Done) -> Vec<&str> {
    let heads = ["broken: ", "failed ", "= what: ", "= whose: ", "= ledger: ", "= seen: "];
    let kept = |line: &&str| heads.iter().any(|head| line.starts_with(head));
    let last = done.out.trim_end().rsplit('\n').next().unwrap_or_default();
    let last = last.split(';').next();
    done.out.lines().map(str::trim_start).filter(kept).chain(last).collect()
}

#[test]
fn a_run_is_replayed_to_the_same_digests() {
    let sandbox = Sandbox::with_suite();
    sandbox.run(&format!("run {ONE} --seeds 1..6 --firmware M-01")).exits(1);
    let done = sandbox.run("replay").exits(1);
    assert_eq!(done.out.matches("  went as before\n").count(), 5, "{}", done.out);
    sandbox.run("replay 1").exits(1);
    sandbox.run("replay 2").exits(2).warns(&["there is no run `2`"]);
}

#[test]
fn a_replay_notices_a_changed_scenario() {
    let sandbox = Sandbox::new();
    sandbox.run("new first.toml").exits(0);
    sandbox.run("run first.toml").exits(0);
    let changed = sandbox.read("first.toml").replace("12.50\",   wallet", "13.50\",   wallet");
    sandbox.write("first.toml", changed);
    sandbox.run("replay").exits(2).says(&["was changed since: it plays differently"]);
}

#[test]
fn a_run_is_shown_case_by_case_and_event_by_event() {
    let sandbox = Sandbox::with_suite();
    sandbox.run(&format!("run {ONE} scenarios/storm/worst-day.toml --seeds 1..4")).exits(0);
    let done = sandbox.run("show").exits(0).says(&["link/answer-lost", "storm/worst-day "]);
    assert_eq!(done.out.lines().count(), 1 + 2 * 3);
    let case = "show latest --case link/answer-lost-after-capture";
    let all = sandbox.run(case).exits(0);
    let one = sandbox.run(&format!("{case} --seed 2")).exits(0).says(&["seed 2", "captured"]);
    assert_eq!(all.out.matches("  reference on event  digest ").count(), 3);
    let around = sandbox.run(&format!("{case} --seed 2 --around 20")).exits(0).says(&["#20 "]);
    assert!(around.out.len() < one.out.len());
}

#[test]
fn show_says_what_there_is_when_it_has_not_what_is_wanted() {
    let sandbox = Sandbox::with_suite();
    let day = "scenarios/storm/worst-day.toml";
    sandbox.run(&format!("run {ONE} {day} --seeds 1..4 --trace all.jsonl")).exits(0);
    let last = sandbox.run("show --case storm/worst-day --seed 1").exits(0).out;
    let last = last.lines().rev().find_map(|line| line.trim_start().strip_prefix('#')).unwrap();
    let last = last.split(' ').next().unwrap();
    let range = format!("the events of storm/worst-day seed 1 are 1 to {last}");
    let day = "--case storm/worst-day";
    for (words, says) in [
        ("--case storm/worst-dya", "no case here is called `storm/worst-dya`"),
        ("--case storm/worst-dya", "did you mean `storm/worst-day`?"),
        ("--case x", "there is: link/answer-lost-after-capture, storm/worst-day"),
        (&format!("{day} --seed 77"), "there is no storm/worst-day with seed 77 here"),
        (&format!("{day} --seed 77"), "its seeds are: 1, 2, 3"),
        ("--seed 77", "no case here has the seed 77"),
        (&format!("{day} --seed 1 --around 0"), &range),
        (&format!("{day} --seed 1 --around 18446744073709551615"), &range),
    ] {
        sandbox.run(&format!("show latest {words}")).exits(2).warns(&[says]);
        sandbox.run(&format!("show all.jsonl {words}")).exits(2).warns(&[says]);
    }
    sandbox.run("show latest --around 3").exits(2).warns(&["add --case NAME"]);
    let some = sandbox.run("show latest --seed 2").exits(0);
    assert_eq!(some.out.lines().count(), 1 + 2, "{}", some.out);
    let hash = Done::of(sandbox.command("show").env("PAYRIG_SEED", "9781c48").output().unwrap());
    hash.exits(2).warns(&["no case here has the seed 158866504"]);
    sandbox.run("run -q").exits(0);
    let again = "help: payrig run scenarios/storm/worst-day.toml --seed 1 --trace PATH";
    sandbox.run(&format!("show {day} --seed 1")).exits(2).warns(&["was not kept", again]);
}

/// A recorded run, whole.
fn recorded(sandbox: &Sandbox) -> String {
    sandbox.run("run scenarios/power --trace whole.jsonl -q").exits(0);
    sandbox.read("whole.jsonl")
}

#[test]
fn a_corrupt_trace_is_refused_with_file_and_line() {
    let sandbox = Sandbox::with_suite();
    let whole = recorded(&sandbox);
    let lines: Vec<&str> = whole.lines().collect();
    let with = |line: usize, text: &str| {
        let mut lines = lines.clone();
        lines[line - 1] = text;
        lines.join("\n") + "\n"
    };
    let [header, third] = [lines[0], lines[2]];
    let version = header.replace("{\"payrig_trace\":2,", "{\"payrig_trace\":1,");
    for (content, says) in [
        (with(3, &third[..third.len() / 2]), "line 3: EOF while parsing"),
        (with(3, "garbage"), "line 3: expected value"),
        (with(1, "garbage"), "line 1: a trace begins with its header line"),
        (with(1, &version), "line 1: trace format 1 is not known here; this payrig reads"),
        (with(1, "{\"payrig_trace\":2}"), "line 1: missing field"),
        (with(3, ""), "line 4: event 3 stands where 2 belongs"),
        (with(4, third), "line 4: event 2 stands where 3 belongs"),
        (with(3, "{}"), "line 3: missing field"),
        (with(3, &"[".repeat(100_000)), "line 3: "),
    ] {
        sandbox.write("bad.jsonl", content);
        sandbox.run("judge bad.jsonl").exits(2).warns(&[&format!("error: bad.jsonl: {says}")]);
        sandbox.run("show bad.jsonl").exits(2).warns(&[&format!("error: bad.jsonl: {says}")]);
    }
    sandbox.write("bad.jsonl", [header.as_bytes(), b"\n\xff\xfe\n"].concat());
    sandbox.run("judge bad.jsonl").exits(2).warns(&["bad.jsonl: line 2: ", "UTF-8"]);
}

#[test]
fn a_torn_last_line_ends_its_case_and_the_rest_is_judged() {
    let sandbox = Sandbox::with_suite();
    let whole = recorded(&sandbox);
    let end = whole.trim_end().rfind('\n').unwrap();
    sandbox.write("torn.jsonl", &whole[..end - 9]);
    let warning = format!("warning: torn.jsonl: line {}: EOF while", whole.lines().count() - 1);
    let judged = sandbox.run("judge torn.jsonl").exits(5).warns(&[&warning, "it was cut off here"]);
    let cases = whole.lines().filter(|line| line.starts_with("{\"payrig_trace\"")).count();
    judged.says(&[&format!(": 1 undecided, {} passed", cases - 1)]);
    sandbox.run("show torn.jsonl").exits(0).warns(&[&warning]);
}

#[test]
fn endless_lines_are_refused_and_standard_input_is_read() {
    let sandbox = Sandbox::with_suite();
    let whole = recorded(&sandbox);
    let zero = "error: /dev/zero: line 1: it is longer than 16 MiB";
    sandbox.run("judge /dev/zero").exits(2).warns(&[zero]);
    let judge = |content: &str| {
        sandbox.write("in", content);
        let file = std::fs::File::open(sandbox.path("in")).unwrap();
        Done::of(sandbox.command("judge -").stdin(file).output().unwrap())
    };
    judge(&whole).exits(0).says(&[" passed"]);
    judge("garbage").exits(2).warns(&["error: standard input: line 1: a trace begins with"]);
}

#[test]
fn a_replay_of_a_file_says_what_to_do_instead() {
    let sandbox = Sandbox::with_suite();
    recorded(&sandbox);
    sandbox.run("replay whole.jsonl").exits(2).warns(&["`payrig judge whole.jsonl` judges"]);
}

/// Nothing is broken in what is there; whether it would have ended well, nobody knows.
#[test]
fn a_trace_that_stops_between_two_events_is_undecided() {
    let sandbox = Sandbox::with_suite();
    let whole = recorded(&sandbox);
    sandbox
        .write("short.jsonl", whole.lines().take(20).map(|l| format!("{l}\n")).collect::<String>());
    sandbox.run("judge short.jsonl").exits(5).says(&["the run did not come to its end"]);
    sandbox.write("empty.jsonl", "");
    let says = ["there is no trace in empty.jsonl", "help: payrig run --trace PATH writes some"];
    sandbox.run("judge empty.jsonl").exits(4).warns(&says);
}

/// A report of a kept run that somebody edited, or that was not written to its end.
#[test]
fn a_corrupt_run_is_passed_over_and_told() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run scenarios/power").exits(0);
    let path = ".payrig/runs/0001/report.json";
    let report = sandbox.read(path);
    let says = "runs/0001/report.json: EOF while parsing";
    sandbox.write(path, &report[..report.len() / 2]);
    for command in ["show", "show 1", "replay", "run --failed"] {
        sandbox.run(command).exits(2).warns(&[says]);
    }
    sandbox.write(path, report.replacen("\"payrig_report\": 1", "\"payrig_report\": 7", 1));
    sandbox.run("show").exits(2).warns(&["report format 7 is not known here"]);
    sandbox.write(path, &report);
    std::fs::create_dir(sandbox.path(".payrig/runs/0002")).unwrap();
    sandbox.write(".payrig/runs/0002/payrig-run", "");
    let warning = "warning: a run is passed over: .payrig/runs/0002 was not written to its end";
    sandbox.run("replay").exits(0).warns(&[warning]);
    sandbox.run("show").exits(0).warns(&[warning]).says(&["power/torn-write "]);
}
