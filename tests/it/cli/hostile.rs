//! Wrong bytes, closed pipes, full disks: nothing of that is a panic, and each has its exit code.

use std::ffi::OsStr;
use std::io::pipe;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use harness::cli::author::STARTER;

use crate::sandbox::{Done, Sandbox};

/// A pipe whose reader has gone.
fn closed() -> Stdio {
    let (_, writer) = pipe().unwrap();
    writer.into()
}

fn full() -> Stdio {
    std::fs::File::options().write(true).open("/dev/full").unwrap().into()
}

/// A command of each kind with what it exits with.
const COMMANDS: [(&str, i32); 20] = [
    ("run scenarios/link", 0),
    ("run scenarios/link --firmware M-01", 1),
    ("run --fly", 2),
    ("run nowhere", 2),
    ("run scenarios/link -t none", 4),
    ("run scenarios/link --link nope", 2),
    ("check", 0),
    ("fmt --check", 0),
    ("list", 0),
    ("explain link-outage", 0),
    ("explain nothing", 2),
    ("schema report", 0),
    ("faults --coverage", 0),
    ("firmwares", 0),
    ("completions bash", 0),
    ("man", 0),
    ("link list", 0),
    ("link sample --count 20000", 0),
    ("link show nope", 2),
    ("qr read nope", 2),
];

#[test]
fn a_reader_that_has_gone_is_no_panic_and_changes_no_exit_code() {
    let sandbox = Sandbox::with_suite();
    for (words, code) in COMMANDS {
        let run = |command: &mut Command| Done::of(command.output().unwrap());
        run(sandbox.command(words).stdout(closed())).exits(code);
        // Nobody would see the panic here, but it would have another exit code.
        run(sandbox.command(words).stderr(closed())).exits(code);
    }
}

#[test]
fn a_full_disk_behind_standard_output_changes_no_verdict() {
    let sandbox = Sandbox::with_suite();
    for (words, code) in COMMANDS.iter().filter(|(words, _)| words.starts_with("run")) {
        let done = Done::of(sandbox.command(words).stdout(full()).output().unwrap()).exits(*code);
        if *code < 2 {
            done.warns(&["warning: standard output can't be written: No space left"]);
        }
    }
}

/// A shell that allows no file over 8 KiB, and payrig in it.
fn limited(sandbox: &Sandbox, words: &str) -> Done {
    let payrig = sandbox.command(words);
    let mut shell = Command::new("sh");
    shell.current_dir(sandbox.path("")).env("NO_COLOR", "1");
    shell.args(["-c", "ulimit -f 8; exec \"$@\"", "sh"]).arg(payrig.get_program());
    Done::of(shell.args(payrig.get_args()).output().unwrap())
}

#[test]
fn a_file_size_limit_is_a_warning_and_changes_no_verdict() {
    let sandbox = Sandbox::with_suite();
    let reports = "--report json=r.json --report junit=r.xml --trace r.jsonl";
    for (firmware, code, end) in
        [("reference", 0, " passed; "), ("timeout-means-fail", 1, " failed, ")]
    {
        let done = limited(&sandbox, &format!("run scenarios --firmware {firmware} {reports}"));
        done.exits(code).says(&[end]).warns(&[
            "warning: the report json=r.json could not be written: File too large",
            "warning: the report junit=r.xml could not be written: File too large",
            "warning: the report trace=r.jsonl could not be written: File too large",
            "warning: this run can't be looked at or replayed: File too large",
        ]);
    }
    limited(&sandbox, "schema scenario").exits(0);
}

#[test]
fn a_report_on_a_full_disk_or_in_a_folder_that_cannot_be_is_a_warning() {
    let sandbox = Sandbox::with_suite();
    sandbox.write("file", "");
    for kind in ["json", "junit", "trace"] {
        let run = |path: &str| {
            let done = sandbox.run(&format!("run scenarios/link -q --report {kind}={path}"));
            done.exits(0).says(&[" passed; "])
        };
        let warning =
            format!("warning: the report {kind}=/dev/full could not be written: No space");
        run("/dev/full").warns(&[&warning]);
        run("file/below").warns(&["file/below could not be written: "]);
    }
    sandbox
        .run("run scenarios/link -q --store file")
        .exits(0)
        .warns(&["this run is not kept: file/runs: ", "help: --store FOLDER keeps runs elsewhere"]);
}

