//! The verbs of steps, a table for each place where trouble sits: orders first, then faults from
//! the link inwards, remedies last.

use std::sync::LazyLock;

use contract::action::Visit;
use contract::fault::{CallbackFailure, Damage, PrinterStop, Symbol};
use contract::{Action, Fault};

use super::keys::{SOME_TIMES, TIMES, arg};
use super::{Kind, Lasting, Make, Need, Verb};
use crate::scenario::value::Unit;

use Lasting::{For, ForOrNext, Moment};
use Need::{Default, Optional, Required};

/// At least one fen, at most what field 4 holds.
const AMOUNTS: Kind =
    Kind::Quantity { unit: Unit::Amount, min: 1, max: contract::Amount::MAX.0, range: true };
/// What can be keyed: 12 places, the point among them (assumption: the amount's line on a POS
/// terminal is as long as field 4).
const KEYED: Kind = Kind::Quantity { unit: Unit::Amount, min: 1, max: 99_999_999_999, range: true };
const RATES: Kind = Kind::Quantity { unit: Unit::Rate, min: 0, max: 1_000_000, range: true };
/// Up to 1 Gbit/s, far above any 4G terminal.
const DATA_RATES: Kind = Kind::Quantity { unit: Unit::Kbps, min: 1, max: 1_000_000, range: true };
/// The channels that live on notices of the acquirer.
const NOTIFIED: Kind = Kind::Word(&["soundbox", "sms", "backend", "push", "callback"]);
/// Some of them.
const NOTIFIED_CHANNELS: Kind = Kind::Words(&["soundbox", "sms", "backend", "push", "callback"]);

const fn counts(min: u64, max: u64) -> Kind {
    Kind::Quantity { unit: Unit::Count, min, max, range: true }
}

macro_rules! fault {
    ($key:literal = $word:literal, $lasting:expr, $meaning:literal, $example:literal,
     [$($arg:expr),*], $make:expr) => {
        Verb { key: $key, word: Some($word), args: &[$($arg),*], lasting: $lasting,
               meaning: $meaning, example: $example, make: Make::Fault($make) }
    };
}

mod acquirer;
mod device;
mod heal;
mod link;
mod notify;
mod orders;
mod people;
mod wire;

const TABLES: [&[Verb]; 8] = [
    orders::ORDERS,
    link::LINK,
    wire::WIRE,
    acquirer::ACQUIRER,
    people::PEOPLE,
    notify::NOTIFY,
    device::DEVICE,
    heal::HEAL,
];

/// All verbs.
pub static VERBS: LazyLock<Vec<Verb>> = LazyLock::new(|| TABLES.concat());
