//! Draws a receipt, dot by dot, as it comes out of the printer.

use sim::code::GrayImage;
use sim::code::image::{EcLevel, Symbology, render};

use super::font::{self, glyph};
use super::receipt::{Align, Barcode, Element, Line, Receipt, Span, Style};

/// Dots across: 58 mm paper at 203 dpi (ESC/POS command reference, 384 dots).
const WIDTH: usize = 384;

/// A character of font A, and of the smaller font B (ESC/POS command reference).
const CELL: (usize, usize) = (12, 24);
const SMALL: (usize, usize) = (9, 17);

/// Dots a module of a barcode; `GS w` is not looked at.
const BAR: u32 = 2;

/// The longest picture, in dots (assumption: a metre and a quarter of paper).
const HEIGHT_MAX: usize = 10_000;

/// A character in a cell of font A.
struct Letter {
    rows: [u16; font::HEIGHT],
    style: Style,
}

impl Letter {
    fn is_black(&self, column: usize, row: usize) -> bool {
        // The letter stands in the middle of its cell.
        let bits = row.checked_sub(2).and_then(|row| self.rows.get(row)).copied();
        let dot = |column: usize| {
            let inside = (1..=font::WIDTH).contains(&column);
            inside && (bits.unwrap_or_default() >> (font::WIDTH - column)) & 1 == 1
        };
        let heavy = self.style.bold && column > 0 && dot(column - 1);
        dot(column) || heavy || (self.style.underline && row >= CELL.1 - 2)
    }
}

/// Paper that grows downwards; true is black.
struct Paper(Vec<[bool; WIDTH]>);

impl Paper {
    fn feed(&mut self, dots: usize) {
        let height = (self.0.len() + dots).min(HEIGHT_MAX);
        self.0.resize(height, [false; WIDTH]);
    }

    fn blacken(&mut self, x: usize, y: usize) {
        self.0.get_mut(y).and_then(|row| row.get_mut(x)).into_iter().for_each(|dot| *dot = true);
    }

    /// Puts something below what is there.
    fn put(
        &mut self,
        (width, height): (usize, usize),
        align: Align,
        black: impl Fn(usize, usize) -> bool,
    ) {
        let (top, left) = (self.0.len(), left(width, align));
        self.feed(height);
        for (x, y) in (0..height).flat_map(|y| (0..width.min(WIDTH)).map(move |x| (x, y))) {
            if black(x, y) {
                self.blacken(left + x, top + y);
            }
        }
    }

    fn line(&mut self, line: &Line) {
        let cells: Vec<(char, Style)> = line
            .spans
            .iter()
            .flat_map(|Span { text, style }| text.chars().map(|c| (c, *style)))
            .collect();
        let mut rows = vec![(0, Vec::new())];
        for (c, style) in cells {
            let (width, _) = cell(style);
            match rows.last_mut() {
                Some((used, row)) if *used + width <= WIDTH => {
                    row.push((*used, c, style));
                    *used += width;
                }
                _ => rows.push((width, vec![(0, c, style)])),
            }
        }
        for (width, row) in rows {
            let height = row.iter().map(|(_, _, style)| cell(*style).1).max().unwrap_or(CELL.1);
            let (top, left) = (self.0.len(), left(width, line.align));
            // A little air between lines: 30 dots for 24 (default line spacing).
            self.feed(height + 6);
            for (x, c, style) in row {
                self.character(left + x, top + height - cell(style).1, c, style);
            }
        }
    }

    fn character(&mut self, left: usize, top: usize, c: char, style: Style) {
        let (width, height) = cell(style);
        let letter = Letter { rows: glyph(c), style };
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            // The dots of the large cell that fall on this one; a smaller letter loses none.
            let columns = x * CELL.0 / width..((x + 1) * CELL.0).div_ceil(width);
            let mut rows = y * CELL.1 / height..((y + 1) * CELL.1).div_ceil(height);
            let black = rows.any(|row| columns.clone().any(|column| letter.is_black(column, row)));
            if black != style.inverse {
                self.blacken(left + x, top + y);
            }
        }
    }

    fn code(&mut self, text: &str, symbology: Symbology, module: u32, align: Align) {
        // One that does not fit is drawn smaller; one that can't be drawn is its words.
        let drawn = (1..=module).rev().find_map(|module| {
            let picture = render(text, symbology, module).ok()?.image;
            (usize::try_from(picture.width()).ok()? <= WIDTH).then_some(picture)
        });
        let Some(picture) = drawn else { return self.words(text, align) };
        let size = |side: u32| usize::try_from(side).unwrap_or_default();
        let (width, height) = (size(picture.width()), size(picture.height()));
        let dots = picture.into_raw();
        let black = |x: usize, y: usize| dots.get(y * width + x).is_some_and(|grey| *grey < 128);
        self.put((width, height), align, black);
    }

    fn words(&mut self, text: &str, align: Align) {
        let span = Span { text: format!("[{text}]"), style: Style::default() };
        self.line(&Line { spans: vec![span], align });
    }

    fn element(&mut self, element: &Element) {
        match element {
            Element::Line(line) => self.line(line),
            Element::Feed(dots) => self.feed(usize::try_from(*dots).unwrap_or_default()),
            Element::Qr { text, module, align } => {
                self.code(text, Symbology::Qr(EcLevel::M), (*module).into(), *align);
            }
            Element::Barcode { kind: Barcode::Ean13, text, align } => {
                self.code(text, Symbology::Ean13, BAR, *align);
            }
            Element::Barcode { kind: Barcode::Code128, text, align } => {
                self.code(text, Symbology::Code128, BAR, *align);
            }
            Element::Barcode { text, align, .. } => self.words(text, *align),
            Element::Raster { raster, align } => {
                let size = (raster.width, raster.height());
                self.put(size, *align, |x, y| raster.is_black(x, y));
            }
        }
    }
}

fn cell(style: Style) -> (usize, usize) {
    let (width, height) = if style.small { SMALL } else { CELL };
    (width * usize::from(style.width), height * usize::from(style.height))
}

fn left(width: usize, align: Align) -> usize {
    let free = WIDTH.saturating_sub(width);
    match align {
        Align::Left => 0,
        Align::Centre => free / 2,
        Align::Right => free,
    }
}

impl Receipt {
    /// The receipt as a picture, 384 dots wide; `sim::code::file::save` writes it as PNG.
    pub fn picture(&self) -> GrayImage {
        let mut paper = Paper(Vec::new());
        paper.feed(16);
        self.elements.iter().for_each(|element| paper.element(element));
        paper.feed(16);
        let height = u32::try_from(paper.0.len()).unwrap_or_default();
        let width = u32::try_from(WIDTH).unwrap_or_default();
        let dots = paper.0.into_iter().flatten().map(|black| if black { 0 } else { 255 });
        GrayImage::from_raw(width, height, dots.collect()).unwrap_or_default()
    }
}
