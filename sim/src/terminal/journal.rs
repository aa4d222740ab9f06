//! The write-ahead journal: what the terminal must not forget, in its flash.
//!
//! One record a line: sequence, stage, order, number, fen, sent and paid time (ms, s), STAN, batch,
//! reference number, reason of a reversal, whether it is a copy, checksum. Records about the batch
//! stand between them: a settlement begun or given up, a batch closed; and how far STANs were used.
//! After a rewrite the first line is the ledge: what the journal still knows of records that it
//! dropped. A torn line at the end was never finished and counts for nothing. A damaged line in the
//! middle is skipped; how many records it cost shows in the sequence.

use std::io;
use std::rc::Rc;

use contract::{Amount, FieldText, Lapse, OrderId, Time};

use super::resolve::Reason;
use super::stans::BLOCK;
use crate::env::{Disk, Env};

mod record;
#[cfg(test)]
mod tests;

use record::{Record, line, parse};

/// Rewritten when it has grown by this many bytes since the last time (assumption). With `LISTED`
/// payments that keeps it below 6 KB, because a fleet has many of them.
const GROWTH: usize = 1_920;

/// So many of the newest paid orders stay when they are settled: what the payment list shows
/// (assumption).
pub(crate) const LISTED: usize = 40;

/// The shortest record; damage at the end hides at most one record for each so many bytes.
const SHORTEST: usize = 36;

/// What the flash takes to program a page: 3 ms (the longest time that data sheets of common serial
/// NOR flashes give, such as W25Q128; from memory, an assumption).
const PROGRAM: Lapse = Lapse::from_ms(3);

/// How far an order has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    #[default]
    /// About to be sent, or sent: the result is not known.
    Sent,
    /// A reversal is due until it is acknowledged.
    Reversing,
    /// Paid; not yet certain that the merchant saw it on display and paper.
    Approved,
    /// Paid, shown and printed.
    Printed,
    /// Not paid, or undone; not yet certain that the merchant saw it.
    Unpaid,
    /// Not paid, or undone, and shown.
    Ended,
    /// Paid, and to be given back until the host acknowledges it.
    Returning,
    /// Paid, and given back.
    Returned,
}

const LETTERS: [(Stage, &str); 8] = [
    (Stage::Sent, "S"),
    (Stage::Reversing, "V"),
    (Stage::Approved, "A"),
    (Stage::Printed, "P"),
    (Stage::Unpaid, "U"),
    (Stage::Ended, "E"),
    (Stage::Returning, "R"),
    (Stage::Returned, "G"),
];

impl Stage {
    /// Whether something is left to do after a power cut.
    pub(crate) fn is_open(self) -> bool {
        !matches!(self, Stage::Printed | Stage::Ended | Stage::Returned)
    }

    /// Whether the customer's money was taken, and stays taken.
    pub(crate) fn is_paid(self) -> bool {
        matches!(self, Stage::Approved | Stage::Printed)
    }

    fn letter(self) -> &'static str {
        LETTERS.iter().find(|(stage, _)| *stage == self).map_or("?", |(_, letter)| letter)
    }
}

/// An order in the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) stage: Stage,
    pub(crate) order: OrderId,
    /// Counts the orders of this terminal, from 1.
    pub(crate) number: u32,
    pub(crate) amount: Amount,
    /// When it was sent, on the terminal's clock.
    pub(crate) sent_at: Time,
    /// When it was paid, as the host says; time zero before.
    pub(crate) paid_at: Time,
    /// The count behind its STAN.
    pub(crate) stan: u32,
    /// The batch in which it was paid; 0 before.
    pub(crate) batch: u32,
    /// The host's reference number of the payment; empty before.
    pub(crate) rrn: FieldText,
    /// The acquirer's number and the wallet's authorisation; empty before.
    pub(crate) acquirer: FieldText,
    pub(crate) approval: FieldText,
    /// Month and day on which it is settled, `MMDD`; 0 before.
    pub(crate) settles: u16,
    /// Why it is reversed, if it is.
    pub(crate) reason: Reason,
    /// Whether the merchant may have seen the result before, so that a report of it is a copy: so
    /// it is for whatever was not settled at a power cut and may have been told.
    pub(crate) copy: bool,
}

/// What the journal knows of records that it does not hold any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ledge {
    /// The highest order number.
    number: u32,
    /// The highest count of STANs that was noted.
    stan: u32,
    /// How many paid orders were dropped.
    dropped: u32,
    batch: Batch,
}

