//! The same seed gives the same run: in another process, with other threads, in another build.

use std::collections::BTreeSet;

use crate::golden::golden;
use crate::play::root;
use crate::sandbox::{Sandbox, same_bytes};

/// Scenario, seed and digest of each case of a JSON report.
fn digests(sandbox: &Sandbox, report: &str) -> Vec<(String, u64, String)> {
    let report = sandbox.json(report);
    let case = |case: &serde_json::Value| {
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        (text("scenario"), case["seed"].as_u64().unwrap(), text("digest"))
    };
    report["cases"].as_array().unwrap().iter().map(case).collect()
}

#[test]
fn processes_and_threads_change_nothing() {
    let sandbox = Sandbox::with_suite();
    for (name, jobs) in [("one", 1), ("again", 1), ("two", 2)] {
        let run = format!("run --jobs {jobs} --trace {name}.jsonl --report json={name}.json");
        sandbox.run(&run).exits(0);
    }
    for other in ["again", "two"] {
        assert_eq!(digests(&sandbox, "one.json"), digests(&sandbox, &format!("{other}.json")));
        let trace = |name: &str| sandbox.path(&format!("{name}.jsonl"));
        assert!(same_bytes(&trace("one"), &trace(other)), "the traces differ: {other}");
    }
}

#[test]
fn the_referee_repeats_itself_too() {
    let sandbox = Sandbox::with_suite();
    for name in ["one", "two"] {
        let run = "run scenarios/power/torn-write.toml --rig turmoil --trace";
        sandbox.run(&format!("{run} {name}.jsonl")).exits(0);
    }
    assert!(same_bytes(&sandbox.path("one.jsonl"), &sandbox.path("two.jsonl")));
}

#[test]
fn another_seed_is_another_run() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run scenarios/storm --seeds 1..6 --report json=storm.json").exits(0);
    let all = digests(&sandbox, "storm.json");
    let different = BTreeSet::from_iter(all.iter().map(|(.., digest)| digest));
    assert_eq!((all.len(), different.len()), (5, 5), "{all:?}");
}

/// The golden file is one for all builds: whoever tests a release build compares with what a debug
/// build wrote, and another machine with what this one wrote.
#[test]
fn every_build_plays_the_suite_as_the_golden_file_says() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run --report json=suite.json").exits(0);
    let line = |(name, seed, digest)| format!("{name} {seed} {digest}\n");
    let lines: String = digests(&sandbox, "suite.json").into_iter().map(line).collect();
    golden(&root().join("tests/it/golden/digests.txt"), &lines).unwrap_or_else(|e| panic!("{e}"));
}
