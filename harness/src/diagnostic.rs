//! Messages that point into a file: what is wrong, where, and what to do about it.
//!
//! Knows how a message looks; the messages about scenarios stand in `diagnostic/scenario.rs`, one
//! function each.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

pub mod scenario;

/// A file that messages point into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path as messages name it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Where its lines begin, but the first.
    starts: Vec<usize>,
}

impl SourceFile {
    /// A file to point into.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<SourceFile> {
        let text = text.into();
        let starts = text.match_indices('\n').map(|(place, _)| place + 1).collect();
        Arc::new(SourceFile { path: path.into(), text, starts })
    }

    /// The line of this byte, counted from 1.
    pub fn line_of(&self, byte: usize) -> u32 {
        let breaks = self.starts.partition_point(|start| *start <= byte);
        u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The bytes of a line (counted from 1), without indent and line break.
    pub fn line_span(&self, line: u32) -> Option<Range<usize>> {
        let index = usize::try_from(line.checked_sub(1)?).ok()?;
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => *self.starts.get(before)?,
        };
        let end = self.starts.get(index).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end)?;
        let indent = text.len() - text.trim_start().len();
        Some(start + indent..start + text.trim_end().len().max(indent))
    }
}

/// Bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Which file.
    pub file: Arc<SourceFile>,
    /// Which bytes.
    pub bytes: Range<usize>,
}

impl Span {
    /// These bytes of this file.
    pub fn new(file: &Arc<SourceFile>, bytes: Range<usize>) -> Span {
        Span { file: Arc::clone(file), bytes }
    }

    /// The bytes on the borders of characters and inside of the text, for the renderer.
    fn within(&self) -> Range<usize> {
        let text = &self.file.text;
        let end = text.ceil_char_boundary(self.bytes.end.min(text.len()));
        text.floor_char_boundary(self.bytes.start.min(end))..end
    }
}

/// Something wrong in a file, or with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, a phrase.
    pub title: String,
    /// Where; `None` when it is about no place in a file.
    pub span: Option<Span>,
    /// What stands there, a few words under the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn at(span: Span, title: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic { title: title.into(), span: Some(span), label: label.into(), help: None }
    }

    /// An error that is about no place in a file.
    pub fn plain(title: impl Into<String>) -> Diagnostic {
        Diagnostic { title: title.into(), span: None, label: String::new(), help: None }
    }

    /// The same with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// As a person reads it, with carets; the last line has no line break.
    pub fn render(&self, color: bool) -> String {
        let title = Level::ERROR.primary_title(brief(&self.title));
        let mut group = match &self.span {
            Some(span) => title.element(self.snippet(span)),
            None => annotate_snippets::Group::with_title(title),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }

    fn snippet<'a>(&'a self, span: &'a Span) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let mark = AnnotationKind::Primary.span(span.within());
        let mark = if self.label.is_empty() { mark } else { mark.label(brief(&self.label)) };
        Snippet::source(span.file.text.as_str()).path(span.file.path.as_str()).annotation(mark)
    }
}

/// At most so many errors of one file are shown: who mends these has mended most of the others
/// (assumption).
const SHOWN: usize = 50;

/// Of so many errors in a file the rest is not looked for: it is no scenario, or a machine wrote it
/// and makes the same mistake again and again (assumption).
pub const ERRORS_MAX: usize = 1_000;

/// The first errors of each file, and for each file with more a line that says how many. The
/// errors of one file stand together.
pub fn first_of_each(errors: &[Diagnostic]) -> Vec<Diagnostic> {
    let path = |error: &Diagnostic| error.span.as_ref().map(|span| span.file.path.clone());
    let mut shown = Vec::new();
    for of_file in errors.chunk_by(|a, b| path(a) == path(b)) {
        let Some(path) = of_file.first().and_then(path) else {
            shown.extend_from_slice(of_file);
            continue;
        };
        shown.extend(of_file.iter().take(SHOWN).cloned());
        if let more @ 1.. = of_file.len().saturating_sub(SHOWN) {
            let least = if of_file.len() < ERRORS_MAX { "" } else { "at least " };
            shown.push(Diagnostic::plain(format!("and {least}{more} more errors in {path}")));
        }
    }
    shown
}

/// The longest text of a message before it is cut, in characters (assumption: two lines of a
/// terminal). The renderer cuts the file's lines itself.
const BRIEF: usize = 160;

/// A text on one line, cut in its middle when somebody's value makes it long.
fn brief(text: &str) -> String {
    let flat = |c: char| if c.is_whitespace() { ' ' } else { c };
    let count = text.chars().count();
    if count <= BRIEF {
        return text.chars().map(flat).collect();
    }
    let half = BRIEF / 2;
    let (start, end) = (text.chars().take(half), text.chars().skip(count - half));
    start.chain(['…']).chain(end).map(flat).collect()
}

/// The known word that somebody who wrote `word` probably meant: at most a third of it differs,
/// capitals apart.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).first().copied()
}

/// At most so many words are suggested.
const SUGGESTED: usize = 4;

