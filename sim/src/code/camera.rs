//! The scanner's camera: how a flat code looks at an angle, out of focus and through a sensor.
//!
//! Knows nothing of codes or damage classes; lengths are in shares of the picture's width, so
//! that a picture of any resolution is treated alike. Only operations whose result IEEE 754 fixes
//! (no sine, no exponential of the platform), so a picture is the same on every machine.

use std::f64::consts::PI;

use image::{GrayImage, Luma};
use rand::Rng;

/// How far the camera is from the code, in widths of the picture: a 3 cm code 12 cm away
/// (assumption).
const DISTANCE: f64 = 4.0;

/// What stands behind a tilted code: a counter, darker than the code's white (assumption).
const BACKGROUND: u8 = 110;

/// Standard deviation of the sensor's noise, in grey levels of 255 (assumption).
const NOISE: i32 = 4;

/// How a hand holds the phone, in degrees, -90 to 90.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Hold {
    /// The top away from the camera.
    pub(super) pitch: f64,
    /// The right edge away from the camera.
    pub(super) yaw: f64,
    /// Turned in its own plane.
    pub(super) roll: f64,
}

/// The picture rolled, then pitched, then yawed, seen in perspective from straight ahead. Each
/// pixel asks where it comes from (inverse mapping) and takes the bilinear mean there.
pub(super) fn view(image: &GrayImage, hold: Hold) -> GrayImage {
    if hold == Hold::default() {
        return image.clone();
    }
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let (pitch, yaw) = (sin_cos(hold.pitch), sin_cos(hold.yaw));
    let (roll_sin, roll_cos) = sin_cos(hold.roll);
    let look = |px: u32, py: u32| {
        let x = (f64::from(px) + 0.5 - width / 2.0) / width;
        let y = (f64::from(py) + 0.5 - height / 2.0) / width;
        let found = turned_back((x, y), yaw).and_then(|(x, y)| turned_back((y, x), pitch));
        let Some((v, u)) = found else { return BACKGROUND };
        let (u, v) = (u * roll_cos + v * roll_sin, v * roll_cos - u * roll_sin);
        sample(image, u * width + (width - 1.0) / 2.0, v * width + (height - 1.0) / 2.0)
    };
    GrayImage::from_fn(image.width(), image.height(), |x, y| Luma([look(x, y)]))
}

/// Where the ray through a point meets the plane that is turned about the second axis; `None` when
/// it passes by.
fn turned_back((along, across): (f64, f64), (sin, cos): (f64, f64)) -> Option<(f64, f64)> {
    let slope = DISTANCE * cos + along * sin;
    let met = along * DISTANCE / slope;
    (slope > 0.0).then_some((met, across * (DISTANCE - met * sin) / DISTANCE))
}

/// The bilinear mean of the four pixels around a point.
pub(super) fn sample(image: &GrayImage, x: f64, y: f64) -> u8 {
    let (left, top) = (x.floor(), y.floor());
    let at = |x: f64, y: f64| {
        let inside = x >= 0.0 && y >= 0.0;
        let pixel = inside.then(|| image.get_pixel_checked(x as u32, y as u32)).flatten();
        f64::from(pixel.map_or(BACKGROUND, |p| p.0[0]))
    };
    let across = |y: f64| mix(at(left, y), at(left + 1.0, y), x - left);
    (mix(across(top), across(top + 1.0), y - top) + 0.5) as u8
}

/// `a` at share 0, `b` at share 1.
pub(super) fn mix(a: f64, b: f64, share: f64) -> f64 {
    a + (b - a) * share
}

/// Sine and cosine by their power series; exact to the last digits for angles up to 90 degrees.
pub(super) fn sin_cos(degrees: f64) -> (f64, f64) {
    let angle = degrees * PI / 180.0;
    let (mut sin, mut cos, mut term) = (0.0, 0.0, 1.0);
    for n in 0..24u8 {
        let signed = if n % 4 < 2 { term } else { -term };
        if n % 2 == 0 {
            cos += signed
        } else {
            sin += signed
        }
        term *= angle / f64::from(n + 1);
    }
    (sin, cos)
}

