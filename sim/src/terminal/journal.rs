//! The write-ahead journal: what the terminal must not forget, in its flash.
//!
//! One record a line: sequence, stage, order, STAN, fen, sent and paid time (ms, s), checksum. A
//! torn or damaged line ends the readable part; what stands before it is believed.

use std::io;
use std::rc::Rc;

use contract::{Amount, Lapse, OrderId, Time};

use crate::env::{Disk, Env};

/// Rewritten when it has grown past this many bytes and past twice what it needs.
const COMPACT_AT: usize = 8 * 1024;

/// What the flash takes to program a page: 3 ms (the longest time that data sheets of common serial
/// NOR flashes give, such as W25Q128; from memory, an assumption).
const PROGRAM: Lapse = Lapse::from_ms(3);

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// About to be sent, or sent: the result is not known.
    Sent,
    /// A reversal is due until it is acknowledged.
    Reversing,
    /// Paid; not yet certain that the merchant saw it on paper.
    Approved,
    /// Paid and printed.
    Printed,
    /// Not paid.
    Declined,
    /// Undone.
    Reversed,
}

const LETTERS: [(Stage, &str); 6] = [
    (Stage::Sent, "S"),
    (Stage::Reversing, "V"),
    (Stage::Approved, "A"),
    (Stage::Printed, "P"),
    (Stage::Declined, "D"),
    (Stage::Reversed, "R"),
];

impl Stage {
    /// Whether something is left to do after a power cut.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Stage::Sent | Stage::Reversing | Stage::Approved)
    }
}

/// An order in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) stage: Stage,
    pub(crate) order: OrderId,
    pub(crate) stan: u32,
    pub(crate) amount: Amount,
    /// When it was sent, on the terminal's clock.
    pub(crate) sent_at: Time,
    /// When it was paid, as the host says; time zero before.
    pub(crate) paid_at: Time,
}

/// The journal of a running terminal.
pub(crate) struct Journal {
    disk: Rc<dyn Disk>,
    sequence: u64,
    bytes: usize,
    needed: usize,
    /// The highest STAN ever written; order numbers and STANs count on from here.
    pub(crate) last_stan: u32,
}

impl Journal {
    /// Reads the flash. Returns the newest record of each order, oldest order first.
    pub(crate) fn open(disk: Rc<dyn Disk>) -> io::Result<(Journal, Vec<Entry>)> {
        let content = disk.load()?;
        let (entries, sequence, bytes) = replay(&content);
        let last_stan = entries.iter().map(|entry| entry.stan).max().unwrap_or(0);
        let mut journal = Journal { disk, sequence, bytes, needed: 0, last_stan };
        if bytes < content.len() {
            // A torn tail: continue after the last good record.
            journal.rewrite(&entries)?;
        }
        Ok((journal, entries))
    }

    /// Writes a record, safe from a power cut when this returns.
    pub(crate) async fn write(&mut self, env: &Env, entry: &Entry) -> io::Result<()> {
        self.begin(entry)?;
        env.sleep(PROGRAM).await;
        self.commit(entry)
    }

    fn begin(&mut self, entry: &Entry) -> io::Result<()> {
        let line = self.line(entry);
        self.bytes += line.len();
        self.disk.append(line.as_bytes())
    }

    fn commit(&mut self, entry: &Entry) -> io::Result<()> {
        self.disk.sync()?;
        self.last_stan = self.last_stan.max(entry.stan);
        if self.bytes > COMPACT_AT.max(2 * self.needed) {
            let (entries, ..) = replay(&self.disk.load()?);
            self.rewrite(&entries)?;
        }
        Ok(())
    }

    /// The newest record of each order, for the payment list.
    pub(crate) fn entries(&self) -> io::Result<Vec<Entry>> {
        Ok(replay(&self.disk.load()?).0)
    }

    /// Starts over with one record for each order.
    fn rewrite(&mut self, entries: &[Entry]) -> io::Result<()> {
        self.sequence = 0;
        let content: String = entries.iter().map(|entry| self.line(entry)).collect();
        self.disk.replace(content.as_bytes())?;
        (self.bytes, self.needed) = (content.len(), content.len());
        Ok(())
    }

    fn line(&mut self, entry: &Entry) -> String {
        let letter = LETTERS.iter().find(|(stage, _)| *stage == entry.stage).map_or("?", |l| l.1);
        let Entry { order, stan, amount, sent_at, paid_at, .. } = entry;
        let (fen, sent, paid) = (amount.0, sent_at.as_ms(), paid_at.as_ms() / 1_000);
        let body = format!("{} {letter} {order} {stan} {fen} {sent} {paid}", self.sequence);
        self.sequence += 1;
        format!("{body} {:08x}\n", crc32fast::hash(body.as_bytes()))
    }
}