/// The open batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Orders with higher numbers belong to it.
    pub(crate) floor: u32,
    /// The number of the batch whose settlement was begun and is not known to be done.
    pub(crate) settling: Option<u32>,
    /// Numbers of its paid orders that were dropped: the first and the last of each row.
    pub(crate) gone: Vec<(u32, u32)>,
    /// What those come to.
    pub(crate) gone_fen: u64,
    /// How many payments of earlier batches were given back, and what they come to.
    pub(crate) refunds: (u16, u64),
}

/// A record about the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The settlement of this batch is about to be sent.
    Settling(u32),
    /// The settlement was given up: the batch stays open.
    Open,
    /// The batch is closed with all orders up to this number.
    Closed(u32),
    /// STANs may have been used up to a block behind this count.
    Stan(u32),
}

impl Batch {
    fn take(&mut self, mark: Mark) {
        match mark {
            Mark::Settling(batch) => self.settling = Some(batch),
            Mark::Open => self.settling = None,
            Mark::Closed(floor) => *self = Batch { floor, ..Batch::default() },
            Mark::Stan(_) => {}
        }
    }

    /// A payment of an earlier batch was given back.
    fn refund(&mut self, entry: &Entry) {
        if entry.number <= self.floor {
            self.refunds.0 = self.refunds.0.saturating_add(1);
            self.refunds.1 = self.refunds.1.saturating_add(entry.amount.0);
        }
    }

    /// A paid order of it is dropped; its number is higher than that of any dropped before.
    fn drop_order(&mut self, entry: &Entry) {
        if entry.number <= self.floor {
            return;
        }
        self.gone_fen += entry.amount.0;
        match self.gone.last_mut() {
            Some((_, last)) if *last + 1 == entry.number => *last = entry.number,
            _ => self.gone.push((entry.number, entry.number)),
        }
    }
}

/// What stands in the flash.
#[derive(Default)]
pub(crate) struct Content {
    /// The newest record of each order, oldest order first.
    pub(crate) entries: Vec<Entry>,
    /// So many paid orders at most are not among them any more.
    pub(crate) dropped: u32,
    /// Whether some of those were lost rather than dropped.
    pub(crate) damaged: bool,
    /// No order of this terminal had a higher number, lost ones included.
    pub(crate) last_number: u32,
    /// The highest count of STANs that was noted, lost notes included; 0 for none.
    pub(crate) last_stan: u32,
    pub(crate) batch: Batch,
    sequence: u64,
    /// Without the torn end.
    bytes: usize,
}

/// The journal of a running terminal.
pub(crate) struct Journal {
    disk: Rc<dyn Disk>,
    sequence: u64,
    /// How much of the flash is good.
    bytes: usize,
    /// So much of it was there after the last rewrite.
    rewritten: usize,
    /// Something stands in the flash that is to be rewritten before the next record.
    unclean: bool,
    /// No order has a higher number.
    last_number: u32,
    /// No higher count of STANs was noted.
    last_stan: u32,
}

impl Journal {
    /// Reads the flash, and writes nothing: what is damaged is told at each start until the first
    /// record after it.
    pub(crate) fn open(disk: Rc<dyn Disk>) -> io::Result<(Journal, Content)> {
        let raw = disk.load()?;
        let content = replay(&raw);
        let Content { sequence, bytes, last_number, last_stan, damaged, .. } = content;
        let unclean = damaged || bytes < raw.len();
        let rewritten = 0;
        let journal = Journal { disk, sequence, bytes, rewritten, unclean, last_number, last_stan };
        Ok((journal, content))
    }

    /// Writes a record, safe from a power cut when this returns. What an error leaves of it is
    /// wiped out before the next record.
    pub(crate) async fn write(&mut self, env: &Env, entry: &Entry) -> io::Result<()> {
        let bytes = self.begin(entry)?;
        env.sleep(PROGRAM).await;
        self.commit(entry, bytes)
    }

    /// Writes a record about the batch, as `write` does.
    pub(crate) async fn mark(&mut self, env: &Env, mark: Mark) -> io::Result<()> {
        self.clean()?;
        let bytes = self.append(&mark.line(self.sequence))?;
        env.sleep(PROGRAM).await;
        self.disk.sync()?;
        if let Mark::Stan(count) = mark {
            self.last_stan = self.last_stan.max(count);
        }
        self.settle(bytes);
        Ok(())
    }

    fn begin(&mut self, entry: &Entry) -> io::Result<usize> {
        self.clean()?;
        self.append(&line(self.sequence, entry))
    }

    fn clean(&mut self) -> io::Result<()> {
        if self.unclean { self.rewrite() } else { Ok(()) }
    }

    fn append(&mut self, line: &str) -> io::Result<usize> {
        // Until it is safe, nobody knows how much of it the flash took.
        self.unclean = true;
        self.disk.append(line.as_bytes())?;
        Ok(line.len())
    }

