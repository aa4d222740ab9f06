//! How an engine's time passes: at once, or as fast as outside things need it. Knows no wall
//! clock; a bench brings one.

use std::task::Waker;

use contract::Time;

/// What an engine's clock waits for before it moves on.
pub trait Pace {
    /// Lets time pass until this moment, or until the bell rings; returns the moment that was
    /// reached: `until`, or an earlier one at which it rang. Always at once when `until` is past,
    /// so that an engine that was held up catches up in order.
    fn pass(&self, until: Time) -> Time;

    /// The bell that ends such a wait from any thread; rung while nobody waits, it ends the next
    /// wait. `None` where nothing outside could ring.
    fn bell(&self) -> Option<Waker>;
}

/// Time that costs nothing.
pub(super) struct Virtual;

impl Pace for Virtual {
    fn pass(&self, until: Time) -> Time {
        until
    }

    fn bell(&self) -> Option<Waker> {
        None
    }
}
