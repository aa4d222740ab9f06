//! The bytes of one connection on their way, both directions, in order.
//!
//! It knows lengths and times, not the bytes; it knows no NAT and no power: those stand between
//! it and the bearer.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Waker};

use contract::{Lapse, Time};

use super::{Attempts, HEADER_BYTES, RttEstimate};
use crate::link::bearer::{Bearer, Direction, Fate};

/// What a segment carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::link) enum Payload {
    /// So many bytes.
    Data(usize),
    /// The end of this direction.
    Fin,
    /// The connection broke: a reset, or the own TCP gave up.
    Broken(io::ErrorKind),
}

/// What the reading end of a direction finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::link) enum Front {
    /// Nothing is on its way.
    Idle,
    /// Nothing before this moment; then ask again.
    Wait(Time),
    /// This has arrived.
    Ready(Payload),
}

#[derive(Debug)]
enum State {
    Trying(Attempts),
    Arriving(Time),
}

#[derive(Debug)]
struct Segment {
    payload: Payload,
    state: State,
}

/// One direction.
#[derive(Debug, Default)]
struct Lane {
    segments: VecDeque<Segment>,
    /// Nothing arrives before what was sent before it.
    latest: Time,
    finished: bool,
    reader: Option<Waker>,
}

/// A connection's segments on their way.
#[derive(Debug)]
pub(in crate::link) struct Flow {
    lanes: [Lane; 2],
    rtt: RttEstimate,
    delays: [Lapse; 2],
}

impl Flow {
    /// A connection whose handshake travelled this long, up and down.
    pub(in crate::link) fn new(delays: [Lapse; 2]) -> Flow {
        let rtt = RttEstimate::first(delays[0] + delays[1]);
        Flow { lanes: Default::default(), rtt, delays }
    }

    /// Sends a segment; it is lost or on its way when this returns. After a FIN nothing is sent.
    pub(in crate::link) fn send(
        &mut self,
        at: Time,
        direction: Direction,
        payload: Payload,
        bearer: &mut dyn Bearer,
    ) {
        if self.finished(direction) {
            return;
        }
        let state = State::Trying(Attempts::new(at, self.rtt.timeout()));
        let mut segment = Segment { payload, state };
        self.attempt(direction, &mut segment, bearer);
        self.push(direction, segment);
    }

    /// What has arrived by now in this direction. Attempts that are due are made; who waits is
    /// woken when something new is on its way.
    pub(in crate::link) fn front(
        &mut self,
        now: Time,
        direction: Direction,
        bearer: &mut dyn Bearer,
        task: &Context<'_>,
    ) -> Front {
        self.lanes[direction as usize].reader = Some(task.waker().clone());
        self.arrived(now, direction, bearer)
    }

    /// The same, for one who comes back by himself.
    pub(in crate::link) fn arrived(
        &mut self,
        now: Time,
        direction: Direction,
        bearer: &mut dyn Bearer,
    ) -> Front {
        while let Some(mut segment) = self.lanes[direction as usize].segments.pop_front() {
            let front = match segment.state {
                State::Arriving(at) if at <= now => Front::Ready(segment.payload),
                State::Arriving(at) => Front::Wait(at),
                State::Trying(attempts) if attempts.exhausted() => {
                    self.give_up(now, direction);
                    return Front::Idle;
                }
                State::Trying(attempts) if attempts.next > now => Front::Wait(attempts.next),
                State::Trying(_) => {
                    self.attempt(direction, &mut segment, bearer);
                    self.lanes[direction as usize].segments.push_front(segment);
                    continue;
                }
            };
            self.lanes[direction as usize].segments.push_front(segment);
            return front;
        }
        Front::Idle
    }

    /// So many bytes of the segment in front were read.
    pub(in crate::link) fn take(&mut self, direction: Direction, bytes: usize) {
        let segments = &mut self.lanes[direction as usize].segments;
        if let Some(Segment { payload: Payload::Data(left), .. }) = segments.front_mut() {
            *left = left.saturating_sub(bytes);
            if *left == 0 {
                segments.pop_front();
            }
        }
    }

    /// What did not get through yet never will.
    pub(in crate::link) fn cut(&mut self) {
        for lane in &mut self.lanes {
            let trying = |segment: &Segment| matches!(segment.state, State::Trying(_));
            if let Some(first) = lane.segments.iter().position(trying) {
                lane.segments.truncate(first);
            }
        }
    }

    /// Lets the reader of this direction find the connection broken at this moment.
    pub(in crate::link) fn break_off(
        &mut self,
        at: Time,
        direction: Direction,
        how: io::ErrorKind,
    ) {
        let segment = Segment { payload: Payload::Broken(how), state: State::Arriving(at) };
        self.push(direction, segment);
    }

