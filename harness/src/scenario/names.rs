//! Names in scenarios that only a rig knows: of link profiles, query presets, wires, callback
//! schedules. What is behind a name, it does not know.

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, SourceFile, Span, scenario as message};

/// Why this name at this key is not known; `None` for a good one.
pub type Unknown = fn(key: &str, name: &str) -> Option<String>;

/// The keys whose values are such names.
const KEYS: [&str; 4] = ["link", "poll", "wire", "callbacks"];

/// An error for each name of this file that nobody knows.
pub fn unknown(path_label: &str, text: &str, unknown: Unknown) -> Vec<Diagnostic> {
    let (table, _) = DeTable::parse_recoverable(text);
    let file = SourceFile::new(path_label, text);
    let wrong = |key: &str| {
        let value = table.get_ref().get(key)?;
        let DeValue::String(name) = value.get_ref() else { return None };
        let why = unknown(key, name)?;
        Some(message::unknown_name(Span::new(&file, value.span()), key, name, &why))
    };
    KEYS.into_iter().filter_map(wrong).collect()
}
