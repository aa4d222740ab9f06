//! Stored traces that say less than they seem to: cut, changed, of another format, or of a rig that
//! sees little.

use serde_json::{Map, Value};

use super::ONE;
use crate::sandbox::{Done, Sandbox};

/// A recorded case, whole.
fn recorded(sandbox: &Sandbox) -> Vec<String> {
    sandbox.run(&format!("run {ONE} --seed 1 --trace whole.jsonl -q")).exits(0);
    sandbox.read("whole.jsonl").lines().map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_trace_that_was_cut_or_changed_is_judged_with_a_warning() {
    let sandbox = Sandbox::with_suite();
    let lines = recorded(&sandbox);
    let last = lines.len();
    sandbox.run("judge whole.jsonl --strict").exits(0);
    sandbox.write("cut.jsonl", lines[..last - 1].concat());
    let cut = format!("warning: cut.jsonl: line {}: the trace was cut off behind", last - 1);
    let changed = lines.concat().replace("\"seed\":1", "\"seed\":7");
    sandbox.write("changed.jsonl", changed);
    let changed = format!(
        "warning: changed.jsonl: line {last}: this trace is not the one that was written: its \
         digest was "
    );
    for (file, warning) in [("cut", cut), ("changed", changed)] {
        sandbox.run(&format!("judge {file}.jsonl")).exits(0).warns(&[&warning]);
        sandbox.run(&format!("judge {file}.jsonl --strict")).exits(5).warns(&[&warning]);
        sandbox.run(&format!("show {file}.jsonl")).exits(0).warns(&[&warning]);
    }
    let two = [&lines[..last - 1], &lines].concat().concat();
    sandbox.write("two.jsonl", two);
    let judged = sandbox.run("judge two.jsonl").exits(0).says(&["2 cases ", ": 2 passed"]);
    assert_eq!(judged.err.matches("warning: ").count(), 1, "{}", judged.err);
}

#[test]
fn a_trace_that_is_not_the_reported_one_is_told() {
    let sandbox = Sandbox::with_suite();
    sandbox.run(&format!("run {ONE} --seeds 1..3 -q")).exits(0);
    let path = ".payrig/runs/0001/trace.jsonl";
    let report = sandbox.json(".payrig/runs/0001/report.json");
    let digest = report["cases"][1]["digest"].as_str().unwrap();
    let last = format!("\"digest\":\"{digest}\"}}\n");
    assert!(sandbox.read(path).ends_with(&last), "the last line has the run's digest");
    // Written as a whole, but by another run.
    sandbox.run(&format!("run {ONE} --seed 2 --link lab --trace other.jsonl -q")).exits(0);
    sandbox.write(path, sandbox.read("other.jsonl"));
    let says = format!("and the run reported {digest}");
    let show = "show 1 --case link/answer-lost-after-capture --seed 2";
    sandbox.run(show).exits(0).warns(&["warning: the trace of ", &says]);
    sandbox.run("replay 1").warns(&["warning: the trace of ", &says]);
    let text = sandbox.read(path);
    sandbox.write(path, &text[..text.len() / 2]);
    sandbox.run("replay 1").warns(&["trace.jsonl: line ", "it was cut off here"]);
}

#[test]
fn a_report_at_a_terminal_that_is_not_in_the_header_is_bad_input() {
    let sandbox = Sandbox::with_suite();
    let lines = recorded(&sandbox);
    let place = lines.iter().position(|line| line.contains("\"report\":")).unwrap();
    let mut stray = lines.clone();
    stray[place] = stray[place].replace("\"terminal\":\"t1\"", "\"terminal\":\"t7\"");
    assert!(stray != lines);
    sandbox.write("stray.jsonl", stray.concat());
    let says = format!("error: stray.jsonl: line {}: event {place} is at t7", place + 1);
    sandbox.run("judge stray.jsonl").exits(2).warns(&[&says]);
}

/// Each object of a JSON value, with one more key.
fn with_stranger(value: &Value) -> Vec<Value> {
    let more = |object: &Map<String, Value>| {
        let mut object = object.clone();
        object.insert("stranger".into(), Value::Null);
        Value::Object(object)
    };
    let inner: Vec<(String, Value)> = match value {
        Value::Object(object) => object.iter().map(|(k, v)| (format!("/{k}"), v.clone())).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(k, v)| (format!("/{k}"), v.clone())).collect()
        }
        _ => Vec::new(),
    };
    let mut all: Vec<Value> = value.as_object().map(more).into_iter().collect();
    for (place, value_there) in inner {
        all.extend(with_stranger(&value_there).into_iter().map(|changed| {
            let mut whole = value.clone();
            *whole.pointer_mut(&place).unwrap() = changed;
            whole
        }));
    }
    all
}

#[test]
fn no_line_of_a_trace_has_a_key_that_is_not_known() {
    let sandbox = Sandbox::with_suite();
    sandbox.run("run scenarios/storm scenarios/settle --seed 1 --trace all.jsonl -q").exits(0);
    let text = sandbox.read("all.jsonl");
    let mut header = "";
    let mut kinds = std::collections::BTreeSet::new();
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let kind = match &value["kind"] {
            Value::Object(kind) => kind.keys().next().unwrap().clone(),
            other => other.to_string(),
        };
        if value.get("payrig_trace").is_some() {
            header = line;
        } else if !kinds.insert(kind) {
            continue;
        }
        for changed in with_stranger(&value) {
            let changed = changed.to_string();
            // Sorted keys put the header's first one elsewhere.
            let begin = line.split(':').next().unwrap();
            let rest: Map<String, Value> = serde_json::from_str(&changed).unwrap();
            let first: String = serde_json::from_str(&begin[1..]).unwrap();
            let mut fields = vec![format!("{begin}:{}", rest[&first])];
            let others = rest.iter().filter(|(key, _)| **key != first);
            fields.extend(others.map(|(key, value)| format!("\"{key}\":{value}")));
            let file = match line == header {
                true => format!("{}}}\n", fields.join(",")),
                false => format!("{header}\n{}}}\n", fields.join(",")),
            };
            let mut reader = contract::trace::Reader::new(file.as_bytes());
            let read = reader.find_map(Result::err).unwrap_or_else(|| panic!("{file}"));
            let says = |why: &str| why.contains("unknown field") || why.contains("expected");
            assert!(says(&read.why), "{}: {file}", read.why);
        }
    }
    assert!(kinds.len() > 20, "{kinds:?}");
}

#[test]
fn a_rig_that_sees_little_does_not_pass_as_if_it_saw_all() {
    let sandbox = Sandbox::with_suite();
    let lines = recorded(&sandbox);
    let mut header: Value = serde_json::from_str(&lines[0]).unwrap();
    header["rig"]["taps"] = serde_json::json!(["screen"]);
    header["captures"] = 0.into();
    header["covers"] = serde_json::json!([]);
    header["expect"] = serde_json::json!([]);
    let head: contract::Header = serde_json::from_value(header).unwrap();
    let head = serde_json::to_string(&head).unwrap() + "\n";
    sandbox.write("blind.jsonl", [&[head], &lines[1..lines.len() - 1]].concat().concat());
    let judge = |words: &str| sandbox.run(&format!("judge blind.jsonl {words}"));
    let judged = judge("-q").exits(0);
    assert!(judged.out.contains("1 passed, ") && judged.out.contains(" of 22 rules observable;"));
    judge("--strict").exits(5);
    let strict = sandbox.command("judge blind.jsonl").env("PAYRIG_STRICT", "1").output().unwrap();
    Done::of(strict).exits(5);
}
