//! One broken rule, explained on one screen: the rule, the scenario's line, ledger against what
//! was seen, the timeline around it, the cause, the remedy. The same text goes to every report.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Message, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use contract::catalogue;
use contract::{EventKind, Lapse, TerminalId, Trace};

use super::catalogue::wrapped;
use super::{again, right, timeline, wording};
use crate::diagnose::Diagnosis;
use crate::finding::{Finding, Rule, Verdict, Violation};
use crate::message::Words;
use crate::result::{CaseResult, Outcome, Setup};

const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();

/// So many broken rules of a case are explained in full.
const IN_FULL: usize = 3;

/// A line of a scenario's file.
pub struct Place {
    /// The file.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    text: String,
    label: String,
}

/// Everything about a case that did not pass, with colours. Empty for one that did.
pub fn block(case: &CaseResult, setup: &Setup, w: Words) -> String {
    let mut out = head(case, w);
    match &case.outcome {
        Outcome::Passed | Outcome::Skipped(_) => return String::new(),
        Outcome::Faulted(fault) => {
            let _ = writeln!(out, "\n{BAD}{}{BAD:#}: {fault}", w.rig_fault());
            let _ = writeln!(out, "  {}", w.no_verdict());
        }
        Outcome::Undecided => out.push_str(&undecided(case, w)),
        Outcome::Failed => out.push_str(&all_broken(case, w)),
    }
    let _ = writeln!(out, "\n {STRONG}{}{STRONG:#} {}", w.again_label(), again(case, setup));
    out
}

fn head(case: &CaseResult, w: Words) -> String {
    let (style, word) = match &case.outcome {
        Outcome::Failed => (BAD, w.fail_mark()),
        Outcome::Faulted(_) => (BAD, w.fault_mark()),
        _ => (DOUBT, w.doubt_mark()),
    };
    let real = format!("{:.2}", case.real.as_secs_f64());
    let digest = format!("{:016x}", case.digest);
    let mut line = format!(
        "{style}{word}{style:#}  {STRONG}{}{STRONG:#}  {}\n",
        case.scenario,
        w.run_facts(case.seed, case.simulated, real, digest)
    );
    let title = [case.title.en.as_str(), case.title.zh.as_str()];
    let title: Vec<&str> = title.into_iter().filter(|text| !text.is_empty()).collect();
    if !title.is_empty() {
        let _ = writeln!(line, "      {}", title.join("  "));
    }
    line
}

fn undecided(case: &CaseResult, w: Words) -> String {
    let mut out = String::new();
    let open = case.findings.iter().filter(|finding| finding.verdict == Verdict::Undecided);
    for finding in open {
        let lost = finding.tap.map(|tap| w.tap_was_lost(tap.word()));
        let lost = lost.unwrap_or_default();
        let _ = writeln!(
            out,
            "\n{DOUBT}{}{DOUBT:#}: {}{lost}",
            w.undecided(),
            wording::rule_name(&finding.rule, w)
        );
    }
    let ended = |trace: &Trace| trace.events().iter().any(|event| event.kind == EventKind::End);
    if !case.trace.as_ref().is_some_and(ended) {
        let _ = writeln!(out, "\n{DOUBT}{}{DOUBT:#}: {}", w.undecided(), w.no_end());
    }
    out
}

/// The first broken rules in full, the others on a line each: what breaks after them is mostly
/// the same trouble again.
fn all_broken(case: &CaseResult, w: Words) -> String {
    let (mut out, mut also, mut told) = (String::new(), String::new(), Told::default());
    let broken_ones =
        case.findings.iter().enumerate().filter(|(_, f)| f.verdict == Verdict::Broken);
    for (nth, (index, finding)) in broken_ones.enumerate() {
        if nth < IN_FULL {
            out.push_str(&broken(case, index, finding, &mut told, w));
        } else {
            let what =
                finding.violations.first().map_or_else(String::new, |first| w.told(&first.what));
            let name = wording::rule_name(&finding.rule, w);
            let _ = writeln!(also, "{BAD}{}{BAD:#}: {name}: {what}", w.also_broken());
        }
    }
    if also.is_empty() { out } else { format!("{out}\n{also}") }
}