/// The picture moved by `way` pixels while it was taken, in the direction of `degrees` (-90 to
/// 90): the mean of what each pixel saw on its way, in steps of at most half a pixel.
pub(super) fn smear(image: &GrayImage, way: f64, degrees: f64) -> GrayImage {
    let (sin, cos) = sin_cos(degrees);
    let steps = (2.0 * way).ceil().max(1.0);
    let look = |x: u32, y: u32| {
        let (mut sum, mut step) = (0.0, 0.0);
        while step <= steps {
            let along = way * (step / steps - 0.5);
            let seen = sample(image, f64::from(x) + along * cos, f64::from(y) + along * sin);
            sum += f64::from(seen);
            step += 1.0;
        }
        (sum / (steps + 1.0) + 0.5) as u8
    };
    GrayImage::from_fn(image.width(), image.height(), |x, y| Luma([look(x, y)]))
}

/// Adds the sensor's noise to each pixel: four random bytes summed, which is near enough to a
/// Gaussian and needs whole numbers only.
pub(super) fn grain(mut image: GrayImage, rng: &mut impl Rng) -> GrayImage {
    // Mean 4 * 127.5, standard deviation sqrt(4 * (256 * 256 - 1) / 12) = 147.8.
    let noise = |random: u32| {
        let sum: i32 = random.to_le_bytes().map(i32::from).iter().sum();
        ((sum - 510) * NOISE + 74).div_euclid(148)
    };
    for Luma([level]) in image.pixels_mut() {
        let grainy = i32::from(*level) + noise(rng.next_u32());
        *level = grainy.clamp(0, 255) as u8;
    }
    image
}

/// Gaussian blur of standard deviation `sigma` pixels, as three passes of an extended box filter
/// each way (Gwosdek et al. 2011, "Theoretical foundations of Gaussian convolution by extended
/// box filtering"): the same work for every sigma, in whole numbers.
pub(super) fn blur(mut image: GrayImage, sigma: f64) -> GrayImage {
    let window = Window::new(sigma);
    let (width, height) = (image.width() as usize, image.height() as usize);
    if width == 0 || height == 0 {
        return image;
    }
    for _ in 0..3 {
        for y in 0..height {
            window.smooth(&mut image, y * width, 1, width);
        }
        for x in 0..width {
            window.smooth(&mut image, x, width, height);
        }
    }
    image
}

/// A box of weight 1 for `radius` pixels each way and of weight `edge` / 256 for one more.
struct Window {
    radius: usize,
    edge: u64,
}

impl Window {
    /// A third of the variance of a Gaussian of `sigma` pixels, since variances add up.
    fn new(sigma: f64) -> Window {
        let variance = sigma * sigma / 3.0;
        let mut radius = 0.0;
        while (radius + 1.0) * (radius + 2.0) / 3.0 <= variance {
            radius += 1.0;
        }
        let (inner, next) = (2.0 * radius + 1.0, (radius + 1.0) * (radius + 1.0));
        let spread = radius * (radius + 1.0) * inner / 3.0;
        let edge = (inner * variance - spread) / (2.0 * (next - variance));
        Window { radius: radius as usize, edge: (edge * 256.0 + 0.5) as u64 }
    }

