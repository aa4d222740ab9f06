//! Virtual time: stands still while tasks run, and jumps to the next alarm when none can.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use contract::Time;

use crate::env::{Clock, LocalFut};

/// When an alarm goes off, and its number: equal times go off in the order of setting.
type AlarmNo = (Time, u64);

/// The engine's clock and all alarms that are set.
#[derive(Default)]
pub(super) struct EventClock {
    now: Cell<Time>,
    counted: Cell<u64>,
    alarms: RefCell<BTreeMap<AlarmNo, Waker>>,
}

impl EventClock {
    /// When the next alarm is due.
    pub(super) fn next(&self) -> Option<Time> {
        self.alarms.borrow().first_key_value().map(|((at, _), _)| *at)
    }

    /// Moves on to this moment and wakes everybody whose alarm is due.
    pub(super) fn jump(&self, to: Time) {
        self.now.set(to);
        let mut alarms = self.alarms.borrow_mut();
        while let Some(first) = alarms.first_entry().filter(|first| first.key().0 <= to) {
            first.remove().wake();
        }
    }

    /// Stands at this moment, without looking at alarms.
    pub(super) fn rest(&self, at: Time) {
        self.now.set(at);
    }

    fn set(&self, at: Time, waker: Waker) -> AlarmNo {
        let no = (at, self.counted.get());
        self.counted.set(no.1 + 1);
        self.alarms.borrow_mut().insert(no, waker);
        no
    }
}

impl Clock for EventClock {
    fn now(&self) -> Time {
        self.now.get()
    }

    fn alarm(self: Rc<Self>, at: Time) -> LocalFut<'static, ()> {
        Box::pin(Alarm { clock: self, at, set: None })
    }
}

/// Waits for a moment; forgotten by the clock when it is dropped.
struct Alarm {
    clock: Rc<EventClock>,
    at: Time,
    set: Option<AlarmNo>,
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.at {
            return Poll::Ready(());
        }
        match self.set {
            None => self.set = Some(self.clock.set(self.at, cx.waker().clone())),
            Some(no) => {
                if let Some(waker) = self.clock.alarms.borrow_mut().get_mut(&no) {
                    waker.clone_from(cx.waker());
                }
            }
        }
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(no) = self.set {
            self.clock.alarms.borrow_mut().remove(&no);
        }
    }
}