/// What a case's block has told so far, so that it tells nothing twice.
#[derive(Default)]
struct Told {
    /// The events of the last timeline.
    shown: Vec<u64>,
    /// The causes.
    causes: Vec<String>,
    /// The remedies.
    remedies: Vec<String>,
}

/// A broken rule: its first violation in full, the rest counted.
fn broken(case: &CaseResult, index: usize, finding: &Finding, told: &mut Told, w: Words) -> String {
    let header = case.trace.as_ref().map(Trace::header);
    let statement = wording::statement(&finding.rule, header, w);
    let title = format!("{}: {statement}", wording::rule_name(&finding.rule, w));
    let Some(violation) = finding.violations.first() else {
        return format!("\n{BAD}{}{BAD:#}: {title}\n", w.broken());
    };
    let mut out = format!("\n{}\n", snippet(case, index, finding, violation, &title, w));
    if let Some(trace) = &case.trace {
        out.push('\n');
        out.push_str(&evidence(case, trace, violation, &mut told.shown, w));
    }
    if let Some(diagnosis) = diagnosis(case, index) {
        out.push_str(&advice(diagnosis, told, w));
    }
    out
}

/// Why the first violation of a finding happened.
fn diagnosis(case: &CaseResult, finding: usize) -> Option<&Diagnosis> {
    let first = case.explained.iter().find(|one| one.finding == finding && one.violation == 0);
    first.map(|one| &one.diagnosis)
}

/// The rule, the scenario's line with a mark under it, and the two truths, as rustc would.
fn snippet(
    case: &CaseResult,
    index: usize,
    finding: &Finding,
    violation: &Violation,
    title: &str,
    w: Words,
) -> String {
    let broken = w.broken();
    let mut group = Group::with_title(Level::ERROR.with_name(&*broken).primary_title(title));
    let place = place(case, index, w);
    if let Some(place) = &place {
        let end = place.text.trim_end().len();
        let start = end - place.text.trim().len();
        let mark = AnnotationKind::Primary.span(start..end).label(&place.label);
        let snippet = Snippet::source(&place.text).line_start(place.line).path(&place.path);
        group = group.element(snippet.annotation(mark));
    }
    let facts = facts(finding, violation, w);
    group = group.elements(facts.iter().map(|(name, text)| note(name, text)));
    Renderer::styled().render(&[group])
}

fn note<'a>(name: &'a str, text: &'a str) -> Message<'a> {
    Level::NOTE.with_name(name).message(text)
}

/// What is wrong, of which payment, ledger against merchant, time against bound.
fn facts(finding: &Finding, violation: &Violation, w: Words) -> Vec<(String, String)> {
    let mut whose = Vec::new();
    whose.extend(violation.intent.map(|intent| w.payment_named(intent)));
    whose.extend(violation.terminal.map(|terminal| w.at_terminal(terminal)));
    whose.extend(violation.order.map(|order| w.order_named(order)));
    let mut facts = vec![(w.what(), w.told(&violation.what))];
    if !whose.is_empty() {
        facts.push((w.whose(), whose.join(w.0.either(", ", "，"))));
    }
    for (name, text) in [(w.ledger(), &violation.truth), (w.seen(), &violation.seen)] {
        if !text.is_empty() {
            facts.push((name, w.told(text)));
        }
    }
    facts.extend(violation.measured.as_ref().map(|one| (w.measured(), wording::measured(one, w))));
    if let more @ 1.. = finding.violations.len().saturating_sub(1) {
        facts.push((w.more(), w.more_violations(more)));
    }
    facts
}

fn evidence(
    case: &CaseResult,
    trace: &Trace,
    violation: &Violation,
    before: &mut Vec<u64>,
    w: Words,
) -> String {
    let shown = timeline::around(trace, violation);
    if shown == *before {
        let numbers: Vec<String> = violation.evidence.iter().map(|n| format!("#{n}")).collect();
        let breach = violation.event;
        return format!("   {}\n", w.see_above(breach, numbers.join(" ")));
    }
    before.clone_from(&shown);
    let mut out = timeline::table(trace, &shown, Some(violation), w);
    let all = trace.events().len();
    if all > shown.len() {
        let _ = writeln!(
            out,
            "   {} payrig show latest --case {} --seed {}",
            w.shown_events(shown.len(), all),
            case.scenario,
            case.seed
        );
    }
    out
}

