//! Callback schedules: when the acquirer calls a merchant's server again that did not acknowledge.
//! Data with sources, embedded.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contract::Lapse;
use contract::rig::CallbackSchedule;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Preset {
    answer_within_s: u64,
    pauses_s: Vec<u64>,
    #[expect(dead_code, reason = "for people; its presence is what is checked")]
    source: String,
}

static PRESETS: LazyLock<BTreeMap<String, Preset>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/callbacks.toml"))
        .expect("the embedded schedules are valid")
});

/// The schedule of this name.
///
/// # Errors
/// Which schedules there are, when there is none of this name.
pub(crate) fn find(name: &str) -> Result<CallbackSchedule, String> {
    let preset = PRESETS.get(name).ok_or_else(|| {
        let names: Vec<&str> = PRESETS.keys().map(String::as_str).collect();
        format!("no callback schedule is called `{name}`; there are {}", names.join(", "))
    })?;
    Ok(CallbackSchedule {
        name: name.to_owned(),
        answer_within: Lapse::from_secs(preset.answer_within_s),
        pauses: preset.pauses_s.iter().map(|s| Lapse::from_secs(*s)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the first failure to the last call, in seconds, as the guides state it.
    #[test]
    fn the_schedules_take_as_long_as_the_guides_say() {
        let takes = |name| find(name).unwrap().pauses.iter().map(|p| p.as_ms() / 1_000).sum();
        let cases: [(&str, u64); 3] =
            [("wechat-v2", 86_640), ("alipay", 87_840), ("alipay-global", 87_720)];
        for (name, seconds) in cases {
            let sum: u64 = takes(name);
            assert_eq!(sum, seconds, "{name}");
        }
    }

    #[test]
    fn what_does_not_exist_is_refused_with_what_there_is() {
        let why = find("wechat").unwrap_err();
        assert!(why.contains("`wechat`") && why.contains("wechat-v2"), "{why}");
    }
}
