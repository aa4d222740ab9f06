//! What TCP makes of a lossy link: it never loses bytes, it makes them late.
//!
//! This is the closed form for the lone segments of request and answer: a segment is tried at
//! fixed offsets until one attempt gets through, and acknowledgements do not get lost. It knows no
//! timer wheel, no congestion control and no coupling of segments. Such a schedule lies 0.01 to
//! 0.17 from Linux 6.1 and 6.18 (Kolmogorov-Smirnov, own measurement), mostly in the tail; a full
//! model of both TCP ends lies 0.003 to 0.044.
//!
//! The seam for a full model: it takes the place of `Flow` and `Handshake`, behind the same
//! questions. Connections send a payload, ask what has arrived or when to ask again, and leave all
//! else, timers and acknowledgements too, to what stands behind these two.

mod flow;

use std::collections::BTreeSet;

use contract::{Lapse, Time};

use super::bearer::{Bearer, Direction, Fate};

pub(super) use flow::{Flow, Front, Payload};

/// Most payload in one segment: 1400 bytes of MTU that LTE carriers commonly leave, less headers
/// (assumption).
pub(super) const MSS: usize = 1_348;

/// IP and TCP headers with timestamps (RFC 791, RFC 9293, RFC 7323).
const HEADER_BYTES: usize = 52;

/// A SYN or SYN/ACK with Linux's options.
const SYN_BYTES: usize = 60;

/// Linux's `TCP_RTO_MIN`.
const MIN_VARIANCE: Lapse = Lapse::from_ms(200);

/// Linux's `TCP_RTO_MAX`.
const MAX_INTERVAL: Lapse = Lapse::from_secs(120);

/// Linux's `tcp_retries2`.
const RETRIES: u32 = 15;

/// When SYNs leave: Linux 6.5 and later, `tcp_syn_linear_timeouts` = 4, `tcp_syn_retries` = 6.
const SYN_OFFSETS_S: [u64; 11] = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67];

/// When connecting is given up, under the same settings.
const CONNECT_LIMIT: Lapse = Lapse::from_secs(131);

/// When a host repeats an unanswered SYN/ACK, after the first: Linux's `tcp_synack_retries` = 5.
const SYN_ACK_REPEATS_S: [u64; 5] = [1, 3, 7, 15, 31];

/// The smoothed round-trip time (RFC 6298, with Linux's variance of at least 200 ms).
#[derive(Debug, Clone, Copy)]
struct RttEstimate {
    smoothed: Lapse,
    deviation: Lapse,
}

impl RttEstimate {
    fn first(sample: Lapse) -> RttEstimate {
        RttEstimate { smoothed: sample, deviation: Lapse(sample.0 / 2) }
    }

    fn add(&mut self, sample: Lapse) {
        let off = Lapse(sample.0.abs_diff(self.smoothed.0));
        self.deviation = Lapse((self.deviation.0 * 3 + off.0) / 4);
        self.smoothed = Lapse((self.smoothed.0 * 7 + sample.0) / 8);
    }

    /// The retransmission timeout, in whole milliseconds.
    fn timeout(&self) -> Lapse {
        let exact = self.smoothed + (self.deviation * 4).max(MIN_VARIANCE);
        Lapse::from_ms(exact.0.div_ceil(1_000))
    }
}

/// The moments at which a segment is sent: 0, R, 2R, 4R, 8R ... after its first time. The first
/// repeat is Linux's tail-loss probe, which leaves the timeout undoubled.
#[derive(Debug, Clone, Copy)]
struct Attempts {
    next: Time,
    timeout: Lapse,
    made: u32,
}

impl Attempts {
    fn new(first: Time, timeout: Lapse) -> Attempts {
        Attempts { next: first, timeout, made: 0 }
    }

    /// This attempt was lost: moves to the next.
    fn lost(&mut self) {
        let doublings = self.made.saturating_sub(1).min(16);
        self.next += (self.timeout * (1 << doublings)).min(MAX_INTERVAL);
        self.made += 1;
    }

    /// Whether the sender gives up instead of sending again.
    fn exhausted(&self) -> bool {
        self.made > RETRIES
    }
}

/// Both ways of a connection being opened: SYN, then SYN/ACK or a refusal.
///
/// Ask `next` what leaves when, tell `sent` what became of it, until there is an answer.
#[derive(Debug)]
pub(super) struct Handshake {
    begun: Time,
    agenda: BTreeSet<(Time, Direction)>,
    up: Option<Lapse>,
}

/// The answer to a SYN has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    /// When.
    pub(super) at: Time,
    /// How long SYN and answer travelled.
    pub(super) delays: [Lapse; 2],
}

