//! What a word means: verbs, keys, values, moments, channels, rules, faults, remedies, exit codes.

use std::fmt::Write as _;

use contract::catalogue::{self, FAULTS, FaultInfo, REMEDIES, RemedyInfo};
use contract::{Channel, Invariant, Trigger, response_code};

use super::value::{Unit, quoted};
use super::words::{Arg, EXPECT, KEYS, Kind, Lasting, Need, STEP, VERBS, Verb};
use crate::diagnostic::{Diagnostic, suggestion};

/// A name that belongs to another crate, for `explain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The name: `lte-good`.
    pub name: String,
    /// What it is a name of: `link profile`.
    pub kind: &'static str,
    /// What it means, a sentence.
    pub meaning: String,
}

/// Everything that is known about a word, one paragraph for each of its meanings. `exit_codes` is
/// the text that documents them, a number and its meaning on each line; `others` are names that are
/// no words of the language; `fault_page` writes the page of a fault.
///
/// # Errors
/// A word that nobody knows; with what was probably meant, or where words are listed.
pub fn explain(
    word: &str,
    exit_codes: &str,
    others: &[Word],
    fault_page: &dyn Fn(&FaultInfo) -> String,
) -> Result<String, Diagnostic> {
    let mut pages = Vec::new();
    pages.extend(catalogue::fault(word).map(fault_page));
    pages.extend(VERBS.iter().filter(|verb| is_about(verb, word)).map(verb_page));
    pages.extend(args_page(word));
    pages.extend(key_pages(word));
    pages.extend(value_page(word));
    pages.extend(Channel::ALL.into_iter().filter(|one| one.word() == word).map(channel_page));
    pages.extend(Trigger::from_word(word).map(|moment| {
        format!("{} (moment)\n  {}\n  {}\n", moment.word(), moment.meaning(), MOMENT_USE)
    }));
    pages.extend(Invariant::from_id(word).map(rule_page));
    pages.extend(catalogue::remedy(word).map(remedy_page));
    pages.extend(exit_code(word, exit_codes));
    let other = others.iter().filter(|other| other.name.eq_ignore_ascii_case(word));
    pages.extend(other.map(|one| format!("{} ({})\n  {}\n", one.name, one.kind, one.meaning)));
    if pages.is_empty() {
        let names = others.iter().map(|other| other.name.as_str());
        let known: Vec<&str> = known().into_iter().chain(names).collect();
        let help = suggestion(word, &known).unwrap_or_else(|| ELSEWHERE.to_owned());
        return Err(Diagnostic::plain(format!("nothing is called `{word}`")).help(help));
    }
    Ok(pages.join("\n"))
}

/// Where somebody finds a word who has none that is nearly right.
const ELSEWHERE: &str = "payrig list has scenarios and tags, payrig faults the faults, payrig \
                         firmwares the firmwares; payrig schema has every word of a scenario";

const MOMENT_USE: &str = "A step can wait for it (on = ...), an expectation can name it.";

/// Every word that has a page.
pub fn known() -> Vec<&'static str> {
    let rows = KEYS.iter().chain(STEP).chain(EXPECT);
    let mut known: Vec<&str> = rows.map(|row| row.name).collect();
    for verb in VERBS.iter() {
        known.extend([verb.key].into_iter().chain(verb.word));
        known.extend(verb.args.iter().map(|arg| arg.name));
        known.extend(verb.fault().map(|id| id.0));
    }
    for (_, arg) in all_args() {
        known.extend(words_of(arg.kind));
    }
    known.extend(Trigger::all().map(Trigger::word));
    known.extend(Invariant::ALL.iter().map(|rule| rule.id()));
    known.extend(FAULTS.iter().map(|fault| fault.id.0));
    known.extend(REMEDIES.iter().map(|remedy| remedy.id));
    known.sort_unstable();
    known.dedup();
    known
}

fn remedy_page(remedy: &RemedyInfo) -> String {
    let number = 1 + REMEDIES.iter().take_while(|entry| entry.id != remedy.id).count();
    let (seed, en, zh) = (remedy.seed, remedy.action.en, remedy.action.zh);
    let mut page = format!("{}, R{number} (remedy: {seed})\n  {en}\n  {zh}\n", remedy.id);
    let helps = FAULTS.iter().filter(|fault| fault.remedies.contains(&remedy.id));
    let helps: Vec<&str> = helps.map(|fault| fault.id.0).collect();
    let _ = writeln!(page, "  against  {}", helps.join(", "));
    let is_it = |verb: &&Verb| verb.word == remedy.id.strip_prefix("heal-");
    if let Some(verb) = VERBS.iter().filter(|verb| verb.key == "heal").find(is_it) {
        let _ = writeln!(page, "  step     {}", verb.example);
    }
    page
}

