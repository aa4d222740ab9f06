//! What is told of each cause of the guidance: for the first breach that it set off in the suite,
//! the chain of what happened, the cause, its category and the remedy, in both languages.
//!
//! `golden/causes.txt` has the texts.

use std::collections::BTreeMap;
use std::fmt::Write;

use contract::catalogue::{self, FaultInfo};
use harness::message::{Lang, Words};
use harness::report::wording;
use harness::result::{CaseResult, Explained};

/// The first breach of each cause, by the place of the cause in the catalogue.
#[derive(Default)]
pub(crate) struct Causes(BTreeMap<usize, String>);

impl Causes {
    /// Looks for causes that were not met yet.
    pub(crate) fn look(&mut self, firmware: &str, results: &[CaseResult]) {
        for case in results {
            for explained in &case.explained {
                let id = explained.diagnosis.fault.as_deref();
                let seed = |info: &FaultInfo| info.seed.is_some() && Some(info.id.0) == id;
                let Some(place) = catalogue::FAULTS.iter().position(seed) else { continue };
                let text = || told(&catalogue::FAULTS[place], firmware, case, explained);
                self.0.entry(place).or_insert_with(text);
            }
        }
    }

    /// All texts, and what the suite has no breach for.
    pub(crate) fn text(&self) -> String {
        let mut out = self.0.values().cloned().collect::<String>();
        for (place, info) in catalogue::FAULTS.iter().enumerate() {
            if info.seed.is_some() && !self.0.contains_key(&place) {
                let _ = writeln!(out, "{}: sets off no breach of any firmware", info.id);
            }
        }
        out
    }
}

fn told(info: &FaultInfo, firmware: &str, case: &CaseResult, explained: &Explained) -> String {
    let finding = &case.findings[explained.finding];
    let what = &finding.violations[explained.violation].what;
    let mut out = format!("{} {} {}: {firmware}\n", info.id, case.scenario, case.seed);
    for lang in [Lang::En, Lang::Zh] {
        let w = Words(lang);
        let (cause, remedy) = explained.diagnosis.told(lang);
        let rule = wording::rule_name(&finding.rule, w);
        let seed = lang.either(info.title.en, info.seed.unwrap_or_default());
        let category = lang.of(info.category.name());
        let _ = writeln!(out, "  {rule}: {}", w.told(what));
        let _ = writeln!(out, "  {seed} ({category}): {cause}");
        let _ = writeln!(out, "  {}: {remedy}", w.remedy());
    }
    out + "\n"
}

/// Sentences of the oracles that stand in English where Chinese is asked for.
pub(crate) fn untranslated(results: &[CaseResult]) -> Vec<String> {
    let violations = results.iter().flat_map(|case| &case.findings).flat_map(|f| &f.violations);
    let texts = violations.flat_map(|one| [&one.what, &one.truth, &one.seen]);
    let english = texts.filter(|text| {
        let zh = Words(Lang::Zh).told(text);
        !text.is_empty() && zh.contains(char::is_alphabetic) && zh.is_ascii()
    });
    english.cloned().collect()
}
