//! The whole suite on the reference firmware: its traces against the ledgers rebuilt from them.

use std::fs::File;
use std::io::BufReader;
use std::process::Command;

use contract::Trace;

use super::{contradictions, rebuild};

#[test]
fn the_suites_ledgers_can_be_rebuilt_from_the_wire() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("suite.jsonl");
    let run = Command::new(env!("CARGO_BIN_EXE_payrig"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "scenarios", "--trace"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let Some(rebuilt) = rebuild(&path) else { return };
    let traces = Trace::read_all(BufReader::new(File::open(&path).unwrap())).unwrap();
    assert!(!traces.is_empty(), "the suite left no trace");
    assert_eq!(traces.len(), rebuilt.len());
    for (trace, rebuilt) in traces.iter().zip(&rebuilt) {
        let found = contradictions(trace, rebuilt);
        let scenario = &trace.header().scenario;
        assert!(found.is_empty(), "{scenario}, seed {}: {found:#?}", trace.header().seed);
    }
}
