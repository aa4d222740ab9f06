//! A processor that can be made to stand still: what it runs is not polled meanwhile. The program
//! does not notice; its timers have simply gone on without it.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::env::LocalFut;

/// Lets a program run, or not.
pub(super) struct Gate {
    open: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}

impl Gate {
    /// An open one.
    pub(super) fn new() -> Rc<Gate> {
        Rc::new(Gate { open: Cell::new(true), waiting: RefCell::default() })
    }

    /// Opens or closes it.
    pub(super) fn set(&self, open: bool) {
        self.open.set(open);
        if open && let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }

    /// The program behind this gate.
    pub(super) fn hold(self: &Rc<Gate>, program: LocalFut<'static, ()>) -> Held {
        Held { gate: Rc::clone(self), program }
    }
}

/// A program behind a gate.
pub(super) struct Held {
    gate: Rc<Gate>,
    program: LocalFut<'static, ()>,
}

impl Future for Held {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.gate.open.get() {
            return self.program.as_mut().poll(cx);
        }
        *self.gate.waiting.borrow_mut() = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_program_rests_while_its_gate_is_closed() {
        let (gate, runs) = (Gate::new(), Rc::new(Cell::new(0)));
        let counter = Rc::clone(&runs);
        let program = std::future::poll_fn(move |_| {
            counter.set(counter.get() + 1);
            Poll::Pending
        });
        let mut held = Box::pin(gate.hold(Box::pin(program)));
        let mut poll = || held.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
        assert!(poll());
        gate.set(false);
        assert!(poll());
        assert_eq!(runs.get(), 1);
        gate.set(true);
        assert!(poll());
        assert_eq!(runs.get(), 2);
    }
}
