//! A picture of one code, and where on it the symbol lies.
//!
//! Knows nothing of decoders or damage: a picture is drawn from a grid of modules, and its layout
//! says where damage would hit the symbol.

use image::{GrayImage, Luma};

/// The largest module that is drawn, in pixels. Keeps the largest QR code (177 modules) below 6000
/// pixels a side.
pub const MAX_SCALE: u32 = 32;

/// A picture and the place of the symbol on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Grey levels, 0 dark to 255 light.
    pub image: GrayImage,
    /// Where the symbol lies.
    pub layout: Layout,
}

/// Where a symbol lies on its picture; lengths in pixels. The symbol stands upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// From the left edge of the picture to the first module.
    pub left: f64,
    /// From the top edge to the first module.
    pub top: f64,
    /// Width of a module.
    pub module: f64,
    /// Height of a cell: that of a module, or of the bars.
    pub height: f64,
    /// Modules across.
    pub columns: u32,
    /// Cells down; 1 for a barcode.
    pub rows: u32,
}

impl Layout {
    /// Width and height of the symbol.
    pub fn size(&self) -> (f64, f64) {
        (self.module * f64::from(self.columns), self.height * f64::from(self.rows))
    }

    /// The side of a square as large as the symbol.
    pub fn side(&self) -> f64 {
        let (width, height) = self.size();
        (width * height).sqrt()
    }

    /// The middle of the symbol.
    pub fn middle(&self) -> (f64, f64) {
        let (width, height) = self.size();
        (self.left + width / 2.0, self.top + height / 2.0)
    }

    /// The cell at the middle of this pixel: its column and its row.
    pub(super) fn cell(&self, x: u32, y: u32) -> Option<(u32, u32)> {
        let column = (f64::from(x) + 0.5 - self.left) / self.module;
        let row = (f64::from(y) + 0.5 - self.top) / self.height;
        let inside = column >= 0.0 && row >= 0.0;
        let cell = (column as u32, row as u32);
        (inside && cell.0 < self.columns && cell.1 < self.rows).then_some(cell)
    }
}

/// A symbol before it has a size: dark and light cells, row by row.
pub(super) struct Grid {
    pub(super) dark: Vec<bool>,
    pub(super) columns: u32,
    /// The height of a cell in modules.
    pub(super) height: u32,
    /// The light border that the symbol needs on each side, in modules.
    pub(super) quiet: u32,
}

impl Grid {
    /// Draws it, `scale` pixels a module; outside of 1 to `MAX_SCALE` the nearest one inside.
    pub(super) fn draw(&self, scale: u32) -> Picture {
        let scale = scale.clamp(1, MAX_SCALE);
        let rows = self.dark.len() as u32 / self.columns.max(1);
        let layout = Layout {
            left: f64::from(self.quiet * scale),
            top: f64::from(self.quiet * scale),
            module: f64::from(scale),
            height: f64::from(self.height * scale),
            columns: self.columns,
            rows,
        };
        let dark = |x: u32, y: u32| {
            let cell = layout.cell(x, y);
            let index = cell.map(|(column, row)| (row * self.columns + column) as usize);
            index.and_then(|index| self.dark.get(index)) == Some(&true)
        };
        let width = (self.columns + 2 * self.quiet) * scale;
        let height = (rows * self.height + 2 * self.quiet) * scale;
        let shade = |x, y| Luma([if dark(x, y) { 0 } else { 255 }]);
        Picture { image: GrayImage::from_fn(width, height, shade), layout }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_drawn_where_the_layout_says() {
        let grid = Grid { dark: vec![true, false, false, true], columns: 2, height: 3, quiet: 1 };
        let Picture { image, layout } = grid.draw(2);
        assert_eq!(image.dimensions(), (8, 16));
        assert_eq!((layout.size(), layout.middle()), ((4.0, 12.0), (4.0, 8.0)));
        let dark = |x, y| image.get_pixel(x, y).0[0] == 0;
        assert!(dark(2, 2) && dark(3, 7) && !dark(4, 2) && !dark(2, 8) && dark(5, 13));
        let outside = [(0, 0), (1, 2), (6, 2), (2, 14)];
        assert!(outside.iter().all(|(x, y)| layout.cell(*x, *y).is_none() && !dark(*x, *y)));
    }
}
