//! A receipt: what a person sees on the paper, and its words.

use sim::code::GrayImage;
use sim::code::image::read;

/// How characters look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Heavier.
    pub bold: bool,
    /// With a line under it.
    pub underline: bool,
    /// White on black.
    pub inverse: bool,
    /// The smaller of the two fonts.
    pub small: bool,
    /// Times the width, 1 to 8.
    pub width: u8,
    /// Times the height, 1 to 8.
    pub height: u8,
}

impl Default for Style {
    fn default() -> Style {
        let (bold, underline, inverse, small) = (false, false, false, false);
        Style { bold, underline, inverse, small, width: 1, height: 1 }
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// Characters of one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// In Chinese mode (`FS &`) read as GB 18030, otherwise as UTF-8 where the bytes are; bytes of
    /// other code pages are replacement characters.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// In order.
    pub spans: Vec<Span>,
    /// Where it stands.
    pub align: Align,
}

impl Line {
    /// Its words.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// The kind of a barcode that the printer draws by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barcode {
    /// 13 digits.
    Ean13,
    /// Any ASCII text.
    Code128,
    /// Another one, by its number in `GS k`; it is not drawn.
    Other(u8),
}

/// Black and white dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Dots across, a multiple of 8.
    pub width: usize,
    /// A bit a dot, the highest first, 1 for black; whole bytes a row.
    pub bits: Vec<u8>,
}

impl Raster {
    /// Dots down.
    pub fn height(&self) -> usize {
        self.bits.len() * 8 / self.width.max(1)
    }

    /// Whether a dot is black.
    pub(super) fn is_black(&self, x: usize, y: usize) -> bool {
        let byte = self.bits.get(y * (self.width / 8) + x / 8);
        x < self.width && byte.is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1)
    }

    /// The text of a code in the picture, with the light border that a decoder needs.
    fn code(&self) -> Option<String> {
        const BORDER: usize = 20;
        let (width, height) = (self.width + 2 * BORDER, self.height() + 2 * BORDER);
        let dot = |index: usize| {
            let (x, y) = (index % width, index / width);
            let black = x >= BORDER && y >= BORDER && self.is_black(x - BORDER, y - BORDER);
            if black { 0 } else { 255 }
        };
        let dots = (0..width * height).map(dot).collect();
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        read(&GrayImage::from_raw(width, height, dots)?)
    }
}

/// Something on the paper, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A line of text, perhaps empty.
    Line(Line),
    /// A QR code that the printer drew.
    Qr {
        /// What it says.
        text: String,
        /// Dots a module.
        module: u8,
        /// Where it stands.
        align: Align,
    },
    /// A barcode that the printer drew.
    Barcode {
        /// Its kind.
        kind: Barcode,
        /// What it says.
        text: String,
        /// Where it stands.
        align: Align,
    },
    /// A picture.
    Raster {
        /// Its dots.
        raster: Raster,
        /// Where it stands.
        align: Align,
    },
    /// Blank paper, in dots.
    Feed(u32),
}

/// A piece of paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// From top to bottom.
    pub elements: Vec<Element>,
}

impl Receipt {
    /// The lines of text, codes and pictures as their words in brackets. Blank paper is nothing.
    pub fn lines(&self) -> Vec<String> {
        let words = |element: &Element| match element {
            Element::Line(line) => Some(line.text()),
            Element::Qr { text, .. } => Some(format!("[QR {text}]")),
            Element::Barcode { text, .. } => Some(format!("[barcode {text}]")),
            Element::Raster { raster, .. } => Some(match raster.code() {
                Some(text) => format!("[picture of a code: {text}]"),
                None => format!("[picture {}x{}]", raster.width, raster.height()),
            }),
            Element::Feed(_) => None,
        };
        self.elements.iter().filter_map(words).collect()
    }

    /// All lines, with the ends that they have on paper.
    pub fn text(&self) -> String {
        self.lines().iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}
