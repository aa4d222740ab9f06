//! What commands do to the paper.

use encoding_rs::GB18030;

use super::command::{ESC, FS, GS, number};
use super::receipt::{Align, Barcode, Element, Line, Raster, Receipt, Span, Style};

/// Bytes on one piece of paper; more is cut off, as if somebody tore it (assumption).
const PAPER_MAX: usize = 4 << 20;

/// Dots of a line feed (ESC/POS command reference, default line spacing: 30 dots).
const LINE: u32 = 30;

/// Characters of a line; a longer one goes on below (assumption, far more than paper is wide).
const LINE_MAX: usize = 4_096;

/// Receipts that wait to be fetched.
const WAITING_MAX: usize = 1_000;

/// The paper, and how it is printed on.
#[derive(Debug, Default)]
pub(super) struct Job {
    style: Style,
    align: Align,
    qr: QrSettings,
    /// `FS &`: text is Chinese, in GB 18030.
    chinese: bool,
    line: Vec<Piece>,
    line_length: usize,
    band: Band,
    paper: Receipt,
    used: usize,
    done: Vec<Receipt>,
}

/// Text of one look and one code page.
#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    style: Style,
    chinese: bool,
}

impl Piece {
    /// As it stands on the paper.
    fn span(self) -> Span {
        let text = match self.chinese {
            true => GB18030.decode_without_bom_handling(&self.bytes).0.into_owned(),
            false => printable(&self.bytes),
        };
        Span { text, style: self.style }
    }
}

/// Pictures made of columns come in bands, each on a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Band {
    /// The last thing on the paper is none.
    #[default]
    None,
    /// It was printed, and its line has not ended.
    Open,
    /// Its line has ended; another one would go on with the picture.
    Ended,
}

/// What `GS ( k` has set for the next QR code.
#[derive(Debug)]
struct QrSettings {
    module: u8,
    text: Vec<u8>,
}

impl Default for QrSettings {
    fn default() -> QrSettings {
        QrSettings { module: 3, text: Vec::new() }
    }
}

impl Job {
    pub(super) fn paper(&self) -> &Receipt {
        &self.paper
    }

    pub(super) fn take_receipts(&mut self) -> Vec<Receipt> {
        std::mem::take(&mut self.done)
    }

    /// Characters for the line.
    pub(super) fn text(&mut self, mut bytes: &[u8]) {
        while let Some((piece, rest)) = bytes.split_at_checked(bytes.len().min(LINE_MAX)) {
            match self.line.last_mut() {
                Some(last) if (last.style, last.chinese) == (self.style, self.chinese) => {
                    last.bytes.extend(piece);
                }
                _ => {
                    let (bytes, style, chinese) = (piece.to_vec(), self.style, self.chinese);
                    self.line.push(Piece { bytes, style, chinese });
                }
            }
            self.band = Band::None;
            self.line_length += piece.len();
            if self.line_length >= LINE_MAX {
                self.end_line();
            }
            bytes = rest;
            if bytes.is_empty() {
                return;
            }
        }
    }

    pub(super) fn command(&mut self, command: &[u8]) {
        match command {
            b"\n" if self.band == Band::Open => self.band = Band::Ended,
            b"\n" => self.end_line(),
            b"\t" => self.text(b" "),
            [ESC, op, args @ ..] => self.escape(*op, args),
            [GS, op, args @ ..] => self.group(*op, args),
            [FS, b'&'] => self.chinese = true,
            [FS, b'.'] => self.chinese = false,
            // Neither paper nor words change.
            _ => {}
        }
    }

    fn escape(&mut self, op: u8, args: &[u8]) {
        let first = args.first().copied().unwrap_or_default();
        match op {
            b'@' => {
                self.style = Style::default();
                self.chinese = false;
                self.align = Align::default();
                self.qr = QrSettings::default();
                self.line.clear();
                self.line_length = 0;
            }
            b'!' => {
                self.style = Style {
                    small: first & 0x01 != 0,
                    bold: first & 0x08 != 0,
                    height: 1 + (first >> 4 & 1),
                    width: 1 + (first >> 5 & 1),
                    underline: first & 0x80 != 0,
                    ..self.style
                }
            }
            b'E' | b'G' => self.style.bold = first & 1 != 0,
            b'-' => self.style.underline = !matches!(first, 0 | b'0'),
            b'M' => self.style.small = first & 1 != 0,
            b'a' => {
                self.align = match first {
                    1 | b'1' => Align::Centre,
                    2 | b'2' => Align::Right,
                    _ => Align::Left,
                }
            }
            b'd' => {
                self.flush_line();
                self.put(Element::Feed(u32::from(first) * LINE));
            }
            b'J' => {
                self.flush_line();
                self.put(Element::Feed(first.into()));
            }
            b'i' | b'm' => self.cut(),
            b'*' => self.columns(args),
            _ => {}
        }
    }

