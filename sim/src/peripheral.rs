//! The wires between a terminal and the people around it: keypad, scanner, screen, printer,
//! speaker. In simulation they are queues; the rig holds the far end of each.
//!
//! What comes out of the terminal is text and bytes, read back by `reader` as a person would.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::env::Env;
use contract::{Lapse, Time};

pub(crate) mod display;
pub(crate) mod flash;
pub(crate) mod printer;
pub(crate) mod probe;
pub(crate) mod reader;
pub(crate) mod rtc;
pub(crate) mod signal;

use signal::Signal;

/// What a byte on a keypad or scanner line takes: a few bytes at 9600 baud (10 bits a byte), in
/// whole milliseconds. It also keeps both ends in step when engines order one millisecond
/// differently.
pub(crate) const LINE_DELAY: Lapse = Lapse::from_ms(5);

struct Inner<T> {
    queue: RefCell<VecDeque<(Time, T)>>,
    live: Cell<bool>,
    arrived: Signal,
}

/// A one-way wire: what is sent arrives after `LINE_DELAY`, in order. Cheap to clone.
pub(crate) struct Line<T>(Rc<Inner<T>>);

impl<T> Clone for Line<T> {
    fn clone(&self) -> Line<T> {
        Line(Rc::clone(&self.0))
    }
}

impl<T> Default for Line<T> {
    fn default() -> Line<T> {
        let live = Cell::new(true);
        Line(Rc::new(Inner { queue: RefCell::default(), live, arrived: Signal::default() }))
    }
}

impl<T> Line<T> {
    /// Sends; into a terminal without power it is lost.
    pub(crate) fn send(&self, now: Time, item: T) {
        if self.0.live.get() {
            self.0.queue.borrow_mut().push_back((now + LINE_DELAY, item));
            self.0.arrived.raise();
        }
    }

    /// The receiving end got or lost its power. What was under way is lost with it.
    pub(crate) fn set_power(&self, on: bool) {
        self.0.live.set(on);
        self.0.queue.borrow_mut().clear();
    }

    /// The next item. Cancel-safe: an item is taken only when it is returned.
    pub(crate) async fn recv(&self, env: &Env) -> T {
        loop {
            self.wait(env).await;
            if let Some(item) = self.try_recv(env.now()) {
                return item;
            }
        }
    }

    /// Waits until something has arrived, and leaves it there. Cancel-safe.
    pub(crate) async fn wait(&self, env: &Env) {
        loop {
            let due = self.0.queue.borrow().front().map(|(due, _)| *due);
            match due {
                None => self.0.arrived.wait().await,
                Some(due) if due > env.now() => env.sleep_until(due).await,
                Some(_) => return,
            }
        }
    }

    /// The next item if it has arrived by now.
    pub(crate) fn try_recv(&self, now: Time) -> Option<T> {
        let mut queue = self.0.queue.borrow_mut();
        let arrived = queue.front().is_some_and(|(due, _)| *due <= now);
        if arrived { queue.pop_front().map(|(_, item)| item) } else { None }
    }
}

/// A press on the keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// `0` to `9`, and `.`.
    Char(char),
    /// The green key.
    Ok,
    /// The red key.
    Cancel,
    /// The key that opens the payment list.
    List,
    /// A function key.
    Function(Function),
}

impl Key {
    /// What stands on the key.
    pub(crate) fn word(self) -> String {
        match self {
            Key::Char(c) => c.to_string(),
            Key::Ok => "OK".to_owned(),
            Key::Cancel => "CANCEL".to_owned(),
            Key::List => "LIST".to_owned(),
            Key::Function(function) => function.word().to_owned(),
        }
    }

    /// The key on which this stands.
    pub(crate) fn from_word(word: &str) -> Option<Key> {
        let mut chars = word.chars();
        match (word, chars.next(), chars.next()) {
            ("OK", ..) => Some(Key::Ok),
            ("CANCEL", ..) => Some(Key::Cancel),
            ("LIST", ..) => Some(Key::List),
            (_, Some(c), None) if c.is_ascii_digit() || c == '.' => Some(Key::Char(c)),
            _ => {
                let function = Function::ALL.iter().find(|(_, known)| *known == word)?.0;
                Some(Key::Function(function))
            }
        }
    }
}

/// What a function key starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// Settlement: closes the batch.
    Settle,
    /// Takes the last payment of the open batch back.
    Void,
    /// Gives the last payment of an earlier batch back.
    Refund,
    /// Has the terminal test itself.
    Test,
    /// Prints the last receipt again.
    Reprint,
}

impl Function {
    /// All of them, with what stands on the key.
    pub(crate) const ALL: [(Function, &str); 5] = [
        (Function::Settle, "SETTLE"),
        (Function::Void, "VOID"),
        (Function::Refund, "REFUND"),
        (Function::Test, "TEST"),
        (Function::Reprint, "REPRINT"),
    ];

    /// What stands on the key.
    pub(crate) fn word(self) -> &'static str {
        Function::ALL.iter().find(|(key, _)| *key == self).map_or("", |(_, word)| word)
    }
}
