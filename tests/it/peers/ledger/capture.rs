//! The whole suite's network capture: the ledgers rebuilt from it alone, and every message of it
//! read by tshark.

use contract::trace::Reader;
use contract::{EventKind, Trace};

use super::super::{PYISO8583, TSHARK, output, peer, script};
use super::{Rebuilt, contradictions};
use crate::sandbox::Sandbox;

fn captured(sandbox: &Sandbox, what: &str) -> Vec<Trace> {
    let reports = "--report pcapng=suite.pcapng --trace suite.jsonl";
    sandbox.run(&format!("run {what} {reports}")).exits(0);
    let text = sandbox.read("suite.jsonl");
    let traces: Vec<Trace> = Reader::new(text.as_bytes()).map(Result::unwrap).collect();
    assert!(!traces.is_empty(), "the suite left no trace");
    traces
}

#[test]
fn the_suites_ledgers_can_be_rebuilt_from_the_capture_alone() {
    let Some(mut python) = peer(&PYISO8583) else { return };
    let sandbox = Sandbox::with_suite();
    let traces = captured(&sandbox, "");
    python.arg(script("capture.py")).arg(sandbox.path("suite.pcapng"));
    let printed = output(python, "");
    let rebuilt: Vec<Rebuilt> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(traces.len(), rebuilt.len());
    assert!(rebuilt.iter().map(Rebuilt::len).sum::<usize>() > 100, "orders were found");
    for (trace, rebuilt) in traces.iter().zip(&rebuilt) {
        let found = contradictions(trace, rebuilt);
        let scenario = &trace.header().scenario;
        assert!(found.is_empty(), "{scenario}, seed {}: {found:#?}", trace.header().seed);
    }
}

/// STAN, amount, response code or reason, as tshark prints them.
fn told(trace: &Trace) -> impl Iterator<Item = [String; 3]> {
    let wires = trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::Sent(wire) | EventKind::Received(wire) => wire.message.as_ref(),
        _ => None,
    });
    wires.map(|message| {
        let amount = message.amount.map(|amount| format!("{:012}", amount.0));
        [
            format!("{:06}", message.stan),
            amount.unwrap_or_default(),
            message.response.map(|code| code.to_string()).unwrap_or_default(),
        ]
    })
}

#[test]
fn tshark_reads_every_message_of_the_capture() {
    let Some(mut tshark) = peer(&TSHARK) else { return };
    let sandbox = Sandbox::with_suite();
    // Whole frames on the layout that its dissector knows.
    let traces = captured(&sandbox, "scenarios/link scenarios/day scenarios/power --wire plain87");
    tshark
        .arg("-r")
        .arg(sandbox.path("suite.pcapng"))
        .args(["-d", "tcp.port==8583,iso8583", "-o", "iso8583.len_endian:Big endian"])
        .args(["-o", "iso8583.binencode:Bin data not encoded"])
        .args(["-Y", "iso8583 or tcp.analysis.flags or _ws.malformed", "-T", "fields"])
        .args(["-e", "iso8583.bit11", "-e", "iso8583.bit4", "-e", "iso8583.bit39"])
        .args(["-e", "tcp.analysis.flags", "-e", "_ws.malformed", "-e", "frame.comment"]);
    let printed = output(tshark, "");
    let mut read = Vec::new();
    for line in printed.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [stan, amount, response, flags, malformed, comment] = fields[..] else {
            panic!("{line}");
        };
        assert!(flags.is_empty() && malformed.is_empty(), "{line}");
        assert!(comment.starts_with("event #"), "{line}");
        read.push([stan, amount, response].map(str::to_owned));
    }
    let wanted: Vec<[String; 3]> = traces.iter().flat_map(told).collect();
    assert!(wanted.len() > 500, "{} messages", wanted.len());
    assert_eq!(read.len(), wanted.len(), "messages");
    for (read, wanted) in read.iter().zip(&wanted) {
        assert_eq!(read, wanted);
    }
}
