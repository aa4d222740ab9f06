//! Reads a display or a receipt as a person does: by its words. The terminal's own state is not
//! looked at; if its words are wrong, so is what was read, and that is the point.

use contract::event::{ListRow, ListView, Phase, Report};
use contract::{Amount, Channel, OrderId, Status, Time};

/// Words at the start of a first line, and what they mean.
const PHASES: [(&str, Phase); 8] = [
    ("STARTING", Phase::Boot),
    ("RECOVERING", Phase::Recovering),
    ("READY", Phase::Idle),
    ("CONFIRM", Phase::Confirm),
    ("SHOW CODE", Phase::Scan),
    ("SCAN AGAIN", Phase::Rescan),
    ("PLEASE WAIT", Phase::Wait),
    ("NOT NOW", Phase::Refused),
];

/// Words at the start of a first line that report a payment.
const STATUSES: [(&str, Status); 5] = [
    ("APPROVED", Status::Approved),
    ("DECLINED", Status::Declined),
    ("REVERSED", Status::Reversed),
    ("CUSTOMER CONFIRMS", Status::Pending),
    ("RESULT UNKNOWN", Status::Unknown),
];

/// A payment as a display or a receipt words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) status: Status,
    pub(crate) order: Option<OrderId>,
    pub(crate) amount: Option<Amount>,
    pub(crate) paid_at: Option<Time>,
    pub(crate) copy: bool,
}

impl Seen {
    /// As a report on a channel.
    pub(crate) fn on(self, channel: Channel, text: String) -> Report {
        let Seen { status, order, amount, paid_at, copy } = self;
        Report { channel, status, order, amount, paid_at, copy, text }
    }
}

/// What a display shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// What the terminal is ready for.
    Phase(Phase),
    /// A payment.
    Report(Seen),
    /// A line of the health check.
    Health { item: String, well: bool, fault: Option<String> },
    /// The payment list.
    List(ListView),
    /// A batch that was closed, with its number and its payments.
    Batch(u32, ListView),
}

/// Reads a display. Words that nobody knows leave a person waiting.
pub(crate) fn read_screen(lines: &[&str]) -> Shown {
    let first = lines.first().copied().unwrap_or_default();
    if let Some(report) = read_report(lines) {
        return Shown::Report(report);
    }
    if let Some((item, well, fault)) = read_health(first) {
        return Shown::Health { item, well, fault };
    }
    if let Some(batch) = first.strip_prefix("BATCH CLOSED ") {
        let number = batch.split_whitespace().next().and_then(|text| text.parse().ok());
        return Shown::Batch(number.unwrap_or_default(), read_list(&lines[1..]));
    }
    if first.starts_with("PAYMENTS") {
        return Shown::List(read_list(lines));
    }
    let phase = PHASES.iter().find(|(word, _)| first.starts_with(word));
    Shown::Phase(phase.map_or(Phase::Wait, |(_, phase)| *phase))
}

/// Reads a line of the health check: the part, whether it works, and the id of what is wrong.
pub(crate) fn read_health(line: &str) -> Option<(String, bool, Option<String>)> {
    let mut words = line.strip_prefix("CHECK ")?.split_whitespace();
    let item = words.next().unwrap_or_default().to_lowercase();
    let well = words.next() == Some("OK");
    let id = |word: &&str| {
        word.contains('-') && word.bytes().all(|b| b == b'-' || b.is_ascii_lowercase())
    };
    Some((item, well, words.next().filter(id).map(str::to_owned)))
}

/// Reads a report: on a receipt, or on a display. `None` when the first line is none.
pub(crate) fn read_report(lines: &[&str]) -> Option<Seen> {
    let first = lines.first()?;
    let (_, status) = STATUSES.iter().find(|(word, _)| first.starts_with(word))?;
    let field = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name));
    Some(Seen {
        status: *status,
        order: field("ORDER ").and_then(OrderId::new),
        amount: field("CNY ").and_then(|text| text.parse().ok()),
        paid_at: field("PAID ").and_then(crate::calendar::parse),
        copy: lines.iter().any(|line| line.starts_with("COPY")),
    })
}

/// `PAYMENTS 3 CNY 37.50`, then `APPROVED order amount` lines.
fn read_list(lines: &[&str]) -> ListView {
    let mut head = lines.first().copied().unwrap_or_default().split_whitespace().skip(1);
    let count = head.next().and_then(|text| text.parse().ok()).unwrap_or_default();
    let total = head.nth(1).and_then(|text| text.parse().ok()).unwrap_or_default();
    let row = |line: &&str| {
        let mut words = line.split_whitespace();
        let word = words.next()?;
        let status = STATUSES.iter().find(|(name, _)| name.starts_with(word))?.1;
        let order = OrderId::new(words.next()?)?;
        let amount = match words.next()? {
            // A payment whose amount the terminal has forgotten.
            "-" => Amount(0),
            amount => amount.parse().ok()?,
        };
        Some(ListRow { order, amount, status })
    };
    let rows = lines.iter().skip(1).filter_map(row).collect();
    let filter = lines.iter().find_map(|line| line.strip_prefix("FILTER ")).map(str::to_owned);
    ListView { rows, count, total, filter, channel: Channel::Screen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_by_its_words() {
        let lines = ["APPROVED 交易成功", "CNY 12.50", "ORDER 10000001000007"];
        let Shown::Report(seen) = read_screen(&lines) else { panic!("no report") };
        assert_eq!(seen.amount, Some(Amount(1250)));
        assert_eq!(seen.order, OrderId::new("10000001000007"));
        assert!(!seen.copy);
    }

    #[test]
    fn a_health_check_is_read_with_the_id_that_it_names() {
        let read = |line| read_health(line).unwrap();
        assert_eq!(read("CHECK FLASH OK"), ("flash".into(), true, None));
        let off = ("sms".into(), false, Some("notify-sms-off".into()));
        assert_eq!(read("CHECK SMS OFF notify-sms-off 短信提醒未开通"), off);
        assert_eq!(read("CHECK JOURNAL DAMAGED 流水损坏"), ("journal".into(), false, None));
    }

    #[test]
    fn a_list_is_read_line_by_line() {
        let lines = ["PAYMENTS 2 CNY 3.00", "APPROVED a 1.00", "REVERSED b 2.00"];
        let Shown::List(list) = read_screen(&lines) else { panic!("no list") };
        assert_eq!((list.count, list.total, list.rows.len()), (2, Amount(300), 2));
        assert_eq!(list.rows[1].status, Status::Reversed);
    }
}