    fn commit(&mut self, entry: &Entry, bytes: usize) -> io::Result<()> {
        self.disk.sync()?;
        self.last_number = self.last_number.max(entry.number);
        self.last_stan = self.last_stan.max(entry.stan);
        self.settle(bytes);
        Ok(())
    }

    /// A record of so many bytes is safe.
    fn settle(&mut self, bytes: usize) {
        self.unclean = false;
        self.sequence += 1;
        self.bytes += bytes;
        if self.bytes > self.rewritten + GROWTH {
            // The record is safe already; a rewrite that fails is tried again with the next one.
            self.unclean = self.rewrite().is_err();
        }
    }

    /// Tries the flash: writes something that is no record, and wipes it out again.
    pub(crate) fn test(&mut self) -> io::Result<()> {
        self.unclean = true;
        self.disk.append(b"?")?;
        self.disk.sync()?;
        self.rewrite()
    }

    /// The newest record of each order that is still here, for the payment list.
    pub(crate) fn content(&self) -> io::Result<Content> {
        let raw = self.disk.load()?;
        Ok(replay(raw.get(..self.bytes).unwrap_or(&raw)))
    }

    /// Starts over with the ledge and one record for each order that is open or listed.
    fn rewrite(&mut self) -> io::Result<()> {
        let Content { mut entries, mut dropped, mut batch, .. } = self.content()?;
        let paid = entries.iter().filter(|entry| entry.stage.is_paid()).count();
        let mut too_many = paid.saturating_sub(LISTED);
        entries.retain(|entry| {
            let goes = entry.stage == Stage::Printed && too_many > 0;
            too_many -= usize::from(goes);
            if goes {
                dropped += u32::from(entry.number > batch.floor);
                batch.drop_order(entry);
            }
            entry.stage.is_open() || (entry.stage == Stage::Printed && !goes)
        });
        let ledge = Ledge { number: self.last_number, stan: self.last_stan, dropped, batch };
        let mut text = ledge.line();
        (1..).zip(&entries).for_each(|(sequence, entry)| text += &line(sequence, entry));
        self.disk.replace(text.as_bytes())?;
        self.sequence = 1 + entries.len() as u64;
        (self.bytes, self.rewritten, self.unclean) = (text.len(), text.len(), false);
        Ok(())
    }
}

fn replay(raw: &[u8]) -> Content {
    let mut content = Content::default();
    // Records that can't be read, since the last one that could.
    let mut hidden = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match parse(line) {
            Some((sequence, record)) if sequence >= content.sequence => {
                content.lose(sequence - content.sequence);
                content.sequence = sequence + 1;
                content.take(record);
                hidden = 0;
            }
            _ if line.ends_with(b"\n") => hidden += (line.len() / SHORTEST).max(1) as u64,
            _ => break,
        }
        content.bytes += line.len();
    }
    content.lose(hidden);
    content
}

impl Content {
    fn take(&mut self, record: Record) {
        let entry = match record {
            Record::Order(entry) => entry,
            Record::Mark(mark) => {
                if let Mark::Stan(count) = mark {
                    self.last_stan = self.last_stan.max(count);
                }
                if matches!(mark, Mark::Closed(_)) {
                    // Closing clears the payment list.
                    self.dropped = 0;
                }
                return self.batch.take(mark);
            }
            Record::Ledge(Ledge { number, stan, dropped, batch }) => {
                self.last_number = self.last_number.max(number);
                self.last_stan = self.last_stan.max(stan);
                self.dropped = self.dropped.saturating_add(dropped);
                self.batch = batch;
                return;
            }
        };
        self.last_number = self.last_number.max(entry.number);
        self.last_stan = self.last_stan.max(entry.stan);
        // The order of the newest records is near the end.
        let before = match self.entries.iter_mut().rev().find(|known| known.order == entry.order) {
            Some(known) => std::mem::replace(known, entry).stage,
            None => {
                self.entries.push(entry);
                Stage::Sent
            }
        };
        if entry.stage == Stage::Returned && before != Stage::Returned {
            self.batch.refund(&entry);
        }
    }

    /// So many records are missing here. Each may have been a new order, a note of STANs, or the
    /// result of an order that still looks open.
    fn lose(&mut self, records: u64) {
        if records > 0 {
            self.damaged = true;
            let most = u32::try_from(records).unwrap_or(u32::MAX);
            self.last_number = self.last_number.saturating_add(most);
            self.last_stan = self.last_stan.saturating_add(most.saturating_mul(BLOCK));
            self.dropped = self.dropped.saturating_add(most);
            self.entries.iter_mut().for_each(|entry| entry.copy = true);
        }
    }
}
