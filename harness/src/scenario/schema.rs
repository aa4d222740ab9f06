//! The JSON Schema of scenario files, so that editors complete and check them while one types.
//!
//! Made from the table of words. It is a help; `payrig check` is the authority.

use contract::{Trigger, response_code};
use serde_json::{Map, Value, json};

use super::read::SEEDS_MAX;
use super::value::Unit;
use super::words::{self, Arg, EXPECT, KEYS, Kind, STEP, VERBS, Verb};

/// The schema of a scenario file, draft 7, as its file has it.
pub fn scenario() -> String {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "payrig scenario",
        "type": "object",
        "additionalProperties": false,
        "required": required(KEYS),
        "properties": properties(KEYS),
        "definitions": definitions(),
    });
    format!("{schema:#}\n")
}

fn definitions() -> Map<String, Value> {
    let moments = Trigger::all()
        .map(|moment| json!({ "const": moment.word(), "description": moment.meaning() }));
    let expect = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties(EXPECT),
        "oneOf": [{ "required": ["seen"] }, { "required": ["never"] }],
    });
    let steps: Vec<Value> = VERBS.iter().map(step).collect();
    let mut all = Map::new();
    all.insert("moment".to_owned(), json!({ "anyOf": moments.collect::<Vec<_>>() }));
    all.insert("step".to_owned(), json!({ "anyOf": steps }));
    all.insert("expect".to_owned(), expect);
    // What every step may have is said once.
    all.extend(properties(STEP).into_iter().map(|(key, value)| (in_step(&key), value)));
    all
}

/// The name of the definition of a key that every step may have.
fn in_step(key: &str) -> String {
    format!("step-{key}")
}

/// A step with this verb.
fn step(verb: &Verb) -> Value {
    let mut known = properties(verb.args);
    let mut required = required(verb.args);
    if let Some(word) = verb.word {
        known.insert(verb.key.to_owned(), json!({ "const": word, "description": verb.meaning }));
        required.push(verb.key);
    }
    for row in STEP.iter().filter(|row| verb.takes(row.name)) {
        let reference = format!("#/definitions/{}", in_step(row.name));
        known.insert(row.name.to_owned(), json!({ "$ref": reference }));
    }
    json!({
        "type": "object",
        "description": verb.meaning,
        "additionalProperties": false,
        "properties": known,
        "required": required,
        "oneOf": [{ "required": ["at"] }, { "required": ["after"] }, { "required": ["on"] }],
    })
}

fn required(rows: &[Arg]) -> Vec<&'static str> {
    rows.iter().filter(|row| row.is_required()).map(|row| row.name).collect()
}

fn properties(rows: &[Arg]) -> Map<String, Value> {
    let property = |row: &Arg| {
        // A reference would hide the description beside it in draft 7.
        let value = json!({ "description": row.meaning, "allOf": [kind(row.kind)] });
        (row.name.to_owned(), value)
    };
    rows.iter().map(property).collect()
}

fn kind(kind: Kind) -> Value {
    let text = |pattern: &str| json!({ "type": "string", "pattern": format!("^{pattern}$") });
    match kind {
        Kind::Text | Kind::Story => json!({ "type": "string", "minLength": 1 }),
        Kind::Texts => {
            json!({ "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 } })
        }
        Kind::Quantity { unit, min, max, range } => quantity(unit, min, max, range),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Words(words) => {
            json!({ "type": "array", "minItems": 1, "items": { "enum": words } })
        }
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::ResponseCode => json!({ "enum": response_code::known() }),
        Kind::StrangeCode => text("[0-9A-Za-z]{2}"),
        Kind::Moment => json!({ "$ref": "#/definitions/moment" }),
        Kind::Terminal => text("t[1-9][0-9]*"),
        Kind::Seeds => number_or(1, Some(SEEDS_MAX), r"[0-9]+(\.\.[0-9]+)?"),
        Kind::Times => number_or(0, None, r"[0-9]+(\.\.([0-9]+)?)?"),
        Kind::Bounds => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties(&words::bounds()),
        }),
        Kind::Steps => json!({ "type": "array", "items": { "$ref": "#/definitions/step" } }),
        Kind::Expect => json!({ "type": "array", "items": { "$ref": "#/definitions/expect" } }),
    }
}

fn quantity(unit: Unit, min: u64, max: u64, range: bool) -> Value {
    let one = unit.pattern();
    let pattern = if range { format!(r"{one}(\.\.{one})?") } else { one.to_owned() };
    match unit {
        Unit::Count => number_or(min, Some(max), &pattern),
        _ => json!({ "type": "string", "pattern": format!("^{pattern}$") }),
    }
}

fn number_or(min: u64, max: Option<u64>, pattern: &str) -> Value {
    let mut number = json!({ "type": "integer", "minimum": min });
    if let (Some(max), Value::Object(number)) = (max, &mut number) {
        number.insert("maximum".to_owned(), json!(max));
    }
    json!({ "anyOf": [number, { "type": "string", "pattern": format!("^{pattern}$") }] })
}