fn is_about(verb: &Verb, word: &str) -> bool {
    let fault = || verb.fault().is_some_and(|id| id.0 == word);
    verb.key == word || verb.word == Some(word) || fault()
}

fn verb_page(verb: &Verb) -> String {
    let mut page = format!("{} (verb)\n  {}\n", verb.name(), verb.meaning);
    for arg in verb.args {
        line(&mut page, arg);
    }
    page.push_str(match verb.lasting {
        Lasting::Moment => "",
        Lasting::For => "  lasts    for = \"30s\"\n",
        Lasting::ForOrNext => "  lasts    for = \"30s\", or next = 2 (payments)\n",
    });
    if let Some(id) = verb.fault() {
        let _ = writeln!(page, "  fault    {id}");
    }
    let _ = writeln!(page, "  example  {}", verb.example);
    page
}

fn line(page: &mut String, arg: &Arg) {
    let need = match arg.need {
        Need::Required(_) => "must be given".to_owned(),
        Need::Default(_) => format!("default {}", arg.sample_toml()),
        Need::Optional(_) => "may be left out".to_owned(),
    };
    let _ = writeln!(page, "  {:<8} {} ({}; {need})", arg.name, arg.meaning, takes(arg));
}

/// What an argument takes, a phrase.
fn takes(arg: &Arg) -> String {
    match arg.kind {
        Kind::Text | Kind::Story => "text".to_owned(),
        Kind::Texts => "a list of texts".to_owned(),
        Kind::Quantity { unit, min, max, range } => {
            let range = if range { " or a range" } else { "" };
            // The limits of the other units are only there to catch slips.
            let limits = match unit {
                Unit::Count | Unit::Rate => {
                    format!(", {} to {}", unit.print(min), unit.print(max))
                }
                _ => String::new(),
            };
            format!("{}{range}{limits}", unit.noun())
        }
        Kind::Word(words) => words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" or "),
        Kind::Words(words) => format!("a list of {}", words.join(", ")),
        Kind::Flag => "true or false".to_owned(),
        Kind::ResponseCode => format!("one of {}", response_code::known().join(", ")),
        Kind::StrangeCode => "two letters or digits that are no response code".to_owned(),
        Kind::Moment => "a moment".to_owned(),
        Kind::Terminal => "a terminal".to_owned(),
        Kind::Seeds | Kind::Times => "a number or a range".to_owned(),
        Kind::Bounds => "a table".to_owned(),
        Kind::Steps | Kind::Expect => "a list of tables".to_owned(),
    }
}

/// All verbs that have an argument of this name. A verb's own key is on its page already.
fn args_page(word: &str) -> Option<String> {
    let with = VERBS.iter().filter_map(|verb| Some((verb, verb.arg(word)?)));
    let with: Vec<_> = with.filter(|(verb, _)| verb.key != word).collect();
    let mut page = format!("{word} (argument)\n");
    for (verb, arg) in &with {
        let _ = writeln!(page, "  of {}", verb.name());
        line(&mut page, arg);
    }
    (!with.is_empty()).then_some(page)
}

/// Every argument with what it belongs to: of steps with a verb, of any step, of the file.
fn all_args() -> impl Iterator<Item = (Option<&'static Verb>, &'static Arg)> {
    let of_verbs = VERBS.iter().flat_map(|verb| verb.args.iter().map(move |arg| (Some(verb), arg)));
    of_verbs.chain(KEYS.iter().chain(STEP).chain(EXPECT).map(|arg| (None, arg)))
}

/// The words that an argument may be.
fn words_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Word(words) | Kind::Words(words) => words,
        _ => &[],
    }
}

