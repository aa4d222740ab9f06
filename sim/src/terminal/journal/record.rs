//! The journal's records as lines of text, each with its checksum. What they mean together stands
//! in `journal`.

use contract::{Amount, FieldText, OrderId, Time};

use super::super::resolve::Reason;
use super::{Batch, Entry, LETTERS, Ledge, Mark, Stage};

/// Stands where a record has no number of the host's.
const NONE: &str = "-";

/// An order's record.
pub(super) fn line(sequence: u64, entry: &Entry) -> String {
    let Entry { stage, order, number, amount, sent_at, paid_at, stan, batch, .. } = entry;
    let (letter, fen) = (stage.letter(), amount.0);
    let (sent, paid) = (sent_at.as_ms(), paid_at.as_ms() / 1_000);
    let or_none = |text: &FieldText| if text.is_empty() { NONE } else { text.as_str() }.to_owned();
    let [rrn, acquirer, approval] = [&entry.rrn, &entry.acquirer, &entry.approval].map(or_none);
    let (reason, copy) = (entry.reason.code(), u8::from(entry.copy));
    let mut body = format!("{sequence} {letter} {order} {number} {fen} {sent} {paid}");
    body += &format!(" {stan} {batch} {rrn} {acquirer} {approval} {}", entry.settles);
    body += &format!(" {reason} {copy}");
    checked(&body)
}

fn checked(body: &str) -> String {
    format!("{body} {:08x}\n", crc32fast::hash(body.as_bytes()))
}

impl Ledge {
    /// Its letter, in the place of a stage.
    const LETTER: &str = "L";

    pub(super) fn line(&self) -> String {
        let Ledge { number, stan, dropped, batch } = self;
        let Batch { floor, settling, gone, gone_fen, refunds } = batch;
        let settling = settling.unwrap_or_default();
        let mut body = format!("0 {} {number} {stan} {dropped} {floor} {settling}", Ledge::LETTER);
        body += &format!(" {gone_fen} {} {}", refunds.0, refunds.1);
        gone.iter().for_each(|(first, last)| body += &format!(" {first}-{last}"));
        checked(&body)
    }

    fn parse<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Ledge> {
        let (number, stan) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let dropped = words.next()?.parse().ok()?;
        let floor = words.next()?.parse().ok()?;
        let settling = Some(words.next()?.parse().ok()?).filter(|batch| *batch > 0);
        let gone_fen = words.next()?.parse().ok()?;
        let refunds = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let row = |word: &str| {
            let (first, last) = word.split_once('-')?;
            Some((first.parse().ok()?, last.parse().ok()?))
        };
        let gone = words.map(row).collect::<Option<_>>()?;
        let batch = Batch { floor, settling, gone, gone_fen, refunds };
        Some(Ledge { number, stan, dropped, batch })
    }
}

impl Mark {
    /// Its letters, in the place of a stage.
    const SETTLING: &str = "W";
    const OPEN: &str = "O";
    const CLOSED: &str = "B";
    const STAN: &str = "N";
    const LETTERS: [&str; 4] = [Mark::SETTLING, Mark::OPEN, Mark::CLOSED, Mark::STAN];

    pub(super) fn line(self, sequence: u64) -> String {
        let (letter, number) = match self {
            Mark::Settling(batch) => (Mark::SETTLING, batch),
            Mark::Open => (Mark::OPEN, 0),
            Mark::Closed(floor) => (Mark::CLOSED, floor),
            Mark::Stan(count) => (Mark::STAN, count),
        };
        checked(&format!("{sequence} {letter} {number}"))
    }

    fn parse(letter: &str, number: &str) -> Option<Mark> {
        let number = number.parse().ok()?;
        match letter {
            Mark::SETTLING => Some(Mark::Settling(number)),
            Mark::OPEN => Some(Mark::Open),
            Mark::CLOSED => Some(Mark::Closed(number)),
            Mark::STAN => Some(Mark::Stan(number)),
            _ => None,
        }
    }
}

/// What a line says.
pub(super) enum Record {
    Order(Entry),
    Mark(Mark),
    Ledge(Ledge),
}

/// A line with its sequence number, if it is whole.
pub(super) fn parse(line: &[u8]) -> Option<(u64, Record)> {
    let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (body, sum) = line.rsplit_once(' ')?;
    if u32::from_str_radix(sum, 16).ok()? != crc32fast::hash(body.as_bytes()) {
        return None;
    }
    let mut words = body.split(' ');
    let sequence = words.next()?.parse().ok()?;
    let letter = words.next()?;
    if letter == Ledge::LETTER {
        return Some((sequence, Record::Ledge(Ledge::parse(words)?)));
    }
    if Mark::LETTERS.contains(&letter) {
        return Some((sequence, Record::Mark(Mark::parse(letter, words.next()?)?)));
    }
    let stage = LETTERS.iter().find(|(_, known)| *known == letter)?.0;
    let order = OrderId::new(words.next()?)?;
    let number = words.next()?.parse().ok()?;
    let amount = Amount(words.next()?.parse().ok()?);
    let sent_at = Time::from_ms(words.next()?.parse().ok()?);
    let paid_at = Time::from_ms(words.next()?.parse::<u64>().ok()?.checked_mul(1_000)?);
    let (stan, batch) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let mut field =
        || FieldText::new(words.next().filter(|text| *text != NONE).unwrap_or_default());
    let (rrn, acquirer, approval) = (field()?, field()?, field()?);
    let settles = words.next()?.parse().ok()?;
    let reason = Reason::of(words.next()?)?;
    // Paid and not settled: the power went, and it may have been told before.
    let copy = words.next()? == "1" || stage == Stage::Approved;
    let entry = Entry { sent_at, paid_at, batch, rrn, reason, copy, ..Entry::default() };
    let entry = Entry { acquirer, approval, settles, ..entry };
    Some((sequence, Record::Order(Entry { stage, order, number, amount, stan, ..entry })))
}
