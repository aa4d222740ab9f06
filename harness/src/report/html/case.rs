//! A case on the page: its row, what broke and why, the command that repeats it, its drawing.

use std::collections::BTreeSet;

use askama::Template;
use contract::catalogue;

use super::lanes::{self, Drawing, Shape};
use super::{class, wording};
use crate::finding::{Finding, Verdict, Violation};
use crate::message::{Lang, Words};
use crate::report::again;
use crate::result::{CaseResult, Setup};

/// So many broken rules of a case are explained.
const EXPLAINED: usize = 12;

/// A case as its template shows it.
#[derive(Template)]
#[template(path = "case.html")]
pub(super) struct View {
    w: Words,
    id: String,
    class: &'static str,
    verdict: String,
    scenario: String,
    seed: u64,
    title: String,
    other_title: String,
    /// The broken or undecided rules in a few words, or why there is no verdict.
    why: String,
    simulated: String,
    digest: String,
    again: String,
    breaches: Vec<Breach>,
    steps: Vec<String>,
    drawing: Option<Drawing>,
    played: bool,
}

/// A broken rule.
struct Breach {
    name: String,
    statement: String,
    event: u64,
    facts: Vec<(String, String)>,
    cause: String,
    remedy: String,
    fault: Option<Culprit>,
}

/// The fault that set it off.
struct Culprit {
    id: String,
    title: &'static str,
    category: &'static str,
}

pub(super) fn view(
    case: &CaseResult,
    setup: &Setup,
    words: Words,
    id: String,
    drawn: bool,
) -> View {
    let trace = case.trace.as_ref();
    let (title, other_title) = match words.0 {
        Lang::En => (&case.title.en, &case.title.zh),
        Lang::Zh => (&case.title.zh, &case.title.en),
    };
    let broken = case.findings.iter().enumerate().filter(|(_, f)| f.verdict == Verdict::Broken);
    let breaches = broken.filter_map(|(index, finding)| breach(case, index, finding, words));
    let breaches = told_once(breaches.take(EXPLAINED).collect(), words);
    let header = trace.map(contract::Trace::header);
    let step = |step: &contract::trace::StepText| step.text.trim_end_matches(',').to_owned();
    View {
        w: words,
        id,
        class: class(&case.outcome),
        verdict: words.outcome(&case.outcome),
        scenario: case.scenario.clone(),
        seed: case.seed,
        title: title.clone(),
        other_title: other_title.clone(),
        why: why(case, words),
        simulated: case.simulated.to_string(),
        digest: format!("{:016x}", case.digest),
        again: again(case, setup),
        breaches,
        steps: header.map(|header| header.steps.iter().map(step).collect()).unwrap_or_default(),
        drawing: trace.filter(|_| drawn).map(|trace| lanes::draw(trace, &case.findings, words)),
        played: trace.is_some(),
    }
}

/// A cause or a remedy that several broken rules share is told once.
fn told_once(mut breaches: Vec<Breach>, words: Words) -> Vec<Breach> {
    let (mut causes, mut remedies) = (BTreeSet::new(), BTreeSet::new());
    for breach in &mut breaches {
        for (told, text) in [(&mut causes, &mut breach.cause), (&mut remedies, &mut breach.remedy)]
        {
            if !text.is_empty() && !told.insert(text.clone()) {
                *text = words.as_above();
            }
        }
    }
    breaches
}

fn why(case: &CaseResult, words: Words) -> String {
    case.outcome.reason().unwrap_or_else(|| {
        let open = |f: &&Finding| matches!(f.verdict, Verdict::Broken | Verdict::Undecided);
        let rules = case.findings.iter().filter(open);
        rules.map(|finding| wording::rule_name(&finding.rule, words)).collect::<Vec<_>>().join(", ")
    })
}

fn breach(case: &CaseResult, index: usize, finding: &Finding, words: Words) -> Option<Breach> {
    let violation = finding.violations.first()?;
    let header = case.trace.as_ref().map(contract::Trace::header);
    let why = case.explained.iter().find(|one| one.finding == index && one.violation == 0);
    let why = why.map(|one| &one.diagnosis);
    let text = |en: Option<&String>, zh: Option<&String>| {
        let text = if words.0 == Lang::En { en } else { zh };
        text.cloned().unwrap_or_default()
    };
    Some(Breach {
        name: wording::rule_name(&finding.rule, words),
        statement: wording::statement(&finding.rule, header, words),
        event: violation.event,
        facts: facts(finding, violation, words),
        cause: text(why.map(|d| &d.cause_en), why.map(|d| &d.cause_zh)),
        remedy: text(why.map(|d| &d.remedy_en), why.map(|d| &d.remedy_zh)),
        fault: why.and_then(|d| d.fault.as_deref()).and_then(|id| culprit(id, words.0)),
    })
}

fn culprit(id: &str, lang: Lang) -> Option<Culprit> {
    let info = catalogue::fault(id)?;
    let (title, category) = (lang.of(info.title), lang.of(info.category.name()));
    Some(Culprit { id: id.to_owned(), title, category })
}

fn facts(finding: &Finding, violation: &Violation, words: Words) -> Vec<(String, String)> {
    let mut whose = Vec::new();
    whose.extend(violation.terminal.map(|terminal| terminal.to_string()));
    whose.extend(violation.intent.map(|intent| intent.to_string()));
    whose.extend(violation.order.map(|order| order.to_string()));
    let more = finding.violations.len() - 1;
    let measured = violation.measured.as_ref().map(|one| wording::measured(one, words));
    let all = [
        (words.what(), words.told(&violation.what)),
        (words.whose(), whose.join(" · ")),
        (words.ledger(), words.told(&violation.truth)),
        (words.seen(), words.told(&violation.seen)),
        (words.measured(), measured.unwrap_or_default()),
        (words.more(), if more > 0 { words.more_violations(more) } else { String::new() }),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}
