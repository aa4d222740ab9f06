//! What a receiver makes of bytes that were sent at another speed: the same bits, sampled at the
//! wrong moments. Knows nothing of modems.

/// Bits of a byte on the line: start, eight data bits, stop.
const FRAME: u64 = 10;

/// The bytes that a receiver at `to` baud reads from `bytes` that were sent at `from` baud, 8N1,
/// without gaps. Equal speeds change nothing; speed 0 on either side lets nothing through.
pub fn misread(bytes: &[u8], from: u32, to: u32) -> Vec<u8> {
    if from == to {
        return bytes.to_vec();
    }
    if from == 0 || to == 0 {
        return Vec::new();
    }
    // In units in which both bit times are whole numbers.
    let (sent, sampled) = (u64::from(to), u64::from(from));
    let line = Line { bytes, bit: sent };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = line.next(at, false) {
        let sample = |bit: u64| line.level(start + bit * sampled + sampled / 2);
        let value = (0..8).filter(|bit| sample(bit + 1)).fold(0, |byte, bit| byte | 1 << bit);
        found.push(value);
        let stop = start + 9 * sampled + sampled / 2;
        // After a broken frame the receiver waits for the line to come to rest.
        let Some(rest) = line.next(stop, true) else { break };
        at = rest;
    }
    found
}

/// The level of the line in time; at rest it is high.
struct Line<'a> {
    bytes: &'a [u8],
    bit: u64,
}

impl Line<'_> {
    fn level_of_bit(&self, index: u64) -> bool {
        let byte = usize::try_from(index / FRAME).ok().and_then(|at| self.bytes.get(at));
        match (byte, index % FRAME) {
            (None, _) | (_, 9) => true,
            (_, 0) => false,
            (Some(byte), bit) => byte >> (bit - 1) & 1 == 1,
        }
    }

    fn level(&self, at: u64) -> bool {
        self.level_of_bit(at / self.bit)
    }

    /// The first moment from `at` on with this level; `None` when there is none.
    fn next(&self, at: u64, level: bool) -> Option<u64> {
        let end = u64::try_from(self.bytes.len()).ok()? * FRAME;
        let found = (at / self.bit..=end).find(|index| self.level_of_bit(*index) == level)?;
        Some(at.max(found * self.bit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wrong_speed_makes_garbage() {
        assert_eq!(misread(b"AT\r", 9_600, 9_600), b"AT\r");
        // 0x55 alternates on the line: at half the speed every other bit is seen, at an eighth of
        // it one byte swallows several.
        assert_eq!(misread(b"UUUU", 115_200, 57_600).len(), 2);
        assert_ne!(misread(b"AT\rAT\r", 115_200, 9_600), b"AT\rAT\r");
        // A single low bit lasts for twelve of the fast receiver: a zero without a stop bit.
        assert_eq!(misread(&[0xff], 9_600, 115_200), [0]);
        assert_eq!(misread(b"AT\r", 0, 9_600), b"");
    }

    proptest! {
        #[test]
        fn garbage_is_bounded(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            from in 0u32..5_000_000,
            to in 0u32..5_000_000,
        ) {
            // A frame begins with a falling edge, and a byte has five at most.
            prop_assert!(misread(&bytes, from, to).len() <= bytes.len() * 5);
        }
    }
}