    /// Whether a FIN was sent in this direction.
    pub(in crate::link) fn finished(&self, direction: Direction) -> bool {
        self.lanes[direction as usize].finished
    }

    fn push(&mut self, direction: Direction, segment: Segment) {
        let lane = &mut self.lanes[direction as usize];
        lane.finished |= segment.payload == Payload::Fin;
        lane.segments.push_back(segment);
        if let Some(reader) = lane.reader.take() {
            reader.wake();
        }
    }

    /// Makes one attempt; a first attempt that gets through is an RTT sample (Karn's rule).
    fn attempt(&mut self, direction: Direction, segment: &mut Segment, bearer: &mut dyn Bearer) {
        let State::Trying(attempts) = &mut segment.state else { return };
        let bytes =
            HEADER_BYTES + if let Payload::Data(bytes) = segment.payload { bytes } else { 0 };
        match bearer.fate(attempts.next, direction, bytes) {
            Fate::Lost => attempts.lost(),
            Fate::Delivered(delay) => {
                let lane = &mut self.lanes[direction as usize];
                lane.latest = lane.latest.max(attempts.next + delay);
                self.delays[direction as usize] = delay;
                if attempts.made == 0 {
                    self.rtt.add(self.delays[0] + self.delays[1]);
                }
                segment.state = State::Arriving(lane.latest);
            }
        }
    }

    /// The sender's TCP reports a time-out to its own end and forgets the connection.
    fn give_up(&mut self, now: Time, direction: Direction) {
        self.lanes[direction as usize].segments.clear();
        self.cut();
        self.break_off(now, direction.other(), io::ErrorKind::TimedOut);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Outage;
    use super::*;

    const WAY: [Lapse; 2] = [Lapse::from_ms(50); 2];

    /// When one who reads from `now` on gets the segment in front of the lane.
    fn arrival(
        flow: &mut Flow,
        mut now: Time,
        direction: Direction,
        bearer: &mut dyn Bearer,
    ) -> Option<Time> {
        loop {
            match flow.arrived(now, direction, bearer) {
                Front::Wait(at) => now = at,
                Front::Ready(_) => return Some(now),
                Front::Idle => return None,
            }
        }
    }

    #[test]
    fn an_outage_delays_by_at_most_twice_its_length() {
        for outage_ms in [1, 100, 299, 301, 1_000, 5_000, 60_000] {
            let mut bearer = Outage { until: Time::from_ms(outage_ms), direction: Direction::Up };
            let mut flow = Flow::new(WAY);
            flow.send(Time(0), Direction::Up, Payload::Data(300), &mut bearer);
            let at = arrival(&mut flow, Time(0), Direction::Up, &mut bearer).unwrap().as_ms();
            let latest = (2 * outage_ms).max(300) + 50;
            assert!((outage_ms..=latest).contains(&at), "outage {outage_ms} ms, arrived {at} ms");
        }
    }

    #[test]
    fn nothing_overtakes() {
        let mut bearer = Outage { until: Time::from_ms(10), direction: Direction::Down };
        let mut flow = Flow::new(WAY);
        for at in [0, 20, 30] {
            flow.send(Time::from_ms(at), Direction::Down, Payload::Data(10), &mut bearer);
        }
        let mut now = Time(0);
        for _ in 0..3 {
            now = arrival(&mut flow, now, Direction::Down, &mut bearer).unwrap();
            assert_eq!(now, Time::from_ms(350), "the first is repeated after 300 ms");
            flow.take(Direction::Down, 10);
        }
        assert_eq!(arrival(&mut flow, now, Direction::Down, &mut bearer), None);
    }

    #[test]
    fn after_a_quarter_of_an_hour_the_sender_gives_up() {
        let mut bearer = Outage { until: Time(u64::MAX), direction: Direction::Up };
        let mut flow = Flow::new(WAY);
        flow.send(Time(0), Direction::Up, Payload::Data(10), &mut bearer);
        assert_eq!(arrival(&mut flow, Time(0), Direction::Up, &mut bearer), None);
        let Front::Wait(at) = flow.arrived(Time(0), Direction::Down, &mut bearer) else { panic!() };
        assert!((700..1_100).contains(&at.since(Time(0)).as_ms().div_ceil(1_000)), "{at}");
        let broken = Front::Ready(Payload::Broken(io::ErrorKind::TimedOut));
        assert_eq!(flow.arrived(at, Direction::Down, &mut bearer), broken);
    }
}