#[test]
fn a_result_that_is_lost_is_3() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run scenarios/power/torn-write.toml --trace trace.jsonl").exits(0);
    for words in [
        "list",
        "fmt",
        "explain link-outage",
        "schema",
        "faults",
        "firmwares",
        "completions bash",
        "man",
        "show",
        "check",
        "judge trace.jsonl",
        "replay",
        "--help",
        "run --help",
        "--version",
        "link list",
        "qr render 134567890123456789 --out code.png",
    ] {
        let done = Done::of(sandbox.command(words).stdout(full()).output().unwrap()).exits(3);
        done.warns(&["error: standard output can't be written: No space left"]);
    }
    Done::of(sandbox.command("explain nothing").stdout(full()).output().unwrap()).exits(2);
}

#[test]
fn a_scenario_that_is_no_text_is_refused_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("bytes.toml", b"title = \"a\"\ntitle_zh = \"\xff\"\n");
    sandbox.write("nul.toml", "title = \"\0\"\n");
    sandbox.write("deep.toml", format!("steps = {}\n", "[".repeat(100_000)));
    sandbox.write("wide.toml", format!("{}b = 1\n", "a.".repeat(100_000)));
    sandbox.write("long.toml", STARTER.replace("12.50\",", &format!("{}\",", "9".repeat(100_000))));
    for (file, says) in [
        ("bytes.toml", " --> bytes.toml:2:13"),
        ("bytes.toml", "help: save it again as UTF-8"),
        ("nul.toml", " --> nul.toml:1:"),
        ("deep.toml", " --> deep.toml:1:"),
        ("wide.toml", " --> wide.toml:1:"),
        ("long.toml", " --> long.toml:24:"),
    ] {
        for command in ["run", "check", "list", "fmt"] {
            sandbox.run(&format!("{command} {file}")).exits(2).warns(&[says]);
        }
    }
}

/// So many mistakes that a message for each of them would never end.
#[test]
fn many_mistakes_are_told_shortly_and_quickly() {
    let sandbox = Sandbox::new();
    let head = STARTER.split("steps = [").next().unwrap();
    for (file, content, least) in [
        (
            "steps.toml",
            format!("{head}steps = [\n{}]\n", "  { x = 1 },\n".repeat(50_000)),
            "at least ",
        ),
        ("lines.toml", "nonsense\n".repeat(50_000), "at least "),
        ("keys.toml", (0..50_000).map(|n| format!("k{n} = 1\n")).collect(), "at least "),
        ("few.toml", format!("{head}steps = [\n{}]\n", "  { x = 1 },\n".repeat(60)), ""),
    ] {
        sandbox.write(file, content);
        for command in ["check", "run"] {
            let done = sandbox.run(&format!("{command} {file}")).exits(2);
            assert!(done.err.len() < 100_000, "{file}: {}", done.err.len());
            let more = done.err.trim_end().lines().last().unwrap();
            assert!(more.starts_with(&format!("error: and {least}")), "{more}");
            assert!(more.ends_with(&format!(" more errors in {file}")), "{more}");
        }
    }
}

#[test]
fn a_scenario_without_end_is_refused() {
    let sandbox = Sandbox::new();
    for command in ["run", "check", "list", "fmt"] {
        let done = sandbox.run(&format!("{command} /dev/zero")).exits(2);
        done.warns(&["can't read `/dev/zero`: it has 64 MiB or more, and is no scenario"]);
    }
}

#[test]
fn a_folder_is_no_file_and_a_file_no_folder() {
    let sandbox = Sandbox::with_suite();
    std::fs::create_dir(sandbox.path("folder.toml")).unwrap();
    std::fs::create_dir(sandbox.path("out.json")).unwrap();
    sandbox.run("run folder.toml").exits(4).warns(&["there is no scenario in `folder.toml`"]);
    for command in ["check", "list", "fmt"] {
        let says = ["there is no scenario in `folder.toml`", "help: give scenario files"];
        sandbox.run(&format!("{command} folder.toml")).exits(2).warns(&says);
    }
    sandbox.run("judge folder.toml").exits(2).warns(&["folder.toml: ", "directory"]);
    sandbox.run("qr read folder.toml").exits(2);
    sandbox.run("link show folder.toml").exits(2).warns(&["folder.toml: "]);
    sandbox.run("run scenarios/link --report json=out.json").exits(0).warns(&["warning: "]);
    sandbox.run("new folder.toml").exits(2).warns(&["can't write", "help: it is a folder"]);
}

#[test]
fn a_path_that_is_no_text_is_found_all_the_same() {
    let sandbox = Sandbox::new();
    let name = OsStr::from_bytes(b"caf\xe9.toml");
    std::fs::write(sandbox.path("").join(name), STARTER).unwrap();
    let run = |command: &str| Done::of(sandbox.command(command).arg(name).output().unwrap());
    run("check").exits(0);
    run("run").exits(0);
    run("judge").exits(2);
}