/// How wide prose is set; the timeline above it is wider.
const PROSE_COLUMNS: usize = 92;

/// Cause and remedy; each text once.
fn advice(diagnosis: &Diagnosis, told: &mut Told, w: Words) -> String {
    let (cause, remedy) = diagnosis.told(w.0);
    let same_cause = told.causes.contains(cause);
    let same_remedy = told.remedies.contains(remedy);
    told.causes.push(cause.clone());
    told.remedies.push(remedy.clone());
    if same_cause && same_remedy {
        return format!("\n {STRONG} {}:{STRONG:#} {}\n", w.cause_and_remedy(), w.as_above());
    }
    let mut out = String::from("\n");
    out += &prose(&w.cause(), cause, same_cause, w);
    out += &prose(&w.remedy(), remedy, same_remedy, w);
    if let Some(fault) = diagnosis.fault.as_ref().filter(|_| !same_cause) {
        let category = catalogue::fault(fault).map(|info| w.0.of(info.category.name()));
        let told = w.explained_by(fault, category.unwrap_or_default());
        let _ = writeln!(out, " {STRONG}{}:{STRONG:#} {told}", right(&w.fault(), 6));
    }
    out
}

/// A text under its name, or that it stands above.
fn prose(name: &str, text: &str, above: bool, w: Words) -> String {
    let name = right(name, 6);
    if above {
        return format!(" {STRONG}{name}:{STRONG:#} {}\n", w.as_above());
    }
    let mut out = String::new();
    for (row, line) in wrapped(text, PROSE_COLUMNS, 0).iter().enumerate() {
        let label = if row == 0 { format!("{name}:") } else { " ".repeat(7) };
        let _ = writeln!(out, " {STRONG}{label}{STRONG:#} {line}");
    }
    out
}

/// The line of the scenario that the first violation of a finding points at.
pub fn place(case: &CaseResult, index: usize, w: Words) -> Option<Place> {
    let finding = case.findings.get(index)?;
    let violation = finding.violations.first()?;
    let trace = case.trace.as_ref()?;
    let header = trace.header();
    let nth = |index: u32| usize::try_from(index).ok();
    let (line, label) = match &finding.rule {
        Rule::Expect(index) => (header.expect.get(nth(*index)?)?.line, w.expected()),
        Rule::Step(index) => (header.steps.get(nth(*index)?)?.line, w.came_never()),
        Rule::Covers(_) => (key_line(case, "covers")?, w.claimed()),
        Rule::Captures => (key_line(case, "captures")?, w.demanded()),
        Rule::Invariant(_) => {
            let fault = diagnosis(case, index).and_then(|why| why.fault.as_deref());
            let (step, label) = guilty_step(trace, violation, fault)?;
            let label = label.told(w);
            (header.steps.get(nth(step)?)?.line, label)
        }
    };
    let line = nth(line)?;
    let from_file = case.source.as_ref().and_then(|s| s.text.lines().nth(line.checked_sub(1)?));
    let from_header = header.steps.iter().find(|step| nth(step.line) == Some(line));
    let text = from_file.or(from_header.map(|step| step.text.as_str()))?.to_owned();
    let path = case.source.as_ref().map_or(&case.scenario, |source| &source.path).clone();
    Some(Place { path, line, text, label })
}

/// The line on which the scenario's file gives this key.
fn key_line(case: &CaseResult, key: &str) -> Option<u32> {
    let is_key = |line: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let index = case.source.as_ref()?.text.lines().position(is_key)?;
    u32::try_from(index + 1).ok()
}

/// Why a step is pointed at, and how long it was before the breach.
enum Blame {
    Fault(Lapse),
    LastOrder(Lapse),
}

impl Blame {
    fn told(&self, w: Words) -> String {
        match self {
            Blame::Fault(ago) => w.this_fault(ago),
            Blame::LastOrder(ago) => w.last_order(ago),
        }
    }
}

