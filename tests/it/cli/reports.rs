//! Reports and traces: where they go, and that no report ever changes a verdict.

use harness::cli::author::STARTER;

use crate::sandbox::Sandbox;

#[test]
fn reports_are_written_where_they_are_wanted() {
    let sandbox = Sandbox::with_suite();
    let reports = "--report junit=out/deep/junit.xml --report json=out/report.json";
    sandbox.run(&format!("run scenarios/link {reports} --trace out/trace.jsonl")).exits(0);
    let junit = sandbox.read("out/deep/junit.xml");
    assert!(junit.starts_with("<?xml ") && junit.contains("<testsuite name=\"link\""), "{junit}");
    let report = sandbox.json("out/report.json");
    assert_eq!(report["payrig_report"], 1);
    let cases = report["cases"].as_array().unwrap();
    let traces = sandbox.read("out/trace.jsonl");
    assert_eq!(traces.lines().filter(|l| l.starts_with("{\"payrig_trace\"")).count(), cases.len());
}

#[test]
fn a_report_that_cannot_be_written_is_a_warning_and_the_verdict_stays() {
    let sandbox = Sandbox::with_suite();
    sandbox.write("file", "");
    for wanted in ["json=/dev/full", "junit=/dev/full", "trace=/dev/full", "json=file/report.json"]
    {
        let could_not = format!("warning: the report {wanted} could not be written: ");
        let run = format!("run scenarios/power --report {wanted}");
        let done = sandbox.run(&run).exits(0).warns(&[&could_not]).says(&[" passed; "]);
        assert!(!done.err.contains(&format!("wrote {wanted}")), "{}", done.err);
        let bad = sandbox.run(&format!("{run} --firmware M-13")).exits(1).warns(&[&could_not]);
        bad.says(&["\nbroken: L3 "]);
    }
}

#[test]
fn clauses_stand_in_every_report_and_select() {
    let sandbox = Sandbox::new();
    sandbox.write("a.toml", STARTER.replacen("tags =", "clauses = [\"PAY-7\"]\ntags =", 1));
    sandbox.write("b.toml", STARTER);
    sandbox.run("list a.toml").exits(0).says(&["clauses: PAY-7"]);
    let run = "run a.toml b.toml --clause PAY-7 --report json=r.json --report junit=r.xml";
    sandbox.run(run).exits(0).says(&["1 case "]);
    assert_eq!(sandbox.json("r.json")["cases"][0]["clauses"], serde_json::json!(["PAY-7"]));
    assert!(sandbox.read("r.xml").contains("<property name=\"clause\" value=\"PAY-7\"/>"));
    sandbox.run("run a.toml b.toml --clause PAY-8").exits(4);
}

#[test]
fn a_run_that_cannot_be_kept_is_a_warning_and_the_verdict_stays() {
    let sandbox = Sandbox::with_suite();
    sandbox.write(".payrig", "a file stands where the folder belongs");
    let warning = "warning: this run is not kept: ";
    sandbox.run("run scenarios/power").exits(0).warns(&[warning]);
    let bad = sandbox.run("run scenarios/power --firmware M-13").exits(1).warns(&[warning]);
    bad.says(&["\nbroken: L3 "]);
}

#[test]
fn quiet_shows_failures_and_one_line() {
    let sandbox = Sandbox::with_suite();
    let done = sandbox.run("run scenarios/link -q").exits(0);
    assert_eq!((done.out.lines().count(), done.err.as_str()), (1, ""), "{done:?}");
    sandbox.run("run scenarios/power --firmware M-13 -q").exits(1).says(&["\nbroken: L3 "]);
}

#[test]
fn github_gets_annotations() {
    let sandbox = Sandbox::with_suite();
    let mut run = sandbox.command("run scenarios/power --firmware M-13 -q");
    let done = run.env("GITHUB_ACTIONS", "true").output().unwrap();
    let out = String::from_utf8(done.stdout).unwrap();
    assert!(out.contains("\n::error file=scenarios/power/"), "{out}");
}
