//! `KIND:SEVERITY` on the command line: read, and explained from the table of kinds.

use contract::fault::Damage;
use sim::code::damage::{WORST, measure};

/// Reads `blot:3`.
///
/// # Errors
/// What is wrong, with all kinds if it is the kind.
pub(super) fn parse(text: &str) -> Result<(Damage, u8), String> {
    let (word, severity) = text
        .split_once(':')
        .ok_or("a kind and a severity are needed, like blot:3; `--help` lists the kinds")?;
    let kind = Damage::ALL.iter().find(|kind| kind.word() == word).ok_or_else(|| {
        format!("there is no kind `{word}`; there are {}", Damage::WORDS.join(", "))
    })?;
    let severity: Option<u8> = severity.parse().ok().filter(|severity| *severity <= WORST);
    let severity = severity.ok_or(format!("a severity is a number from 0 to {WORST}"))?;
    Ok((*kind, severity))
}

/// The kinds, what they do and what the worst severity of each means.
pub(super) fn help() -> String {
    let mut help = String::from("Kinds; the measure grows evenly up to what stands for 7:\n");
    for kind in Damage::ALL {
        let (what, measure) = (kind.what(), measure(*kind));
        let (worst, unit) = (measure.worst, measure.unit);
        help += &format!("  {:<11} {what}\n{:14}7: {worst} {unit}\n", kind.word(), "");
        help += &format!("{:14}({})\n", "", measure.source);
    }
    help + "\nExamples:
  payrig qr damage code.png --damage blot:2 --out spoilt.png
  payrig qr damage code.png --damage blot:2 --seed 7 --out elsewhere.png
  payrig qr damage photo.jpg --damage dark:3 --damage motion:2 --out evening.png"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_severity_are_read_and_what_is_wrong_is_said() {
        assert_eq!(parse("two-codes:7"), Ok((Damage::TwoCodes, 7)));
        for (text, says) in [
            ("blot", "like blot:3"),
            ("mud:1", "there are blot, blur, "),
            ("blot:8", "from 0 to 7"),
            ("blot:", "from 0 to 7"),
            (":1", "no kind ``"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn help_explains_every_kind() {
        let help = help();
        assert!(Damage::WORDS.iter().all(|word| help.contains(&format!("\n  {word} "))), "{help}");
    }
}