/// The newest record of each order, the next sequence number and the length of the good part.
fn replay(content: &[u8]) -> (Vec<Entry>, u64, usize) {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut sequence, mut good) = (0, 0);
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        let Some(entry) = parse(line, sequence) else {
            break;
        };
        // The order of the newest records is near the end.
        match entries.iter_mut().rev().find(|known| known.order == entry.order) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
        sequence += 1;
        good += line.len();
    }
    (entries, sequence, good)
}

fn parse(line: &[u8], sequence: u64) -> Option<Entry> {
    let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (body, sum) = line.rsplit_once(' ')?;
    if u32::from_str_radix(sum, 16).ok()? != crc32fast::hash(body.as_bytes()) {
        return None;
    }
    let mut words = body.split(' ');
    if words.next()?.parse::<u64>().ok()? != sequence {
        return None;
    }
    let letter = words.next()?;
    let stage = LETTERS.iter().find(|(_, known)| *known == letter)?.0;
    let order = OrderId::new(words.next()?)?;
    let stan = words.next()?.parse().ok()?;
    let amount = Amount(words.next()?.parse().ok()?);
    let sent_at = Time::from_ms(words.next()?.parse().ok()?);
    let paid_at = Time::from_ms(words.next()?.parse::<u64>().ok()?.checked_mul(1_000)?);
    Some(Entry { stage, order, stan, amount, sent_at, paid_at })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[derive(Default)]
    struct Flash(RefCell<Vec<u8>>);

    impl Disk for Flash {
        fn load(&self) -> io::Result<Vec<u8>> {
            Ok(self.0.borrow().clone())
        }
        fn append(&self, bytes: &[u8]) -> io::Result<()> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(())
        }
        fn sync(&self) -> io::Result<()> {
            Ok(())
        }
        fn replace(&self, bytes: &[u8]) -> io::Result<()> {
            *self.0.borrow_mut() = bytes.to_vec();
            Ok(())
        }
    }

    fn entry(stan: u32, stage: Stage) -> Entry {
        let order = OrderId::new(&format!("10000001{stan:06}")).unwrap();
        let sent_at = Time::from_ms(u64::from(stan) * 1_000);
        Entry { stage, order, stan, amount: Amount(1250), sent_at, paid_at: Time::from_ms(0) }
    }

    fn put(journal: &mut Journal, entry: Entry) {
        journal.begin(&entry).unwrap();
        journal.commit(&entry).unwrap();
    }

    #[test]
    fn what_was_written_is_read_newest_record_first() {
        let flash = Rc::new(Flash::default());
        let (mut journal, _) = Journal::open(flash.clone()).unwrap();
        for record in [entry(1, Stage::Sent), entry(2, Stage::Sent), entry(1, Stage::Printed)] {
            put(&mut journal, record);
        }
        let (journal, entries) = Journal::open(flash).unwrap();
        assert_eq!(entries, [entry(1, Stage::Printed), entry(2, Stage::Sent)]);
        assert_eq!(journal.last_stan, 2);
    }

    #[test]
    fn cut_at_any_byte_it_is_the_old_or_the_new_record() {
        let flash = Rc::new(Flash::default());
        let (mut journal, _) = Journal::open(flash.clone()).unwrap();
        put(&mut journal, entry(1, Stage::Sent));
        let old = flash.0.borrow().len();
        put(&mut journal, entry(1, Stage::Approved));
        let whole = flash.0.borrow().clone();
        for cut in old..=whole.len() {
            let flash = Rc::new(Flash(RefCell::new(whole[..cut].to_vec())));
            let (mut journal, entries) = Journal::open(flash.clone()).unwrap();
            let expected = if cut == whole.len() { Stage::Approved } else { Stage::Sent };
            assert_eq!(entries, [entry(1, expected)], "cut at {cut}");
            put(&mut journal, entry(2, Stage::Sent));
            let (_, entries) = Journal::open(flash).unwrap();
            assert_eq!(entries.len(), 2, "written on after a cut at {cut}");
        }
    }

    #[test]
    fn a_flipped_bit_ends_the_readable_part() {
        let flash = Rc::new(Flash::default());
        let (mut journal, _) = Journal::open(flash.clone()).unwrap();
        put(&mut journal, entry(1, Stage::Sent));
        let first = flash.0.borrow().len();
        put(&mut journal, entry(2, Stage::Sent));
        flash.0.borrow_mut()[first + 5] ^= 4;
        let (_, entries) = Journal::open(flash).unwrap();
        assert_eq!(entries, [entry(1, Stage::Sent)]);
    }

    #[test]
    fn a_long_day_is_compacted_and_forgets_nothing() {
        let flash = Rc::new(Flash::default());
        let (mut journal, _) = Journal::open(flash.clone()).unwrap();
        for stan in 1..=400 {
            put(&mut journal, entry(stan, Stage::Sent));
            put(&mut journal, entry(stan, Stage::Printed));
        }
        let (_, entries) = Journal::open(flash).unwrap();
        assert_eq!(entries.len(), 400);
        assert!(entries.iter().all(|entry| entry.stage == Stage::Printed));
    }
}