    fn group(&mut self, op: u8, args: &[u8]) {
        match (op, args) {
            (b'!', [size]) => {
                self.style.width = 1 + (size >> 4 & 7);
                self.style.height = 1 + (size & 7);
            }
            (b'B', [on]) => self.style.inverse = on & 1 != 0,
            (b'V', _) => self.cut(),
            (b'k', [kind, rest @ ..]) => self.barcode(*kind, rest),
            (b'(', [b'k', _, _, b'1', function, data @ ..]) => self.qr(*function, data),
            (b'v', [_, _, w0, w1, _, _, bits @ ..]) => {
                let width = number(&[*w0, *w1]) * 8;
                self.raster(Raster { width, bits: bits.to_vec() });
            }
            // Graphics: kept, then printed; one after the other in practice (function 112).
            (b'(', [b'L', _, _, b'0', b'p', _, _, _, _, w0, w1, _, _, bits @ ..]) => {
                let width = number(&[*w0, *w1]).div_ceil(8) * 8;
                self.raster(Raster { width, bits: bits.to_vec() });
            }
            _ => {}
        }
    }

    /// `ESC *`: columns of 8 or 24 dots.
    fn columns(&mut self, args: &[u8]) {
        let [mode, _, _, dots @ ..] = args else { return };
        let deep = if *mode >= 32 { 3 } else { 1 };
        let count = dots.len() / deep;
        let width = count.div_ceil(8) * 8;
        let mut raster = Raster { width, bits: vec![0; width / 8 * deep * 8] };
        for (x, column) in dots.chunks(deep).enumerate() {
            for y in (0..deep * 8)
                .filter(|y| column.get(y / 8).is_some_and(|c| c >> (7 - y % 8) & 1 == 1))
            {
                let place = raster.bits.get_mut(y * (width / 8) + x / 8);
                place.into_iter().for_each(|byte| *byte |= 0x80 >> (x % 8));
            }
        }
        self.band(raster);
    }

    fn band(&mut self, band: Raster) {
        let ended = std::mem::take(&mut self.band) == Band::Ended;
        match self.paper.elements.last_mut() {
            Some(Element::Raster { raster, .. })
                if ended && self.line.is_empty() && raster.width == band.width =>
            {
                self.used += band.bits.len();
                raster.bits.extend(band.bits);
            }
            _ => self.raster(band),
        }
        self.band = Band::Open;
    }

    fn raster(&mut self, raster: Raster) {
        self.flush_line();
        if raster.width > 0 {
            self.put(Element::Raster { raster, align: self.align });
        }
    }

    fn barcode(&mut self, kind: u8, rest: &[u8]) {
        self.flush_line();
        // Numbers from 65 on have a length before the data, those below a zero behind them.
        let data = if kind >= 65 { rest.get(1..) } else { rest.split_last().map(|(_, data)| data) };
        let text = printable(data.unwrap_or_default());
        let (kind, text) = match kind {
            2 | 67 => (Barcode::Ean13, text),
            // The code set stands before the text.
            73 => (Barcode::Code128, text.replace("{B", "").replace("{A", "").replace("{C", "")),
            other => (Barcode::Other(other), text),
        };
        self.put(Element::Barcode { kind, text, align: self.align });
    }

    /// `GS ( k` with symbol 49: size of a module, store the text, print it.
    fn qr(&mut self, function: u8, data: &[u8]) {
        match (function, data) {
            (67, [module]) => self.qr.module = (*module).clamp(1, 16),
            (80, [_, text @ ..]) => self.qr.text = text.to_vec(),
            (81, _) => {
                self.flush_line();
                let text = printable(&self.qr.text);
                self.put(Element::Qr { text, module: self.qr.module, align: self.align });
            }
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let spans = std::mem::take(&mut self.line).into_iter().map(Piece::span).collect();
        self.line_length = 0;
        self.put(Element::Line(Line { spans, align: self.align }));
    }

    /// Ends a line that was begun.
    fn flush_line(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
    }

    fn put(&mut self, element: Element) {
        // What an element takes beside its contents.
        const OWN: usize = 64;
        self.used += OWN
            + match &element {
                Element::Line(line) => line.text().len(),
                Element::Raster { raster, .. } => raster.bits.len(),
                _ => 0,
            };
        self.paper.elements.push(element);
        self.band = Band::None;
        if self.used > PAPER_MAX {
            self.cut();
        }
    }

    /// Paper without anything on it is no receipt.
    fn cut(&mut self) {
        self.flush_line();
        self.used = 0;
        self.band = Band::None;
        let receipt = std::mem::take(&mut self.paper);
        let blank = receipt.elements.iter().all(|element| matches!(element, Element::Feed(_)));
        if !blank && self.done.len() < WAITING_MAX {
            self.done.push(receipt);
        }
    }
}

fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