    /// Smooths the `count` pixels at `start`, `start + step` and so on. Beyond the ends the last
    /// pixel goes on.
    fn smooth(&self, image: &mut [u8], start: usize, step: usize, count: usize) {
        let reach = self.radius + 1;
        let at = |image: &[u8], i: usize| {
            let inside = i.saturating_sub(reach).min(count - 1);
            u64::from(image[start + inside * step])
        };
        // Sums of the first n pixels of the line, both ends prolonged by `reach`.
        let mut sums = vec![0; count + 2 * reach + 1];
        for i in 0..count + 2 * reach {
            sums[i + 1] = sums[i] + at(image, i);
        }
        let weight = (2 * self.radius as u64 + 1) * 256 + 2 * self.edge;
        for i in 0..count {
            let inner = sums[i + 2 * reach] - sums[i + 1];
            let both = sums[i + 2 * reach + 1] - sums[i] - inner;
            let mean = (inner * 256 + both * self.edge + weight / 2) / weight;
            image[start + i * step] = mean as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::rng;

    /// Black on the left, white on the right.
    fn edge(side: u32) -> GrayImage {
        GrayImage::from_fn(side, side, |x, _| Luma([if x < side / 2 { 0 } else { 255 }]))
    }

    #[test]
    fn straight_ahead_nothing_changes() {
        assert_eq!(view(&edge(40), Hold::default()), edge(40));
        assert_eq!(blur(edge(40), 0.0), edge(40));
    }

    #[test]
    fn sine_and_cosine_are_those_of_the_school_book() {
        for (degrees, sine, cosine) in [
            (0.0, 0.0, 1.0),
            (30.0, 0.5, 0.866_025_403_784),
            (90.0, 1.0, 0.0),
            (-30.0, -0.5, 0.866_025_403_784),
        ] {
            let (sin, cos) = sin_cos(degrees);
            assert!((sin - sine).abs() < 1e-11 && (cos - cosine).abs() < 1e-11, "{degrees}");
        }
    }

    #[test]
    fn a_pitched_page_is_lower_and_narrower_at_the_far_edge() {
        let page = GrayImage::from_pixel(200, 200, Luma([255]));
        let seen = view(&page, Hold { pitch: 60.0, ..Hold::default() });
        let lit = |y: u32| (0..200).filter(|x| seen.get_pixel(*x, y).0[0] > 200).count();
        let rows: Vec<u32> = (0..200).filter(|y| lit(*y) > 0).collect();
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        // cos 60 is a half, so the page is about 100 of 200 rows high.
        assert!((90..=110).contains(&(last - first)), "{first} to {last}");
        // The far edge is 4 / (4 + 0.5 sin 60) = 0.90 as wide as the page.
        assert!((175..=185).contains(&lit(first)), "{}", lit(first));
        assert_eq!(lit(last), 200);
    }

    #[test]
    fn blur_has_the_spread_asked_for_and_keeps_the_light() {
        for sigma in [0.3, 1.0, 2.5, 4.0] {
            let mut dot = GrayImage::new(61, 1);
            dot.put_pixel(30, 0, Luma([255]));
            // One row: only the horizontal passes change it.
            let row = blur(dot, sigma);
            let level = |x: u32| f64::from(row.get_pixel(x, 0).0[0]);
            let light: f64 = (0..61).map(level).sum();
            let spread: f64 = (0..61).map(|x| level(x) * (f64::from(x) - 30.0).powi(2)).sum();
            assert!((light - 255.0).abs() < 26.0, "{sigma}: {light}");
            let measured = (spread / light).sqrt();
            assert!((measured - sigma).abs() < 0.15 * sigma + 0.05, "{sigma}: {measured}");
        }
    }

    #[test]
    fn grain_has_the_stated_deviation_and_no_bias() {
        let gray = GrayImage::from_pixel(200, 200, Luma([128]));
        let noisy = grain(gray, &mut rng(1, "grain"));
        let off = |p: &Luma<u8>| f64::from(p.0[0]) - 128.0;
        let mean = noisy.pixels().map(off).sum::<f64>() / 40_000.0;
        let variance = noisy.pixels().map(|p| off(p).powi(2)).sum::<f64>() / 40_000.0;
        assert!(mean.abs() < 0.1, "{mean}");
        assert!((variance.sqrt() - f64::from(NOISE)).abs() < 0.1, "{variance}");
    }
}
