//! From bytes to command lines (ITU-T V.250, 5.2): editing, `A/`, noise before the `AT`, and an end
//! to lines that have none.

/// A longer line is an error (assumption; Quectel's modules take some hundred characters, too).
const LINE_MAX: usize = 1_024;

/// What a byte completed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line, without its `AT`.
    Line(String),
    /// `A/`: the same again.
    Repeat,
    /// A line that no modem would keep.
    TooLong,
}

/// The line that is being typed.
#[derive(Debug, Default)]
pub(super) struct Input {
    line: Vec<u8>,
    too_long: bool,
}

impl Input {
    /// Takes a byte. Control characters edit or are passed over.
    pub(super) fn push(&mut self, byte: u8) -> Option<Typed> {
        match byte {
            b'\r' => return self.end(),
            0x08 | 0x7f => drop(self.line.pop()),
            0..0x20 => {}
            _ if self.line.len() >= LINE_MAX => self.too_long = true,
            _ => self.line.push(byte),
        }
        if self.line.eq_ignore_ascii_case(b"A/") {
            self.line.clear();
            return Some(Typed::Repeat);
        }
        None
    }

    fn end(&mut self) -> Option<Typed> {
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
        let too_long = std::mem::take(&mut self.too_long);
        // Letters keep their places in capitals of ASCII.
        let start = line.to_ascii_uppercase().find("AT")?;
        if too_long {
            return Some(Typed::TooLong);
        }
        Some(Typed::Line(line.get(start + 2..)?.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(input: &mut Input, bytes: &[u8]) -> Vec<Typed> {
        bytes.iter().filter_map(|byte| input.push(*byte)).collect()
    }

    #[test]
    fn lines_are_edited_and_repeated() {
        let input = &mut Input::default();
        let line = |text: &str| Typed::Line(text.into());
        assert_eq!(typed(input, b"AT\r\nat+CSR\x08Q\r"), [line(""), line("+CSQ")]);
        assert_eq!(typed(input, b"A/"), [Typed::Repeat]);
        assert_eq!(typed(input, b"\xff\x00~AT+CSQ\r"), [line("+CSQ")]);
        assert_eq!(typed(input, b"hello\r\r\r"), []);
    }

    #[test]
    fn a_line_without_an_end_takes_no_room() {
        let input = &mut Input::default();
        assert_eq!(typed(input, b"AT"), []);
        assert_eq!(typed(input, &vec![b'x'; 100_000]), []);
        assert!(input.line.len() <= LINE_MAX);
        assert_eq!(typed(input, b"\rAT\r"), [Typed::TooLong, Typed::Line(String::new())]);
    }
}