/// All arguments that this word is a value of.
fn value_page(word: &str) -> Option<String> {
    let takes = |(_, arg): &(Option<&Verb>, &Arg)| words_of(arg.kind).contains(&word);
    let mut page = format!("{word} (value)\n");
    for (verb, arg) in all_args().filter(takes) {
        let of = verb.map(|verb| format!(" of {}", verb.name())).unwrap_or_default();
        let _ = writeln!(page, "  {} = \"{word}\"{of}: {}", arg.name, arg.meaning);
    }
    all_args().any(|one| takes(&one)).then_some(page)
}

fn channel_page(channel: Channel) -> String {
    let what = match channel {
        Channel::Screen => "the terminal's display",
        Channel::Receipt => "the terminal's printer",
        Channel::Soundbox => "the loudspeaker at the till, fed by the acquirer",
        Channel::Sms => "a text message to the merchant's phone",
        Channel::Backend => "the list in the merchant's web backend",
        Channel::Push => "a notification of the merchant's app",
        Channel::Callback => "the merchant's own system, which the acquirer calls back",
    };
    let often = match channel.exactly_once() {
        true => "a payment is to be reported exactly once here",
        false => "a payment is to be reported at least once here: carriers may repeat it",
    };
    format!("{} (channel)\n  {what}; {often}\n", channel.word())
}

fn key_pages(word: &str) -> impl Iterator<Item = String> {
    let tables =
        [("key of a scenario", KEYS), ("key of any step", STEP), ("key of expect", EXPECT)];
    tables.into_iter().filter_map(move |(what, rows)| {
        let row = rows.iter().find(|row| row.name == word)?;
        let mut page = format!("{word} ({what})\n");
        line(&mut page, row);
        let _ = writeln!(page, "  example  {word} = {}", row.sample_toml());
        if row.kind == Kind::Moment {
            let moments: Vec<&str> = Trigger::all().map(Trigger::word).collect();
            let _ = writeln!(page, "  moments  {}", moments.join(", "));
        }
        Some(page)
    })
}

fn rule_page(rule: Invariant) -> String {
    let kind = if rule.is_liveness() { "liveness rule" } else { "safety rule" };
    format!("{rule} ({kind}: {})\n  {}\n", rule.name(), rule.statement())
}

/// One exit code by its number, or all of them.
fn exit_code(word: &str, exit_codes: &str) -> Option<String> {
    if ["exit", "exit code", "exit codes"].contains(&word) {
        return Some(format!("{exit_codes}\n"));
    }
    word.parse::<u8>().ok()?;
    let mut lines = exit_codes.lines().filter_map(|line| line.trim().split_once(' '));
    let (_, meaning) = lines.find(|(number, _)| *number == word)?;
    Some(format!("{word} (exit code)\n  {}\n", meaning.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(fault: &FaultInfo) -> String {
        fault.id.to_string()
    }

    #[test]
    fn every_known_word_has_a_page() {
        for word in known() {
            assert!(explain(word, "", &[], &page).is_ok(), "{word}");
        }
    }

    #[test]
    fn exit_codes_come_from_their_text() {
        let codes = "Exit codes:\n  0    all passed\n  130  interrupted";
        assert_eq!(explain("130", codes, &[], &page).unwrap(), "130 (exit code)\n  interrupted\n");
        assert!(explain("7", codes, &[], &page).is_err());
        for word in ["exit", "exit codes"] {
            assert_eq!(explain(word, codes, &[], &page).unwrap(), format!("{codes}\n"));
        }
    }

    #[test]
    fn names_of_others_and_channels_are_known() {
        let meaning = "Good coverage.".to_owned();
        let others = [Word { name: "lte-good".into(), kind: "link profile", meaning }];
        let explained = |word| explain(word, "", &others, &page);
        let help = |word| explained(word).unwrap_err().help.unwrap();
        assert_eq!(explained("lte-good").unwrap(), "lte-good (link profile)\n  Good coverage.\n");
        assert_eq!(help("lte-god"), "did you mean `lte-good`?");
        let screen = explained("screen").unwrap();
        assert!(screen.contains("(channel)") && screen.contains("channels = "), "{screen}");
        assert_eq!(help("SCREEN"), "did you mean `screen`?");
        assert!(help("flywheel").contains("payrig list"));
    }

    #[test]
    fn a_near_miss_is_told() {
        let why = explain("outtage", "", &[], &page).unwrap_err();
        assert_eq!(why.title, "nothing is called `outtage`");
        assert_eq!(why.help.as_deref(), Some("did you mean `outage`?"));
    }
}
