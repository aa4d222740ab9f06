//! Reports and traces: where they go, and that no report ever changes a verdict.

use harness::cli::author::STARTER;

use crate::play::root;
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
fn a_page_speaks_the_language_that_is_asked_for_or_the_environments() {
    let sandbox = Sandbox::with_suite();
    let run = "run scenarios/power --report html=p.html --report markdown=p.md";
    let asked = |flag: &str, locale: &str| {
        let mut command = sandbox.command(&format!("{run} {flag}"));
        assert!(command.env("LC_ALL", locale).output().unwrap().status.success());
        (sandbox.read("p.html").contains("lang=\"zh-CN\""), sandbox.read("p.md").contains("付款"))
    };
    assert_eq!(asked("", "C"), (false, false));
    assert_eq!(asked("", "zh_CN.UTF-8"), (true, true));
    assert_eq!(asked("--lang en", "zh_CN.UTF-8"), (false, false));
    assert_eq!(asked("--lang zh", "C"), (true, true));
    sandbox.run("run --lang fr").exits(2).warns(&["a language is `en` or `zh`"]);
}

#[test]
fn a_job_of_ci_gets_its_summary_behind_what_stands_there() {
    let sandbox = Sandbox::with_suite();
    sandbox.write("job.md", "# before\n");
    let mut command = sandbox.command("run scenarios/power --firmware M-13");
    let done = command.env("GITHUB_STEP_SUMMARY", sandbox.path("job.md")).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    let page = sandbox.read("job.md");
    assert!(page.starts_with("# before\n## payrig: "), "{page}");
    assert!(page.contains("L3 recovery first"), "{page}");
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

#[test]
fn each_report_has_a_file_of_its_own_and_standard_output_is_none() {
    let sandbox = Sandbox::with_suite();
    for option in ["--trace -", "--report trace=-", "--report junit=-", "--report json=-"] {
        let done = sandbox.run(&format!("run scenarios/link {option}")).exits(2);
        done.warns(&["can't go to standard output", "help: give a file"]);
        assert!(!sandbox.path("-").exists());
    }
    let twice = "run scenarios/link --report junit=r --report json=r";
    sandbox.run(twice).exits(2).warns(&["two reports go to r"]);
    sandbox.run("run scenarios/link -q --report junit=/dev/null --trace /dev/null").exits(0);
}

/// What is printed at other speeds, or stands in the picture only.
fn varies(row: &str) -> bool {
    ["simulated", "withtimeout-means-fail", "$payrig", "linesleftout"]
        .iter()
        .any(|part| row.contains(part))
}

/// Blanks and breaks are the picture's own.
fn dense<'a>(rows: impl Iterator<Item = &'a str>) -> String {
    let rows = rows.map(|row| row.split_whitespace().collect::<String>());
    rows.filter(|row| !varies(row)).collect()
}

#[test]
fn the_picture_of_the_readme_is_what_is_printed() {
    let picture = std::fs::read_to_string(root().join("docs/failure.svg")).unwrap();
    let rows = picture.split("<text ").skip(1).map(|row| {
        let texts = row.split("</text>").next().unwrap().split('<').skip(1);
        let text: String = texts.filter_map(|part| part.split_once('>')).map(|(_, t)| t).collect();
        let signs = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#x27;", "'"),
            ("&amp;", "&"),
            ("\u{a0}", " "),
        ];
        signs.iter().fold(text, |text, (from, to)| text.replace(from, to))
    });
    let rows: Vec<String> = rows.collect();
    let command = "run scenarios/link/answer-lost-after-capture.toml --seed 1 \
                   --firmware timeout-means-fail";
    assert_eq!(rows[0], format!("$ payrig {command}"));
    let printed = Sandbox::with_suite().run(command).exits(1).out;
    // As the script in docs/ leaves it out.
    let (start, rest) = printed.split_once("broken: L2 ").unwrap();
    let (_, end) = rest.split_once("also broken: ").unwrap();
    let shown = dense(rows.iter().map(String::as_str));
    let expected = dense(start.lines()) + &dense(format!("also broken: {end}").lines());
    assert!(
        shown == expected,
        "draw docs/failure.svg anew, as docs/console-svg.py says:\n{printed}"
    );
}