/// The step that put the fault in force that set it off; else the last step before the breach.
/// What was ordered at another terminal is not guilty, unless the fault is one of all terminals.
fn guilty_step(trace: &Trace, violation: &Violation, fault: Option<&str>) -> Option<(u32, Blame)> {
    let broken_at = violation.terminal;
    let here = |at: Option<TerminalId>| at == broken_at || at.is_none() || broken_at.is_none();
    let (mut ordered, mut last, mut guilty) = (None, None, None);
    for event in trace.events().iter().take_while(|event| event.seq <= violation.event) {
        match &event.kind {
            EventKind::Step(index) => {
                ordered = Some((*index, event.at));
                last = ordered.filter(|_| here(event.terminal)).or(last);
            }
            EventKind::FaultOn { fault: on, .. }
                if Some(on.id().0) == fault && (here(event.terminal) || on.is_global()) =>
            {
                guilty = ordered;
            }
            _ => {}
        }
    }
    let breach = trace.event(violation.event)?.at;
    match (guilty, last) {
        (Some((step, at)), _) => Some((step, Blame::Fault(breach.since(at)))),
        (None, Some((step, at))) => Some((step, Blame::LastOrder(breach.since(at)))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use contract::fault::Way;
    use contract::{Fault, FaultNo, News, Source, Time};

    use super::*;
    use crate::run::fake::{info, plan};

    /// Each step a second after the one before; a fault follows its step at once.
    fn trace(steps: &[(u32, Option<Fault>)]) -> Trace {
        let mut trace = Trace::new(plan(Time::from_ms(9_000), Vec::new()).header(info()));
        for (index, (terminal, fault)) in (0u32..).zip(steps) {
            let at = Time::from_ms(u64::from(index) * 1_000);
            let (terminal, source) = (Some(TerminalId(*terminal)), Source::Harness);
            trace.push(News { at, terminal, source, kind: EventKind::Step(index) });
            if let Some(fault) = fault {
                let terminal = terminal.filter(|_| !fault.is_global());
                let kind =
                    EventKind::FaultOn { no: FaultNo(index), fault: Box::new(fault.clone()) };
                trace.push(News { at, terminal, source, kind });
            }
        }
        trace
    }

    fn guilty(steps: &[(u32, Option<Fault>)], fault: &str) -> Option<u32> {
        let trace = trace(steps);
        let event = trace.events().len() as u64;
        let violation = Violation { terminal: Some(TerminalId(1)), event, ..Violation::default() };
        guilty_step(&trace, &violation, Some(fault)).map(|(step, _)| step)
    }

    #[test]
    fn no_line_ends_within_an_id() {
        for text in ["to the fault ", "途中遇到故障（"].map(|start| start.repeat(3)) {
            for pad in 0..60 {
                let text = format!("{}{text}net-response-lost-after-capture）", "x ".repeat(pad));
                let lines = wrapped(&text, PROSE_COLUMNS, 0);
                let whole = |line: &String| line.contains("net-response-lost-after-capture");
                assert!(lines.iter().any(whole), "{lines:#?}");
            }
        }
    }

    #[test]
    fn a_text_is_as_above_only_where_it_is_the_same() {
        let why = |cause: &str, remedy: &str| Diagnosis {
            fault: Some("link-outage".into()),
            cause_en: cause.into(),
            cause_zh: "无应答。".into(),
            remedy_en: remedy.into(),
            remedy_zh: "查询。".into(),
        };
        let mut told = Told::default();
        let mut say = |cause, remedy| {
            let text = advice(&why(cause, remedy), &mut told, Words::default());
            crate::report::plain(&text).trim().to_owned()
        };
        assert!(say("Silence was a no.", "Query.").contains("Silence"));
        assert_eq!(say("Silence was a no.", "Query."), "cause and remedy: as above");
        let other = say("Silence was a no.", "Print.");
        assert!(other.starts_with("cause: as above") && other.contains("Print."), "{other}");
        let other = say("It was never written.", "Query.");
        assert!(other.contains("never written") && other.contains("remedy: as above"), "{other}");
    }

    #[test]
    fn the_guilty_step_is_at_the_terminal_of_the_violation() {
        let outage = || Some(Fault::LinkOutage { way: Way::Both });
        assert_eq!(guilty(&[(1, outage()), (2, outage()), (2, None)], "link-outage"), Some(0));
        assert_eq!(guilty(&[(1, None), (2, outage()), (2, None)], "link-outage"), Some(0));
        assert_eq!(guilty(&[(2, outage()), (2, None)], "link-outage"), None);
        // The host's faults are everybody's.
        assert_eq!(guilty(&[(1, None), (2, Some(Fault::AcqRestart))], "acq-restart"), Some(1));
    }
}
