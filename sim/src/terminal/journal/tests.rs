//! The journal on a flash that is cut off, bent and refuses, and on one that only gets full.

use std::cell::{Cell, RefCell};

use super::*;

/// A flash that can be told to fail.
#[derive(Default)]
struct Flash {
    bytes: RefCell<Vec<u8>>,
    /// The next append takes so many bytes and fails.
    takes: Cell<Option<usize>>,
    /// The next sync fails.
    sync_fails: Cell<bool>,
}

impl Flash {
    fn holding(bytes: &[u8]) -> Rc<Flash> {
        Rc::new(Flash { bytes: RefCell::new(bytes.to_vec()), ..Flash::default() })
    }
}

impl Disk for Flash {
    fn load(&self) -> io::Result<Vec<u8>> {
        Ok(self.bytes.borrow().clone())
    }
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let taken = self.takes.take();
        self.bytes.borrow_mut().extend_from_slice(&bytes[..taken.unwrap_or(bytes.len())]);
        taken.map_or(Ok(()), |_| Err(io::Error::other("full")))
    }
    fn sync(&self) -> io::Result<()> {
        if self.sync_fails.take() { Err(io::Error::other("worn out")) } else { Ok(()) }
    }
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        *self.bytes.borrow_mut() = bytes.to_vec();
        Ok(())
    }
}

fn entry(number: u32, stage: Stage) -> Entry {
    let order = OrderId::new(&format!("10000001{number:06}")).unwrap();
    let (sent_at, paid_at) = (Time::from_ms(u64::from(number) * 100_000), Time::from_ms(0));
    let copy = stage == Stage::Approved;
    let entry = Entry { stage, order, number, sent_at, paid_at, copy, ..Entry::default() };
    Entry { amount: Amount(1250), stan: number, ..entry }
}

fn put(journal: &mut Journal, entry: Entry) {
    let bytes = journal.begin(&entry).unwrap();
    journal.commit(&entry, bytes).unwrap();
}

/// A journal with these records, one after the other, and where each begins.
fn written(records: &[Entry]) -> (Rc<Flash>, Vec<usize>) {
    let flash = Flash::holding(b"");
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    let starts = records.iter().map(|record| {
        let start = flash.bytes.borrow().len();
        put(&mut journal, *record);
        start
    });
    let starts = starts.collect();
    (flash, starts)
}

fn read(flash: &Rc<Flash>) -> Content {
    Journal::open(flash.clone()).unwrap().1
}

/// The number of the first order after a start.
fn next_number(flash: &Rc<Flash>) -> u32 {
    let (journal, content) = Journal::open(flash.clone()).unwrap();
    assert_eq!(journal.last_number, content.last_number);
    content.last_number + 1
}

#[test]
fn what_was_written_is_read_newest_record_first() {
    let records = [entry(1, Stage::Sent), entry(2, Stage::Sent), entry(1, Stage::Printed)];
    let (flash, _) = written(&records);
    let content = read(&flash);
    assert_eq!(content.entries, [entry(1, Stage::Printed), entry(2, Stage::Sent)]);
    assert_eq!((content.last_number, content.damaged), (2, false));
}

#[test]
fn cut_at_any_byte_it_is_the_old_or_the_new_record() {
    let (flash, starts) = written(&[entry(1, Stage::Sent), entry(1, Stage::Approved)]);
    let whole = flash.bytes.borrow().clone();
    for cut in starts[1]..=whole.len() {
        let flash = Flash::holding(&whole[..cut]);
        let (mut journal, content) = Journal::open(flash.clone()).unwrap();
        let expected = if cut == whole.len() { Stage::Approved } else { Stage::Sent };
        assert_eq!(content.entries, [entry(1, expected)], "cut at {cut}");
        assert!(!content.damaged, "cut at {cut}");
        put(&mut journal, entry(2, Stage::Sent));
        let content = read(&flash);
        assert_eq!(content.entries.len(), 2, "written on after a cut at {cut}");
    }
}

/// Each record of a journal, one flipped bit in each of its bytes.
#[test]
fn a_flipped_bit_costs_one_record_and_no_number() {
    let records: Vec<Entry> = (1..=4).map(|number| entry(number, Stage::Sent)).collect();
    let (flash, starts) = written(&records);
    let whole = flash.bytes.borrow().clone();
    // Without its newline, the last record looks as if it had never been finished.
    for place in 0..whole.len() - 1 {
        let mut bent = whole.clone();
        bent[place] ^= 4;
        let flash = Flash::holding(&bent);
        let content = read(&flash);
        let hit = starts.partition_point(|start| *start <= place);
        let next = starts.get(hit).copied().unwrap_or(whole.len());
        // Without the newline the record behind it is lost as well.
        let lost = if place + 1 == next { 2 } else { 1 };
        assert_eq!(content.entries.len(), 4 - lost, "bit at {place}");
        assert!(content.damaged, "bit at {place}");
        assert!(content.entries.iter().all(|e| e.copy == (e.number < hit as u32)));
        assert!(next_number(&flash) > 4, "bit at {place}");
    }
}

#[test]
fn damage_is_known_until_a_record_is_written_and_its_numbers_stay_used() {
    let (flash, starts) = written(&[entry(1, Stage::Printed), entry(2, Stage::Sent)]);
    flash.bytes.borrow_mut()[starts[1] + 5] ^= 4;
    assert!(read(&flash).damaged && read(&flash).damaged);
    assert_eq!(next_number(&flash), 3);
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    put(&mut journal, entry(1, Stage::Printed));
    let content = read(&flash);
    assert_eq!((content.damaged, content.dropped, content.last_number), (false, 1, 2));
}

