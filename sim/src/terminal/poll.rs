//! Query presets: when a terminal asks what became of a payment. Data with sources, embedded.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contract::Lapse;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Preset {
    waits_s: Vec<u64>,
    #[expect(dead_code, reason = "for people; its presence is what is checked")]
    source: String,
}

static PRESETS: LazyLock<BTreeMap<String, Preset>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/poll.toml")).expect("the embedded presets are valid")
});

/// The pauses before each query of this preset.
///
/// # Errors
/// Which presets there are, when there is none of this name.
pub(crate) fn waits(name: &str) -> Result<Vec<Lapse>, String> {
    let preset = PRESETS.get(name).ok_or_else(|| {
        let names: Vec<&str> = PRESETS.keys().map(String::as_str).collect();
        format!("no query preset is called `{name}`; there are {}", names.join(", "))
    })?;
    Ok(preset.waits_s.iter().map(|s| Lapse::from_secs(*s)).collect())
}
