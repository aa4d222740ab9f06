//! The whole suite on the reference firmware: its traces against the ledgers rebuilt from them.

use contract::Trace;
use contract::trace::Reader;

use super::{contradictions, rebuild};
use crate::sandbox::Sandbox;

#[test]
fn the_suites_ledgers_can_be_rebuilt_from_the_wire() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run --trace suite.jsonl").exits(0);
    let Some(rebuilt) = rebuild(&sandbox.path("suite.jsonl")) else { return };
    let text = sandbox.read("suite.jsonl");
    let traces: Vec<Trace> = Reader::new(text.as_bytes()).map(Result::unwrap).collect();
    assert!(!traces.is_empty(), "the suite left no trace");
    assert_eq!(traces.len(), rebuilt.len());
    for (trace, rebuilt) in traces.iter().zip(&rebuilt) {
        let found = contradictions(trace, rebuilt);
        let scenario = &trace.header().scenario;
        assert!(found.is_empty(), "{scenario}, seed {}: {found:#?}", trace.header().seed);
    }
}