#[test]
fn a_write_that_fails_leaves_no_trace() {
    let fails = [
        ("nothing written", Some(0), false),
        ("half of it written", Some(20), false),
        ("written, not synced", None, true),
    ];
    for (what, takes, sync_fails) in fails {
        let (flash, _) = written(&[]);
        let (mut journal, _) = Journal::open(flash.clone()).unwrap();
        put(&mut journal, entry(1, Stage::Printed));
        flash.takes.set(takes);
        flash.sync_fails.set(sync_fails);
        let refused = entry(2, Stage::Sent);
        let tried = journal.begin(&refused).and_then(|bytes| journal.commit(&refused, bytes));
        assert!(tried.is_err(), "{what}");
        assert_eq!(journal.content().unwrap().entries.len(), 1, "{what}");
        put(&mut journal, entry(3, Stage::Sent));
        put(&mut journal, entry(3, Stage::Ended));
        let content = read(&flash);
        assert_eq!(content.entries, [entry(1, Stage::Printed), entry(3, Stage::Ended)]);
        assert!(!content.damaged, "{what}");
    }
}

#[test]
fn a_long_day_stays_small_and_forgets_nothing_that_matters() {
    let (flash, _) = written(&[]);
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    let mut largest = 0;
    put(&mut journal, entry(1, Stage::Reversing));
    for number in 2..=400 {
        put(&mut journal, entry(number, Stage::Sent));
        put(&mut journal, entry(number, Stage::Approved));
        // The printer has no paper for the third one.
        if number != 3 {
            put(&mut journal, entry(number, Stage::Printed));
        }
        largest = largest.max(flash.bytes.borrow().len());
        assert_eq!(read(&flash).last_number, number);
    }
    assert!(largest < 5_000, "{largest} bytes");
    let content = read(&flash);
    let open: Vec<&Entry> = content.entries.iter().filter(|e| e.stage.is_open()).collect();
    assert_eq!(open, [&entry(1, Stage::Reversing), &entry(3, Stage::Approved)]);
    let paid = content.entries.iter().filter(|e| e.stage.is_paid()).count();
    assert!(paid >= LISTED && paid + content.dropped as usize == 399, "{paid}");
}

fn mark(journal: &mut Journal, mark: Mark) {
    journal.clean().unwrap();
    let bytes = journal.append(&mark.line(journal.sequence)).unwrap();
    journal.disk.sync().unwrap();
    journal.settle(bytes);
}

#[test]
fn the_batch_stays_known_when_its_orders_are_dropped() {
    let flash = Flash::holding(b"");
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    for number in (1..=200).filter(|number| *number != 7) {
        put(&mut journal, entry(number, Stage::Printed));
    }
    mark(&mut journal, Mark::Settling(1));
    put(&mut journal, entry(201, Stage::Ended));
    let content = read(&flash);
    let Batch { floor, settling, gone, gone_fen, refunds: _ } = content.batch;
    assert_eq!((floor, settling), (0, Some(1)));
    let held = content.entries.iter().filter(|entry| entry.stage.is_paid()).count();
    let dropped: u32 = gone.iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!((gone[0], gone.len()), ((1, 6), 2));
    assert_eq!(dropped as usize + held, 199);
    assert_eq!(gone_fen, u64::from(dropped) * 1250);

    mark(&mut journal, Mark::Closed(201));
    let content = read(&flash);
    assert_eq!(content.batch, Batch { floor: 201, ..Batch::default() });
    assert_eq!((content.dropped, content.damaged), (0, false));
}

#[test]
fn refunds_belong_to_the_batch_in_which_they_were_made() {
    let flash = Flash::holding(b"");
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    put(&mut journal, entry(1, Stage::Printed));
    put(&mut journal, entry(2, Stage::Returned));
    mark(&mut journal, Mark::Closed(2));
    put(&mut journal, entry(3, Stage::Returned));
    assert_eq!(read(&flash).batch.refunds, (0, 0), "voids");
    for stage in [Stage::Returning, Stage::Returned, Stage::Returned] {
        put(&mut journal, entry(1, stage));
    }
    assert_eq!(read(&flash).batch.refunds, (1, 1250));
    journal.rewrite().unwrap();
    assert_eq!(read(&flash).batch.refunds, (1, 1250));
    mark(&mut journal, Mark::Closed(3));
    assert_eq!(read(&flash).batch.refunds, (0, 0));
}

#[test]
fn a_settlement_that_was_given_up_leaves_the_batch_open() {
    let flash = Flash::holding(b"");
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    put(&mut journal, entry(1, Stage::Printed));
    mark(&mut journal, Mark::Settling(3));
    assert_eq!(read(&flash).batch.settling, Some(3));
    mark(&mut journal, Mark::Open);
    assert_eq!(read(&flash).batch, Batch::default());
}

#[test]
fn what_a_reversal_and_a_receipt_need_survives_a_power_cut_and_a_rewrite() {
    let open = Entry { reason: Reason::Mac, ..entry(1, Stage::Reversing) };
    let rrn = FieldText::new("000000000042").unwrap();
    let paid = Entry { batch: 7, rrn, copy: true, ..entry(2, Stage::Printed) };
    let (flash, _) = written(&[open, paid]);
    assert_eq!(read(&flash).entries, [open, paid]);
    let (mut journal, _) = Journal::open(flash.clone()).unwrap();
    journal.test().unwrap();
    assert_eq!(read(&flash).entries, [open, paid]);
    assert_eq!(read(&flash).last_stan, 2);
}
