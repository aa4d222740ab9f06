//! Recorded channels: Mahimahi's opportunities to send, round trips by time, and latency tables.
//!
//! It knows which file is of which kind; its parts know the formats.

mod latency;
mod opportunities;
mod series;

use std::rc::Rc;

use rand::rngs::ChaCha8Rng;

use super::bearer::Bearer;
use opportunities::{Opportunities, Playback};
use series::Series;

pub(super) use latency::latency_table;

/// A recording that is played by the clock, again and again.
#[derive(Debug, Clone)]
pub(super) enum Recording {
    Opportunities(Opportunities),
    Series(Rc<Series>),
}

impl Recording {
    /// Reads a `.csv` file, or BASE.up and BASE.down.
    ///
    /// # Errors
    /// The file, the line and what is wrong with it.
    pub(super) fn read(base: &str) -> Result<Recording, String> {
        if !base.ends_with(".csv") {
            return Opportunities::read(base).map(Recording::Opportunities);
        }
        let text = std::fs::read_to_string(base).map_err(|e| format!("{base}: {e}"))?;
        let series = Series::parse(&text).map_err(|why| format!("{base}:{why}"))?;
        Ok(Recording::Series(Rc::new(series)))
    }

    /// A channel that plays it from the start.
    pub(super) fn play(&self, rng: ChaCha8Rng) -> Box<dyn Bearer> {
        match self {
            Recording::Opportunities(ways) => Box::new(Playback::new(ways)),
            Recording::Series(series) => Box::new(series::Playback::new(series, rng)),
        }
    }

    /// What is in it, in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Recording::Opportunities(ways) => ways.describe(),
            Recording::Series(series) => series.describe(),
        }
    }

    /// The round-trip time in ms, without queues, that this share of the time stays below.
    pub(super) fn rtt_ms(&self, share: f64) -> f64 {
        match self {
            Recording::Opportunities(_) => opportunities::RTT_MS,
            Recording::Series(series) => series.rtt_ms(share),
        }
    }

    /// Losses each way, in percent.
    pub(super) fn loss_percent(&self) -> f64 {
        match self {
            Recording::Opportunities(_) => 0.0,
            Recording::Series(series) => series.loss_percent(),
        }
    }
}
