//! The letters of the picture of a receipt: ASCII, 10 dots wide and 20 high.

/// X.Org's `10x20` of font-misc-misc, a public domain font: a line a character from the space on, a
/// row of dots in three hexadecimal digits.
const FONT: &str = include_str!("../../data/font-10x20.txt");

pub(super) const WIDTH: usize = 10;
pub(super) const HEIGHT: usize = 20;

/// The rows of a character from top to bottom, the left dot the highest of 10 bits. What the font
/// does not have is a box.
pub(super) fn glyph(c: char) -> [u16; HEIGHT] {
    let line = u32::from(c).checked_sub(32).and_then(|n| usize::try_from(n).ok());
    let line = line.and_then(|n| FONT.lines().nth(n));
    let row = |y: usize| match line {
        Some(line) => line.get(y * 3..y * 3 + 3).and_then(|d| u16::from_str_radix(d, 16).ok()),
        None if matches!(y, 3 | 16) => Some(0x1fe),
        None if (3..17).contains(&y) => Some(0x102),
        None => None,
    };
    std::array::from_fn(|y| row(y).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printable_character_has_its_own_look() {
        let looks: Vec<_> = (' '..='~').map(glyph).collect();
        for (index, look) in looks.iter().enumerate() {
            assert!(!looks[..index].contains(look), "{index}");
        }
        assert_eq!(glyph(' '), [0; HEIGHT]);
        assert_ne!(glyph('收'), [0; HEIGHT]);
    }
}
