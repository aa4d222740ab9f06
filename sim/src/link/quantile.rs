//! Distributions given as quantile tables, and the normal distribution.
//!
//! It knows neither what the values mean nor where they come from.

use std::f64::consts::{SQRT_2, TAU};
use std::rc::Rc;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// Points of a quantile function: (share, value), linear in between, constant outside. Cheap to
/// clone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table(Rc<[(f64, f64)]>);

impl Table {
    /// # Errors
    /// A phrase that says what is wrong: no point, shares that do not rise within 0 to 1, or
    /// values that fall or lie outside of `low..=high`.
    pub(super) fn new(points: &[(f64, f64)], low: f64, high: f64) -> Result<Table, String> {
        if points.is_empty() {
            return Err("needs at least one [share, value]".into());
        }
        for (share, value) in points {
            if !(0.0..=1.0).contains(share) {
                return Err(format!("share {share} is not between 0 and 1"));
            }
            if !(low..=high).contains(value) {
                return Err(format!("value {value} is not between {low} and {high}"));
            }
        }
        let falls = points.windows(2).find(|pair| pair[1].0 <= pair[0].0 || pair[1].1 < pair[0].1);
        match falls {
            Some(pair) => Err(format!("{:?} comes after {:?} but is not larger", pair[1], pair[0])),
            None => Ok(Table(points.into())),
        }
    }

    /// Points that are known to be right.
    pub(super) fn built_in(points: &'static [(f64, f64)]) -> Table {
        Table(points.into())
    }

    /// The value that this share of all draws stays below.
    pub(super) fn at(&self, share: f64) -> f64 {
        let mut before: Option<(f64, f64)> = None;
        for &(point, value) in &*self.0 {
            if share <= point {
                return before
                    .map_or(value, |(p0, v0)| v0 + (value - v0) * (share - p0) / (point - p0));
            }
            before = Some((point, value));
        }
        before.map_or(0.0, |(_, value)| value)
    }

    /// The only value that it has, if there is only one.
    pub(super) fn constant(&self) -> Option<f64> {
        let (low, high) = (self.at(0.0), self.at(1.0));
        (low == high).then_some(low)
    }

    /// A draw from the distribution.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        self.at(rng.random())
    }
}

/// A draw from the standard normal distribution (Box and Muller, 1958).
pub(super) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (TAU * angle).cos()
}

/// A draw from the exponential distribution with mean 1.
pub(super) fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    let share: f64 = rng.random();
    -(1.0 - share).ln()
}

/// The share of a standard normal distribution below `z` (Abramowitz and Stegun 7.1.28, error
/// below 3e-7).
pub(super) fn normal_share(z: f64) -> f64 {
    const A: [f64; 6] = [
        0.070_523_078_4,
        0.042_282_012_3,
        0.009_270_527_2,
        0.000_152_014_3,
        0.000_276_567_2,
        0.000_043_063_8,
    ];
    let x = z.abs() / SQRT_2;
    let sum = 1.0 + A.iter().rev().fold(0.0, |sum, a| (sum + a) * x);
    let tail = 0.5 * sum.powi(-16);
    if z < 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_interpolate_and_stay_constant_outside() {
        let table = Table::new(&[(0.1, 10.0), (0.5, 20.0), (0.9, 60.0)], 1.0, 100.0).unwrap();
        for (share, value) in [(0.0, 10.0), (0.1, 10.0), (0.3, 15.0), (0.7, 40.0), (1.0, 60.0)] {
            assert!((table.at(share) - value).abs() < 1e-9, "{share}");
        }
        assert_eq!(table.constant(), None);
        assert_eq!(Table::new(&[(0.5, 20.0)], 1.0, 100.0).unwrap().constant(), Some(20.0));
    }

    #[test]
    fn senseless_tables_are_refused() {
        let bad: [&[(f64, f64)]; 6] = [
            &[],
            &[(1.5, 10.0)],
            &[(0.5, 0.0)],
            &[(0.5, f64::NAN)],
            &[(0.5, 10.0), (0.5, 20.0)],
            &[(0.5, 10.0), (0.6, 9.0)],
        ];
        for points in bad {
            assert!(Table::new(points, 1.0, 100.0).is_err(), "{points:?}");
        }
    }

    #[test]
    fn the_normal_distribution_is_one() {
        for (z, share) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.959_964, 0.025), (3.0, 0.998_650_1)]
        {
            assert!((normal_share(z) - share).abs() < 1e-6, "{z}");
        }
        let mut rng = crate::env::rng(1, "test normal");
        let draws: Vec<f64> = (0..20_000).map(|_| normal(&mut rng)).collect();
        let below = draws.iter().filter(|z| **z < 1.0).count();
        assert!((16_600..=17_060).contains(&below), "{below} of 20000 draws are below 1");
    }
}
