//! The vocabulary that payrig's parts share, and no behaviour.
//!
//! `sim` and `hw-fixtures` speak it outwards, `harness` reads it; neither side sees the other.
//! Read `event.rs` first: what can happen is what payrig knows about the world.

pub mod action;
pub mod bounds;
pub mod bytes;
pub mod catalogue;
mod channel;
pub mod event;
pub mod expect;
pub mod fault;
pub mod id;
pub mod invariant;
pub mod message;
pub mod remedy;
pub mod response_code;
pub mod rig;
pub mod trace;
pub mod trigger;
pub mod units;

pub use action::Action;
pub use bounds::Bounds;
pub use bytes::Bytes;
pub use event::{Channel, Event, EventKind, LedgerState, News, Source, Status};
pub use expect::Expect;
pub use fault::{Fault, FaultSpan};
pub use id::{CodeText, FaultNo, FieldText, IntentId, OrderId, TerminalId};
pub use invariant::Invariant;
pub use message::{Message, Purpose};
pub use remedy::Remedy;
pub use rig::{Rig, RigFault, RigInfo, RigRequest};
pub use trace::{Header, Trace};
pub use trigger::Trigger;
pub use units::{Amount, Lapse, Time};
