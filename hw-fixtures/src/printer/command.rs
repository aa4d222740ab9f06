//! Where a command of ESC/POS ends. Knows no command by its meaning.

pub(super) const DLE: u8 = 0x10;
pub(super) const EOT: u8 = 0x04;
pub(super) const ESC: u8 = 0x1b;
pub(super) const FS: u8 = 0x1c;
pub(super) const GS: u8 = 0x1d;

/// A longer command is passed over (assumption: twice a full page of pictures on 80 mm paper).
pub(super) const LENGTH_MAX: usize = 1 << 20;

/// What stands first in a printer's buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Not enough to tell.
    More,
    /// So many bytes to print.
    Text(usize),
    /// A command of so many bytes, all of which are there.
    Command(usize),
    /// A command of so many bytes, which nobody keeps.
    Skip(usize),
}

pub(super) fn next(bytes: &[u8]) -> Next {
    let is_control = |byte: &u8| *byte < 0x20;
    match bytes.iter().position(is_control).unwrap_or(bytes.len()) {
        0 if bytes.is_empty() => Next::More,
        0 => match length(bytes) {
            Some(length) if length > LENGTH_MAX => Next::Skip(length),
            Some(length) if length <= bytes.len() => Next::Command(length),
            _ => Next::More,
        },
        text => Next::Text(text),
    }
}

/// The length of the command that begins here; `None` when too little of it is there.
fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [DLE | ESC | FS | GS] => None,
        [DLE, 0x14, ..] => Some(5),
        [DLE, EOT | 0x05, ..] => Some(3),
        [ESC, rest @ ..] => escape(rest).map(|length| length + 1),
        [FS, op, ..] => Some(match op {
            b'!' | b'-' | b'C' | b'W' => 3,
            b'S' | b'p' => 4,
            b'?' => 4,
            b'2' => 4 + 72,
            _ => 2,
        }),
        [GS, rest @ ..] => group(rest).map(|length| length + 1),
        _ => Some(1),
    }
}

/// Behind ESC.
fn escape(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.first()? {
        b' ' | b'!' | b'%' | b'-' | b'3' | b'=' | b'?' | b'E' | b'G' | b'J' | b'K' | b'M'
        | b'R' | b'T' | b'U' | b'V' | b'a' | b'd' | b'e' | b'r' | b't' | b'u' | b'v' | b'{' => 2,
        b'$' | b'\\' | b'B' | b'C' | b'c' => 3,
        b'p' => 4,
        b'W' => 9,
        b'*' => {
            let columns = number(bytes.get(2..4)?);
            4 + columns * if *bytes.get(1)? >= 32 { 3 } else { 1 }
        }
        // Tab stops, up to 32 of them, end in zero.
        b'D' => ending_in_zero(bytes, 34)?,
        _ => 1,
    })
}

/// Behind GS.
fn group(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.first()? {
        b'!' | b'/' | b'B' | b'H' | b'I' | b'T' | b'a' | b'b' | b'f' | b'g' | b'h' | b'r'
        | b'w' | b'|' => 2,
        b'$' | b'L' | b'P' | b'W' | b'\\' => 3,
        b'^' => 4,
        b'V' => 2 + usize::from(*bytes.get(1)? > 49),
        b'*' => 3 + usize::from(*bytes.get(1)?) * usize::from(*bytes.get(2)?) * 8,
        b'(' => 4 + number(bytes.get(2..4)?),
        b'8' => 6 + number(bytes.get(2..6)?),
        b'v' => 7 + number(bytes.get(3..5)?) * number(bytes.get(5..7)?),
        b'k' => match *bytes.get(1)? {
            0..=6 => ending_in_zero(bytes, 260)?,
            _ => 3 + usize::from(*bytes.get(2)?),
        },
        _ => 1,
    })
}

/// Low byte first.
pub(super) fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

/// Up to and with the zero, or `most`.
fn ending_in_zero(bytes: &[u8], most: usize) -> Option<usize> {
    let end = bytes.iter().skip(2).position(|byte| *byte == 0).map(|place| place + 3);
    end.filter(|end| *end <= most).or((bytes.len() >= most).then_some(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_end_where_the_reference_says() {
        let whole: [&[u8]; 12] = [
            b"\n",
            b"\x1b@",
            b"\x1bE\x01",
            b"\x1b*\x21\x02\x00123456",
            b"\x1bD\x08\x10\0",
            b"\x1dV\0",
            b"\x1dVA\x03",
            b"\x1dv0\0\x02\0\x03\0abcdef",
            b"\x1d(k\x03\0abc",
            b"\x1dk\x02123\0",
            b"\x1dkI\x03{B1",
            b"\x10\x04\x01",
        ];
        for command in whole {
            let all = [command, b"rest"].concat();
            assert_eq!(next(&all), Next::Command(command.len()), "{command:x?}");
            for end in 1..command.len() {
                assert_eq!(next(&command[..end]), Next::More, "{:x?}", &command[..end]);
            }
        }
        assert_eq!(next(b"text\n"), Next::Text(4));
        assert_eq!(next(b"\x1dv0\0\xff\xff\xff\xff"), Next::Skip(8 + 0xffff * 0xffff));
    }
}
