//! The payment list of the merchant's web backend, and the filters that somebody may leave on.
//!
//! A good list says that a filter is active, how much it shows of how much, and counts all.

use contract::event::{ListRow, ListView};
use contract::fault::ListFilter;
use contract::{Amount, Channel, EventKind, Fault, Lapse, Source, Status, TerminalId, Time};

use super::{Merchant, Paid};
use crate::calendar;
use crate::wallet::{Wallet, is_by_sticker};

impl Merchant {
    /// What the list of this terminal comes to.
    pub(crate) fn takings(&self, wallet: &Wallet, terminal: TerminalId) -> Amount {
        total(&self.all(wallet, terminal))
    }

    fn all(&self, wallet: &Wallet, terminal: TerminalId) -> Vec<Paid> {
        let held = |paid: &&Paid| paid.terminal == terminal && wallet.holds(paid.order).is_some();
        self.listed.borrow().iter().filter(held).copied().collect()
    }

    /// Somebody opens the list of this terminal; returns the takings that it states. An old copy
    /// states those of its own moment.
    pub(crate) fn open_list(&self, wallet: &Wallet, terminal: TerminalId, now: Time) -> Amount {
        let stale = self.faults.meet(terminal, |fault| match fault {
            Fault::ListStale { behind } => Some(Time(now.0.saturating_sub(behind.0))),
            _ => None,
        });
        let mut all = self.all(wallet, terminal);
        all.retain(|paid| stale.is_none_or(|moment| paid.at <= moment));
        let filter = self.faults.meet(terminal, |fault| match fault {
            Fault::PartialList { filter, page } => Some((*filter, *page)),
            _ => None,
        });
        let shown = match filter {
            Some((filter, page)) => visible(&all, filter, page, now),
            None => all.clone(),
        };
        let row = |paid: &Paid| {
            let Paid { order, amount, .. } = *paid;
            ListRow { order, amount, status: Status::Approved }
        };
        let filtered = filter.map(|(filter, _)| banner(filter, shown.len(), all.len()));
        let copied = stale.map(|moment| format!("as of 数据截至 {}", calendar::print(moment)));
        let list = ListView {
            rows: shown.iter().map(row).collect(),
            count: u32::try_from(all.len()).unwrap_or(u32::MAX),
            total: total(&all),
            filter: [filtered, copied].into_iter().flatten().reduce(|a, b| format!("{a}; {b}")),
            channel: Channel::Backend,
        };
        let total = list.total;
        self.tap.tell(Some(terminal), Source::Merchant, EventKind::List(Box::new(list)));
        total
    }
}

/// How far the shop's time is ahead of UTC: China Standard Time, UTC+8.
const AHEAD: Lapse = Lapse::from_secs(8 * 3_600);

/// The number of the day in UTC, counted from that of time zero's eve.
fn utc_day(at: Time) -> u64 {
    const DAY: Lapse = Lapse::from_secs(86_400);
    calendar::day(Time(at.0 + DAY.0 - AHEAD.0))
}

fn total(all: &[Paid]) -> Amount {
    Amount(all.iter().map(|paid| paid.amount.0).sum())
}

/// What a filter lets through. The first page has the latest payments.
fn visible(all: &[Paid], filter: ListFilter, page: u32, now: Time) -> Vec<Paid> {
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    match filter {
        ListFilter::Terminal | ListFilter::Clerk | ListFilter::Status => Vec::new(),
        ListFilter::Sticker => all.iter().filter(|p| is_by_sticker(p.order)).copied().collect(),
        ListFilter::UtcDay => {
            all.iter().filter(|paid| utc_day(paid.at) == utc_day(now)).copied().collect()
        }
        ListFilter::Day => {
            let yesterday = |paid: &&Paid| calendar::day(paid.at) + 1 == calendar::day(now);
            all.iter().filter(yesterday).copied().collect()
        }
        ListFilter::Page => all.iter().rev().take(page).copied().collect(),
    }
}

fn banner(filter: ListFilter, shown: usize, all: usize) -> String {
    let what = match filter {
        ListFilter::Terminal => "other terminal 其他终端",
        ListFilter::Status => "refunds only 仅退款",
        ListFilter::Day => "day before 昨日",
        ListFilter::Page => "page 1 第一页",
        ListFilter::Clerk => "other clerk 其他店员",
        ListFilter::Sticker => "sticker payments 静态码收款",
        ListFilter::UtcDay => "today in UTC 今日（UTC）",
    };
    format!("filter active 已筛选: {what}, {shown} of {all} shown; totals are of all")
}

#[cfg(test)]
mod tests {
    use contract::OrderId;

    use super::*;

    const DAY_MS: u64 = 86_400_000;

    fn paid(ms: u64) -> Paid {
        let order = OrderId::new(&ms.to_string()).unwrap();
        Paid { order, terminal: TerminalId(1), amount: Amount(100), at: Time::from_ms(ms) }
    }

    #[test]
    fn each_filter_lets_its_own_through() {
        let all = [paid(1), paid(DAY_MS - 1), paid(DAY_MS)];
        let orders = |filter, page| {
            let seen = visible(&all, filter, page, Time::from_ms(DAY_MS + 1));
            seen.iter().map(|paid| paid.at.as_ms()).collect::<Vec<_>>()
        };
        assert_eq!(orders(ListFilter::Day, 10), [1, DAY_MS - 1]);
        assert_eq!(orders(ListFilter::Page, 2), [DAY_MS, DAY_MS - 1]);
        assert_eq!(orders(ListFilter::Page, 10).len(), 3);
        assert!(orders(ListFilter::Terminal, 10).is_empty());
        assert!(orders(ListFilter::Status, 10).is_empty());
        assert!(orders(ListFilter::Clerk, 10).is_empty());
        assert!(orders(ListFilter::Sticker, 10).is_empty());
        assert_eq!(orders(ListFilter::UtcDay, 10), [DAY_MS - 1, DAY_MS]);
    }
}
