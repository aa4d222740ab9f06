//! The arguments of a step, by name, and how a verb reads them.

use std::collections::BTreeMap;

use contract::fault::Rate;
use contract::{Amount, Lapse};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::value::{Quantity, Value};

/// Arguments by name. The readers below are for verbs, after drawing and with the defaults filled
/// in; they take the lower end of a range and panic on a name that the verb's row does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Args(pub BTreeMap<&'static str, Value>);

impl FromIterator<(&'static str, Value)> for Args {
    fn from_iter<I: IntoIterator<Item = (&'static str, Value)>>(values: I) -> Args {
        Args(values.into_iter().collect())
    }
}

impl Args {
    /// Whether it is there at all.
    pub(super) fn given(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn lapse(&self, name: &str) -> Lapse {
        Lapse::from_ms(self.quantity(name).lo)
    }

    pub(super) fn amount(&self, name: &str) -> Amount {
        Amount(self.quantity(name).lo)
    }

    pub(super) fn rate(&self, name: &str) -> Rate {
        Rate(self.count(name))
    }

    /// A number in whatever width; the table's limits are those of the target.
    pub(super) fn count<N: TryFrom<u64>>(&self, name: &str) -> N {
        N::try_from(self.quantity(name).lo).ok().unwrap_or_else(|| mistake(name))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Flag(flag)) => *flag,
            _ => mistake(name),
        }
    }

    pub(super) fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Text(text)) => text,
            Some(Value::Word(word)) => word,
            _ => mistake(name),
        }
    }

    /// The variant that serde knows by this word.
    pub(super) fn variant<T: for<'de> Deserialize<'de>>(&self, name: &str) -> T {
        known(self.text(name)).unwrap_or_else(|| mistake(name))
    }

    /// The variants that serde knows by these words.
    pub(super) fn variants<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Vec<T> {
        match self.0.get(name) {
            Some(Value::Words(words)) => {
                words.iter().map(|word| known(word).unwrap_or_else(|| mistake(name))).collect()
            }
            _ => mistake(name),
        }
    }

    fn quantity(&self, name: &str) -> Quantity {
        match self.0.get(name) {
            Some(Value::Quantity(quantity)) => *quantity,
            _ => mistake(name),
        }
    }
}

fn known<T: for<'de> Deserialize<'de>>(word: &str) -> Option<T> {
    let word: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(word).ok()
}

/// Only a wrong row of the table of verbs gets here, and its tests find that.
fn mistake(name: &str) -> ! {
    panic!("the table of verbs is wrong about the argument `{name}`")
}
