//! A message taken apart: its type and its fields' values, whatever the wire profile. Knows no
//! formats; the codec checks values against a profile.

use std::fmt;

use super::header::Header;

/// Most messages of a scan payment have fewer fields and bytes, so that they need one allocation
/// each for the list and the values.
const USUAL_FIELDS: usize = 20;
const USUAL_BYTES: usize = 256;

/// Message type and values. A value is text (digits too are characters here), or the bytes
/// themselves for a binary field. All values share one buffer.
#[derive(Clone)]
pub struct Fields {
    mti: u16,
    header: Option<Header>,
    /// Sorted by number.
    places: Vec<Place>,
    values: Vec<u8>,
}

/// Where a field's value stands in the buffer.
#[derive(Clone, Copy)]
struct Place {
    number: u8,
    start: usize,
    end: usize,
}

impl Fields {
    /// A message without fields. The type is spelled in hexadecimal: `0x0200` is "0200".
    pub fn new(mti: u16) -> Fields {
        Fields {
            mti,
            header: None,
            places: Vec::with_capacity(USUAL_FIELDS),
            values: Vec::with_capacity(USUAL_BYTES),
        }
    }

    /// The message type, `0x0200` for "0200".
    pub fn mti(&self) -> u16 {
        self.mti
    }

    /// TPDU and header; `None` in a profile that has none.
    pub fn header(&self) -> Option<Header> {
        self.header
    }

    /// Sets TPDU and header.
    pub fn set_header(&mut self, header: Option<Header>) {
        self.header = header;
    }

    /// Gives a field its value, in place of an earlier one. Any number and value is taken here;
    /// `encode` checks them.
    pub fn set(&mut self, number: u8, value: &[u8]) {
        let start = self.values.len();
        self.values.extend_from_slice(value);
        self.place(number, start);
    }

    /// Room for a field's value of this length, to be filled.
    pub(super) fn room(&mut self, number: u8, length: usize) -> &mut [u8] {
        let start = self.values.len();
        self.values.resize(start + length, 0);
        self.place(number, start);
        &mut self.values[start..]
    }

    /// The value of this field is what stands in the buffer from `start` on.
    fn place(&mut self, number: u8, start: usize) {
        let place = Place { number, start, end: self.values.len() };
        match self.places.binary_search_by_key(&number, |p| p.number) {
            Ok(at) => self.places[at] = place,
            Err(at) => self.places.insert(at, place),
        }
    }

    /// Gives a field a text, as `set` does.
    pub fn set_text(&mut self, number: u8, value: &str) {
        self.set(number, value.as_bytes());
    }

    /// A field's value.
    pub fn get(&self, number: u8) -> Option<&[u8]> {
        let at = self.places.binary_search_by_key(&number, |p| p.number).ok()?;
        Some(self.value(self.places[at]))
    }

    /// A field's value as text; `None` also for a binary value that is no text.
    pub fn text(&self, number: u8) -> Option<&str> {
        std::str::from_utf8(self.get(number)?).ok()
    }

    /// Numbers and values, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.places.iter().map(|&place| (place.number, self.value(place)))
    }

    fn value(&self, place: Place) -> &[u8] {
        &self.values[place.start..place.end]
    }
}

/// Equal type, header and values; where they stand in the buffer does not count.
impl PartialEq for Fields {
    fn eq(&self, other: &Fields) -> bool {
        self.mti == other.mti && self.header == other.header && self.iter().eq(other.iter())
    }
}

impl Eq for Fields {}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(header) = self.header {
            write!(f, "{header:?} ")?;
        }
        write!(f, "{:04x}", self.mti)?;
        for (number, value) in self.iter() {
            write!(f, " {number}={}", value.escape_ascii())?;
        }
        Ok(())
    }
}