/// The known words that somebody who wrote `word` may have meant, the nearest first.
fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let small = word.to_lowercase();
    let length = small.chars().count();
    let most = (length / 3).max(1);
    let distance = |known: &str| {
        let known = known.to_lowercase();
        // No need to compare what differs in its length alone; the word may be endless.
        (known.chars().count().abs_diff(length) <= most)
            .then(|| strsim::damerau_levenshtein(&small, &known))
    };
    let known = known.into_iter().filter_map(|word| Some((distance(word)?, word)));
    let mut near: Vec<_> = known.filter(|(distance, _)| *distance <= most).collect();
    near.sort_by_key(|(distance, _)| *distance);
    if let Some(end) = near.iter().position(|(distance, _)| *distance > 0).filter(|end| *end > 0) {
        // Only the capitals are wrong.
        near.truncate(end);
    }
    near.into_iter().map(|(_, word)| word).take(SUGGESTED).collect()
}

/// A question that names the known words that may have been meant: those that are nearly the same,
/// or else those that hold the word; `None` without any.
pub fn suggestion(word: &str, known: &[&str]) -> Option<String> {
    let mut meant = near(word, known.iter().copied());
    if meant.is_empty() && word.chars().count() > 2 {
        let small = word.to_lowercase();
        let holds = known.iter().filter(|known| known.to_lowercase().contains(&small));
        meant.extend(holds.take(SUGGESTED));
    }
    let (last, others) = meant.split_last()?;
    Some(match others {
        [] => format!("did you mean `{last}`?"),
        _ => format!("did you mean `{}` or `{last}`?", others.join("`, `")),
    })
}

/// A remedy for a word that is not known: the nearest known one, or all of them.
pub fn did_you_mean(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(best) => format!("did you mean `{best}`?"),
        None => format!("there is: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_byte_and_by_number() {
        let file = SourceFile::new("x.toml", "a = 1\n  b = 2  \n\nc");
        assert_eq!([0, 5, 6, 17].map(|byte| file.line_of(byte)), [1, 1, 2, 4]);
        let line = |n| file.line_span(n).map(|span| file.text[span].to_owned());
        assert_eq!(line(2).as_deref(), Some("b = 2"));
        assert_eq!(line(3).as_deref(), Some(""));
        assert_eq!(line(0), None);
        assert_eq!(line(5), None);
    }

    #[test]
    fn only_the_first_errors_of_a_file_are_shown_and_all_are_counted() {
        let error =
            |file: &Arc<SourceFile>, n| Diagnostic::at(Span::new(file, n..n + 1), "wrong", "");
        let [many, few] =
            ["many.toml", "few.toml"].map(|path| SourceFile::new(path, "a".repeat(99)));
        let mut errors: Vec<_> = (0..SHOWN + 3).map(|n| error(&many, n)).collect();
        errors.push(error(&few, 0));
        let shown = first_of_each(&errors);
        assert_eq!(shown.len(), SHOWN + 2);
        assert_eq!(shown[SHOWN].title, "and 3 more errors in many.toml");
        assert_eq!(shown[SHOWN + 1], error(&few, 0));
        let plain = vec![Diagnostic::plain("no such file"); SHOWN + 9];
        assert_eq!(first_of_each(&plain), plain);
    }

    #[test]
    fn a_span_beyond_the_text_is_still_shown() {
        let file = SourceFile::new("x.toml", "a = \"应\"");
        for bytes in [6..7, 20..40, 0..999] {
            let shown = Diagnostic::at(Span::new(&file, bytes), "wrong", "here").render(false);
            assert!(shown.contains("x.toml"), "{shown}");
        }
    }

    #[test]
    fn huge_values_and_lines_are_cut_around_the_caret() {
        let huge = "9".repeat(30_000);
        let file = SourceFile::new("x.toml", format!("a = \"{huge}\" # {huge}"));
        let at = Span::new(&file, 4..30_006);
        let shown = Diagnostic::at(at, format!("can't be {huge}\n"), huge.as_str()).render(false);
        assert!(shown.len() < 1_000, "{}", shown.len());
        assert!(shown.contains("can't be 9") && shown.contains("x.toml:1:5"), "{shown}");
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        let known = ["captured", "closed", "sale sent"];
        assert_eq!(nearest("capturd", known), Some("captured"));
        assert_eq!(nearest("sale-sent", known), Some("sale sent"));
        assert_eq!(nearest("CLOSED", known), Some("closed"));
        assert_eq!(nearest("approved", known), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest(&"9".repeat(10_000_000), known), None, "at once");
    }

    #[test]
    fn near_words_are_suggested_or_those_that_hold_it() {
        let known = ["link-outage", "outage", "link-weak-signal", "link-rate", "wait"];
        let ask = |word| suggestion(word, &known).unwrap_or_default();
        assert_eq!(ask("outtage"), "did you mean `outage`?");
        assert_eq!(ask("weak"), "did you mean `link-weak-signal`?");
        assert_eq!(ask("waits"), "did you mean `wait`?");
        assert_eq!(ask("link"), "did you mean `link-outage`, `link-weak-signal` or `link-rate`?");
        assert_eq!(ask("xyz"), "");
    }
}
