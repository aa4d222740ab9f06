//! Runs tasks on one thread, one after another in the order in which they were woken. Knows
//! neither time nor what a host is: a number that all of its tasks carry.
//!
//! A runtime of tokio would do, but its timers, clock reads and nested task sets took two thirds
//! of a fleet's time (own measurement).

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::engine::task::Guarded;

/// A host's number and a number that no other task ever gets.
type TaskNo = (u32, u64);

/// All tasks of all hosts.
#[derive(Default)]
pub(super) struct Executor {
    tasks: RefCell<BTreeMap<TaskNo, Rc<Task>>>,
    counted: Cell<u64>,
    ready: Arc<Ready>,
}

struct Task {
    /// `None` from the moment when it ended.
    future: RefCell<Option<Guarded>>,
    bell: Arc<Bell>,
    waker: Waker,
}

/// The tasks to be polled. A lock, because wakers may go anywhere; nobody ever waits for it.
#[derive(Default)]
struct Ready(Mutex<VecDeque<TaskNo>>);

impl Ready {
    fn queue(&self) -> MutexGuard<'_, VecDeque<TaskNo>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls one task; rung again before it is polled, it calls once.
struct Bell {
    task: TaskNo,
    rung: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Bell {
    fn wake(self: Arc<Bell>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Bell>) {
        if !self.rung.swap(true, Ordering::Relaxed) {
            self.ready.queue().push_back(self.task);
        }
    }
}

impl Executor {
    /// Adds a task to a host, to be polled after those that are ready already.
    pub(super) fn spawn(&self, host: u32, future: Guarded) {
        let no = (host, self.counted.get());
        self.counted.set(no.1 + 1);
        let ready = Arc::clone(&self.ready);
        let bell = Arc::new(Bell { task: no, rung: AtomicBool::new(false), ready });
        bell.wake_by_ref();
        let waker = Waker::from(Arc::clone(&bell));
        let task = Task { future: RefCell::new(Some(future)), bell, waker };
        self.tasks.borrow_mut().insert(no, Rc::new(task));
    }

    /// Polls the next task that is ready; `false` when there is none.
    pub(super) fn step(&self) -> bool {
        let Some(no) = self.ready.queue().pop_front() else { return false };
        let Some(task) = self.tasks.borrow().get(&no).map(Rc::clone) else { return true };
        if task.poll().is_ready() {
            self.tasks.borrow_mut().remove(&no);
        }
        true
    }

    /// Ends all tasks of a host at once. Not to be called from within a task.
    pub(super) fn end_host(&self, host: u32) {
        let whole = (host, 0)..=(host, u64::MAX);
        let ended: Vec<_> = self.tasks.borrow_mut().extract_if(whole, |_, _| true).collect();
        // Only now, because what a task drops may wake others.
        drop(ended);
    }
}

impl Task {
    fn poll(&self) -> Poll<()> {
        self.bell.rung.store(false, Ordering::Relaxed);
        let mut future = self.future.borrow_mut();
        let Some(running) = &mut *future else { return Poll::Ready(()) };
        let polled = Pin::new(running).poll(&mut Context::from_waker(&self.waker));
        if polled.is_ready() {
            *future = None;
        }
        polled
    }
}
