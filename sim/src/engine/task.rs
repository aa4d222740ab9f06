//! Runs tasks so that a panic in one of them fails the run, quietly and with its message. Knows
//! nothing of hosts or time.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Once;
use std::task::{Context, Poll};

use crate::env::LocalFut;
use contract::RigFault;

thread_local! {
    /// Whether a panic on this thread will be caught by a fuse.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
    /// What the panic hook had to say about the last such panic.
    static LAST_WORDS: Cell<Option<String>> = const { Cell::new(None) };
}

/// Blows at the first mishap of a run and stays blown.
#[derive(Default)]
pub(super) struct Fuse {
    mishap: RefCell<Option<String>>,
}

impl Fuse {
    pub(super) fn new() -> Rc<Fuse> {
        catch_last_words();
        Rc::default()
    }

    /// Something broke; only the first mishap counts.
    pub(super) fn blow(&self, mishap: impl Into<String>) {
        self.mishap.borrow_mut().get_or_insert_with(|| mishap.into());
    }

    /// `Broken` once it has blown.
    pub(super) fn check(&self) -> Result<(), RigFault> {
        match &*self.mishap.borrow() {
            Some(mishap) => Err(RigFault::Broken(mishap.clone())),
            None => Ok(()),
        }
    }

    /// Does `work`; a panic in it blows the fuse and yields `None`.
    pub(super) fn catch<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let outer = CAUGHT.replace(true);
        let result = panic::catch_unwind(AssertUnwindSafe(work));
        CAUGHT.set(outer);
        if result.is_err() {
            self.blow(LAST_WORDS.take().unwrap_or_else(|| "a task panicked".to_owned()));
        }
        result.ok()
    }

    /// The same task, but a panic in it blows the fuse and ends the task.
    pub(super) fn guard(self: &Rc<Fuse>, task: LocalFut<'static, ()>) -> Guarded {
        Guarded { task, fuse: Rc::clone(self) }
    }
}

/// Keeps a caught panic off stderr, and keeps its message and place.
fn catch_last_words() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CAUGHT.get() {
                let message = info.payload_as_str().unwrap_or("a panic without a message");
                let place = info.location().map(|at| format!(" ({at})")).unwrap_or_default();
                LAST_WORDS.set(Some(format!("{message}{place}")));
            } else {
                previous(info);
            }
        }));
    });
}

/// See [`Fuse::guard`].
pub(super) struct Guarded {
    task: LocalFut<'static, ()>,
    fuse: Rc<Fuse>,
}

impl Future for Guarded {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Guarded { task, fuse } = &mut *self;
        fuse.catch(|| task.as_mut().poll(cx)).unwrap_or(Poll::Ready(()))
    }
}