impl Handshake {
    pub(super) fn new(begun: Time) -> Handshake {
        let syn = |offset: u64| (begun + Lapse::from_secs(offset), Direction::Up);
        Handshake { begun, agenda: SYN_OFFSETS_S.map(syn).into(), up: None }
    }

    /// What leaves next: up a SYN, down the host's answer. `None`: nothing more.
    pub(super) fn next(&mut self) -> Option<(Time, Direction)> {
        self.agenda.pop_first()
    }

    /// When the terminal gives up.
    pub(super) fn deadline(&self) -> Time {
        self.begun + CONNECT_LIMIT
    }

    /// Sends what `next` gave.
    pub(super) fn send(
        &mut self,
        (at, direction): (Time, Direction),
        mut fate: impl FnMut(Time, Direction, usize) -> Fate,
    ) -> Option<Answer> {
        match (fate(at, direction, SYN_BYTES), direction) {
            (Fate::Lost, _) => None,
            (Fate::Delivered(delay), Direction::Up) => {
                self.heard(at + delay);
                self.up = Some(delay);
                None
            }
            (Fate::Delivered(delay), Direction::Down) => {
                Some(Answer { at: at + delay, delays: [self.up.unwrap_or(delay), delay] })
            }
        }
    }

    /// A SYN reached the host: it answers, and repeats its first answer on its own timer.
    fn heard(&mut self, at: Time) {
        self.agenda.insert((at, Direction::Down));
        if self.up.is_none() {
            let repeat = |offset| (at + Lapse::from_secs(offset), Direction::Down);
            self.agenda.extend(SYN_ACK_REPEATS_S.map(repeat));
        }
    }
}

/// Opens a connection without anybody waiting in between.
pub(super) fn connect(begun: Time, bearer: &mut dyn Bearer) -> Option<Answer> {
    let mut handshake = Handshake::new(begun);
    while let Some(next) = handshake.next() {
        let answer = handshake.send(next, |at, way, bytes| bearer.fate(at, way, bytes));
        if answer.is_some() {
            return answer;
        }
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Loses what is sent before a moment in one direction, else takes 50 ms each way.
    pub(crate) struct Outage {
        pub(crate) until: Time,
        pub(crate) direction: Direction,
    }

    impl Bearer for Outage {
        fn fate(&mut self, at: Time, direction: Direction, _bytes: usize) -> Fate {
            match direction == self.direction && at < self.until {
                true => Fate::Lost,
                false => Fate::Delivered(Lapse::from_ms(50)),
            }
        }
    }

    fn connected_ms(until: u64, direction: Direction) -> Option<u64> {
        let mut outage = Outage { until: Time::from_ms(until), direction };
        connect(Time(0), &mut outage).map(|answer| answer.at.as_ms())
    }

    #[test]
    fn lost_syns_are_repeated_as_linux_does() {
        for (until, at) in [(0, 100), (1, 1_100), (2_500, 3_100), (5_001, 7_100), (20_000, 35_100)]
        {
            assert_eq!(connected_ms(until, Direction::Up), Some(at), "outage until {until} ms");
        }
        assert_eq!(connected_ms(68_000, Direction::Up), None);
    }

    #[test]
    fn a_lost_answer_is_repeated_with_each_syn() {
        for (until, at) in [(60, 1_100), (1_040, 1_100), (1_060, 2_100), (6_000, 7_100)] {
            assert_eq!(connected_ms(until, Direction::Down), Some(at), "outage until {until} ms");
        }
    }

    #[test]
    fn segments_are_repeated_after_r_2r_4r_8r() {
        let timeout = RttEstimate::first(Lapse::from_ms(100)).timeout();
        assert_eq!(timeout, Lapse::from_ms(300));
        let mut attempts = Attempts::new(Time::from_ms(1_000), timeout);
        let mut offsets = Vec::new();
        while !attempts.exhausted() {
            offsets.push(attempts.next.as_ms() - 1_000);
            attempts.lost();
        }
        assert_eq!(offsets[..7], [0, 300, 600, 1_200, 2_400, 4_800, 9_600]);
        assert_eq!(offsets.len(), 16);
        assert_eq!(offsets[15] - offsets[14], 120_000);
    }

    #[test]
    fn the_timeout_follows_the_round_trips() {
        let mut estimate = RttEstimate::first(Lapse::from_ms(100));
        (0..100).for_each(|_| estimate.add(Lapse::from_ms(400)));
        let timeout = estimate.timeout().as_ms();
        assert!((598..=602).contains(&timeout), "{timeout}");
    }
}
