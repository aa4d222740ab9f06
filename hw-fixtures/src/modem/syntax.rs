//! The grammar of an AT command line (ITU-T V.250, 5.2 to 5.4): basic and extended commands,
//! several in a line. Knows no command by its meaning.

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// In capitals, with its sign: `+CSQ`, `&F`, `E`, `D`.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What is wanted of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// `AT+CSQ`
    Run,
    /// `AT+CREG?`
    Read,
    /// `AT+CREG=?`
    Test,
    /// `AT+CREG=2`; basic commands have their number here, a dial string its text.
    Set(Args),
}

/// What stands behind `=`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Args(Vec<String>);

impl Args {
    fn of(text: &str) -> Args {
        let mut parts = vec![String::new()];
        let mut quoted = false;
        for c in text.chars() {
            quoted ^= c == '"';
            match parts.last_mut() {
                Some(part) if c != ',' || quoted => part.push(c),
                _ => parts.push(String::new()),
            }
        }
        Args(parts.iter().map(|part| part.trim().to_owned()).collect())
    }

    /// As they were written, for commands that give them back.
    pub(super) fn raw(&self) -> String {
        self.0.join(",")
    }

    /// Whether one stands here, be it empty.
    pub(super) fn has(&self, index: usize) -> bool {
        index < self.0.len()
    }

    /// A text, with or without quotes; `None` when it is missing or empty.
    pub(super) fn text(&self, index: usize) -> Option<&str> {
        let text = self.0.get(index)?;
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        Some(inner.unwrap_or(text)).filter(|text| !text.is_empty())
    }

    /// A number; `None` when it is missing or none.
    pub(super) fn number(&self, index: usize) -> Option<u32> {
        self.text(index)?.parse().ok()
    }

    /// A number, or another one where it was left out; `None` when it is no number.
    pub(super) fn number_or(&self, index: usize, default: u32) -> Option<u32> {
        if self.text(index).is_none() { Some(default) } else { self.number(index) }
    }
}

impl Call {
    /// What it sets; empty for the other kinds.
    pub(super) fn args(&self) -> Args {
        match &self.kind {
            Kind::Set(args) => args.clone(),
            _ => Args::default(),
        }
    }
}

/// The commands of a line without its `AT`; `None` when it breaks the grammar.
pub(super) fn parse(line: &str) -> Option<Vec<Call>> {
    let mut calls = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (call, behind) = match rest.chars().next()? {
            '+' | '^' | '$' | '*' | '#' | '%' => extended(rest)?,
            _ => basic(rest)?,
        };
        calls.push(call);
        rest = behind.trim_start();
        rest = rest.strip_prefix(';').unwrap_or(rest).trim_start();
    }
    Some(calls)
}

/// `+NAME`, `?` or `=...`, up to a semicolon outside of quotes.
fn extended(text: &str) -> Option<(Call, &str)> {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    let (own, behind) = text.split_at(end.unwrap_or(text.len()));
    let name_end = own.find(['?', '=']).unwrap_or(own.len());
    let (name, tail) = own.split_at(name_end);
    let kind = match tail.trim() {
        "" => Kind::Run,
        "?" => Kind::Read,
        "=?" => Kind::Test,
        set => Kind::Set(Args::of(set.strip_prefix('=')?)),
    };
    let name = name.trim().to_ascii_uppercase();
    let is_name = name.len() > 1 && name.chars().skip(1).all(|c| c.is_ascii_alphanumeric());
    is_name.then_some((Call { name, kind }, behind))
}

/// `E0`, `&C1`, `S0=5`, `S3?`, `D*99#`: a letter, and its number if it has one.
fn basic(text: &str) -> Option<(Call, &str)> {
    let letter = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (name, tail) = text.split_at(letter + 1);
    let name = name.to_ascii_uppercase();
    if !matches!(name.trim_start_matches('&').len(), 1) || name.len() > 2 {
        return None;
    }
    if name == "D" {
        let end = tail.find(';').unwrap_or(tail.len());
        let (number, behind) = tail.split_at(end);
        let args = Args(vec![number.to_owned()]);
        return Some((Call { name, kind: Kind::Set(args) }, behind));
    }
    let (number, tail) = digits(tail);
    if name == "S" {
        let name = format!("S{number}");
        if let Some(tail) = tail.strip_prefix('?') {
            return Some((Call { name, kind: Kind::Read }, tail));
        }
        let (value, behind) = digits(tail.strip_prefix('=')?);
        return Some((Call { name, kind: Kind::Set(Args(vec![value.to_owned()])) }, behind));
    }
    // A number that is left out is zero (V.250, 5.3.1).
    let number = if number.is_empty() { "0" } else { number };
    Some((Call { name, kind: Kind::Set(Args(vec![number.to_owned()])) }, tail))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Option<Vec<String>> {
        let kind = |call: &Call| match &call.kind {
            Kind::Run => call.name.clone(),
            Kind::Read => format!("{}?", call.name),
            Kind::Test => format!("{}=?", call.name),
            Kind::Set(args) => format!("{}={}", call.name, args.raw()),
        };
        parse(line).map(|calls| calls.iter().map(kind).collect())
    }

    #[test]
    fn a_line_holds_several_commands() {
        let of = |line| names(line).unwrap_or_default();
        assert_eq!(of("+CMEE=1;+CREG=2"), ["+CMEE=1", "+CREG=2"]);
        assert_eq!(of("E0V1&C1+CSQ"), ["E=0", "V=1", "&C=1", "+CSQ"]);
        assert_eq!(of("E"), ["E=0"]);
        assert_eq!(of("+creg?;s0=2;S3?"), ["+CREG?", "S0=2", "S3?"]);
        assert_eq!(of("D*99***1#"), ["D=*99***1#"]);
        assert_eq!(of("+COPS=?;"), ["+COPS=?"]);
        assert_eq!(of(""), [""; 0]);
    }

    #[test]
    fn quotes_hold_commas_and_semicolons_together() {
        let calls = parse(r#"+QIOPEN=1,0,"TCP","a,b;c",8583,,1"#).unwrap();
        let args = calls[0].args();
        assert_eq!(args.text(3), Some("a,b;c"));
        assert_eq!((args.number(4), args.number(5), args.number(6)), (Some(8583), None, Some(1)));
        assert_eq!((args.number_or(5, 7), args.number_or(2, 7)), (Some(7), None));
        assert!(args.has(6) && !args.has(7));
    }

    #[test]
    fn what_is_no_command_is_none() {
        for line in ["+", "++", "7", "+CSQ!", "&", "S0", "+CSQ?5", "\u{e9}"] {
            assert_eq!(names(line), None, "{line}");
        }
    }
}
