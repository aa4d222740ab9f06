//! Runs tasks on one thread, one after another in the order in which they were woken. Knows
//! neither time nor what a host is: a number that all of its tasks carry.
//!
//! A runtime of tokio would do, but its timers, clock reads and nested task sets took two thirds
//! of a fleet's time (own measurement).

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::ops::RangeBounds;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use crate::engine::task::Guarded;

/// All tasks of all hosts.
pub(super) struct Executor {
    slots: RefCell<Slots>,
    ready: Arc<Ready>,
}

/// Where tasks are kept; each has its place as long as it lives.
#[derive(Default)]
struct Slots {
    tasks: Vec<Option<Task>>,
    free: Vec<usize>,
    /// Which places each host has, so that the end of one looks at no other's.
    hosts: BTreeSet<(u32, usize)>,
}

struct Task {
    host: u32,
    future: Guarded,
    bell: Arc<Bell>,
    waker: Waker,
}

/// The places of the tasks to be polled. A lock, because wakers may go anywhere; nobody ever waits
/// for it.
struct Ready {
    queue: Mutex<VecDeque<usize>>,
    /// Rung for each, because the thread that polls may be waiting for time to pass.
    bell: Option<Waker>,
}

impl Ready {
    fn queue(&self) -> MutexGuard<'_, VecDeque<usize>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, place: usize) {
        self.queue().push_back(place);
        if let Some(bell) = &self.bell {
            bell.wake_by_ref();
        }
    }
}

/// Calls a task; rung again before it is polled, it calls once. When the task has ended, whoever
/// has its place now is polled in vain.
struct Bell {
    place: usize,
    rung: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Bell {
    fn wake(self: Arc<Bell>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Bell>) {
        if !self.rung.swap(true, Ordering::Relaxed) {
            self.ready.push(self.place);
        }
    }
}

impl Executor {
    /// Without tasks. The bell is rung whenever one becomes ready.
    pub(super) fn new(bell: Option<Waker>) -> Executor {
        let ready = Arc::new(Ready { queue: Mutex::default(), bell });
        Executor { slots: RefCell::default(), ready }
    }

    /// Adds a task to a host, to be polled after those that are ready already.
    pub(super) fn spawn(&self, host: u32, future: Guarded) {
        let mut slots = self.slots.borrow_mut();
        let place = slots.free.pop().unwrap_or(slots.tasks.len());
        let ready = Arc::clone(&self.ready);
        let bell = Arc::new(Bell { place, rung: AtomicBool::new(false), ready });
        bell.wake_by_ref();
        let waker = Waker::from(Arc::clone(&bell));
        if place == slots.tasks.len() {
            slots.tasks.push(None);
        }
        slots.tasks[place] = Some(Task { host, future, bell, waker });
        slots.hosts.insert((host, place));
    }

    /// Polls the next task that is ready; `false` when there is none.
    pub(super) fn step(&self) -> bool {
        let Some(place) = self.ready.queue().pop_front() else { return false };
        // Taken out, because it may spawn others.
        let Some(mut task) = self.slots.borrow_mut().tasks[place].take() else { return true };
        task.bell.rung.store(false, Ordering::Relaxed);
        let polled = Pin::new(&mut task.future).poll(&mut Context::from_waker(&task.waker));
        let mut slots = self.slots.borrow_mut();
        if polled.is_pending() {
            slots.tasks[place] = Some(task);
        } else {
            slots.free.push(place);
            slots.hosts.remove(&(task.host, place));
        }
        true
    }

    /// Ends all tasks of a host at once. Not to be called from within a task.
    pub(super) fn end_host(&self, host: u32) {
        self.end((host, 0)..=(host, usize::MAX));
    }

    /// Ends every task. Not to be called from within a task.
    pub(super) fn end_all(&self) {
        self.end(..);
    }

    fn end(&self, which: impl RangeBounds<(u32, usize)>) {
        let mut slots = self.slots.borrow_mut();
        let Slots { tasks, free, hosts } = &mut *slots;
        let mut ended = Vec::new();
        for (_, place) in hosts.extract_if(which, |_| true) {
            free.push(place);
            ended.push(tasks[place].take());
        }
        // What a task drops may do anything.
        drop(slots);
        drop(ended);
    }
}
