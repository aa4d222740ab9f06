//! TCP over bearers that lose what they are told to lose.

use std::io;

use contract::fault::Rate;
use proptest::prelude::*;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::*;
use crate::link::bearer::{Direction, Fate, MIN_DELAY};

const WAY: Lapse = Lapse::from_ms(50);

/// Takes 50 ms each way, but for what `loses` says of time, way and size; keeps what was sent.
struct Wire<F> {
    loses: F,
    sent: Vec<(u64, Direction, usize)>,
}

impl<F: FnMut(u64, Direction, usize) -> bool> Wire<F> {
    fn new(loses: F) -> Wire<F> {
        Wire { loses, sent: Vec::new() }
    }

    /// When data of this size left in this direction, in ms.
    fn times(&self, direction: Direction, bytes: usize) -> Vec<u64> {
        let size = bytes + HEADER_BYTES;
        let data = self.sent.iter().filter(|(_, way, n)| (*way, *n) == (direction, size));
        data.map(|(at, ..)| *at).collect()
    }
}

impl<F: FnMut(u64, Direction, usize) -> bool> Bearer for Wire<F> {
    fn fate(&mut self, at: Time, direction: Direction, bytes: usize) -> Fate {
        self.sent.push((at.as_ms(), direction, bytes));
        match (self.loses)(at.as_ms(), direction, bytes) {
            true => Fate::Lost,
            false => Fate::Delivered(WAY),
        }
    }
}

fn perfect() -> Wire<impl FnMut(u64, Direction, usize) -> bool> {
    Wire::new(|_, _, _| false)
}

/// A connection that stands at 100 ms.
fn open(bearer: &mut dyn Bearer) -> Flow {
    let answer = connect(Time(0), KERNEL, &mut perfect()).unwrap();
    assert_eq!(answer.at, Time::from_ms(100));
    Flow::open(answer, KERNEL, bearer)
}

fn send(flow: &mut Flow, at_ms: u64, way: Direction, bytes: usize, bearer: &mut dyn Bearer) {
    flow.send(Time::from_ms(at_ms), way, Payload::Data(bytes), bearer);
}

/// When the segment in front arrives for one who reads from `from_ms` on; it is taken.
fn read(flow: &mut Flow, from_ms: u64, way: Direction, bearer: &mut dyn Bearer) -> Option<u64> {
    let mut now = Time::from_ms(from_ms);
    loop {
        match flow.arrived(now, way, bearer) {
            Front::Wait(at) => now = at,
            Front::Ready(Payload::Data(bytes)) => {
                flow.take(way, bytes);
                return Some(now.as_ms());
            }
            Front::Ready(_) | Front::Idle => return None,
        }
    }
}

/// When so many segments arrive.
fn read_all(flow: &mut Flow, count: u32, way: Direction, bearer: &mut dyn Bearer) -> Vec<u64> {
    let mut now = 0;
    let mut next = || {
        now = read(flow, now, way, bearer).unwrap();
        now
    };
    (0..count).map(|_| next()).collect()
}

fn syn_times(kernel: Kernel) -> (Vec<u64>, u64) {
    let mut handshake = Handshake::new(Time(0), kernel);
    let mut times = Vec::new();
    while let Some(next) = handshake.next() {
        assert_eq!(handshake.send(next, |_, _, _| Fate::Lost), None);
        times.push(next.0.as_ms() / 1_000);
    }
    (times, handshake.deadline().as_ms())
}

#[test]
fn syns_are_repeated_as_the_kernel_does() {
    let (times, end) = syn_times(Kernel::V6_18);
    assert_eq!(times[1..], [1, 2, 3, 4, 5, 7, 11, 19, 35, 69], "{times:?}, 35 and 67 late");
    assert!((131_000..136_000).contains(&end), "{end}");
    let (times, end) = syn_times(Kernel::V6_1);
    assert_eq!(times[1..], [1, 3, 7, 15, 32, 64], "{times:?}, 31 and 63 late");
    assert!((127_000..136_000).contains(&end), "{end}");
}

fn connected_ms(loses: impl FnMut(u64, Direction, usize) -> bool) -> Option<(u64, u64)> {
    let answer = connect(Time(0), KERNEL, &mut Wire::new(loses))?;
    Some((answer.at.as_ms(), answer.at.since(answer.syn).as_ms()))
}

#[test]
fn a_lost_answer_is_repeated_with_each_syn_and_the_round_trip_is_counted_from_the_first() {
    let up = |until| connected_ms(move |at, way, _| way == Direction::Up && at < until);
    assert_eq!(up(1), Some((1_124, 100)));
    assert_eq!(up(200_000), None);
    let down = |until| connected_ms(move |at, way, _| way == Direction::Down && at < until);
    assert_eq!(down(60), Some((1_106, 1_106)), "on the host's own timer");
    assert_eq!(down(1_060), Some((2_148, 2_148)), "the second SYN came too soon after it");
}

#[test]
fn after_a_repeated_syn_the_first_loss_costs_seconds() {
    let answer =
        connect(Time(0), KERNEL, &mut Wire::new(|at, way, _| way == Direction::Down && at < 60));
    let mut lossy = Wire::new(|at, _, bytes| at < 1_200 && bytes > HEADER_BYTES);
    let mut flow = Flow::open(answer.unwrap(), KERNEL, &mut lossy);
    send(&mut flow, 1_124, Direction::Up, 300, &mut lossy);
    let at = read(&mut flow, 1_124, Direction::Up, &mut lossy).unwrap();
    assert!((3_500..3_900).contains(&at), "{at}");
}

#[test]
fn the_tail_is_probed_before_the_timeout_doubles() {
    let mut dead = Wire::new(|_, way, bytes| way == Direction::Up && bytes > HEADER_BYTES);
    let mut flow = open(&mut dead);
    send(&mut flow, 1_000, Direction::Up, 300, &mut dead);
    flow.catch_up(Time::from_ms(15_000), &mut dead);
    let times = dead.times(Direction::Up, 300);
    let pauses: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, expected) in pauses.iter().zip([300, 300, 600, 1_200, 2_400, 4_800]) {
        let most = expected * 9 / 8 + 20;
        assert!((expected..=most).contains(pause), "{pauses:?}");
    }
    assert_eq!(pauses.len(), 6);
}

#[test]
fn a_probe_that_was_needed_blocks_the_next_until_more_is_acknowledged() {
    let mut lossy = Wire::new(|at, way, _| {
        way == Direction::Up && ((1_000..1_001).contains(&at) || (1_410..1_420).contains(&at))
    });
    let mut flow = open(&mut lossy);
    send(&mut flow, 1_000, Direction::Up, 300, &mut lossy);
    let at = read(&mut flow, 1_000, Direction::Up, &mut lossy).unwrap();
    assert!((1_350..1_380).contains(&at), "by the probe: {at}");
    assert_eq!(lossy.times(Direction::Up, 300).len(), 2);
    send(&mut flow, 1_415, Direction::Up, 200, &mut lossy);
    flow.catch_up(Time::from_ms(3_000), &mut lossy);
    let times = lossy.times(Direction::Up, 200);
    assert_eq!(times.len(), 2);
    assert!((1_415 + 300..1_415 + 360).contains(&times[1]), "{times:?}");
}

#[test]
fn an_outage_delays_by_at_most_twice_its_length_and_what_the_wheel_adds() {
    for outage_ms in [1, 100, 299, 301, 1_000, 5_000, 60_000] {
        let mut wire = Wire::new(move |at, _, _| (1_000..1_000 + outage_ms).contains(&at));
        let mut flow = open(&mut wire);
        send(&mut flow, 1_000, Direction::Up, 300, &mut wire);
        let late = read(&mut flow, 1_000, Direction::Up, &mut wire).unwrap() - 1_000;
        let latest = (2 * outage_ms).max(300) * 9 / 8 + 70;
        assert!((outage_ms..=latest).contains(&late), "outage {outage_ms} ms, late {late} ms");
    }
}

#[test]
fn a_gap_is_filled_after_a_round_trip() {
    let mut lossy = Wire::new(|at, _, bytes| at == 1_000 && bytes == HEADER_BYTES + 1_001);
    let mut flow = open(&mut lossy);
    for n in 0..6 {
        send(&mut flow, 1_000, Direction::Up, 1_000 + n, &mut lossy);
    }
    let times = read_all(&mut flow, 6, Direction::Up, &mut lossy);
    assert_eq!(times, [1_050, 1_150, 1_150, 1_150, 1_150, 1_150]);
    assert_eq!(lossy.times(Direction::Up, 1_001), [1_000, 1_100], "sent twice");
    assert_eq!(lossy.times(Direction::Up, 1_005), [1_000], "and nothing else");
}

#[test]
fn a_short_gap_is_given_a_moment_for_reordering() {
    let mut lossy = Wire::new(|at, _, bytes| at == 1_000 && bytes == HEADER_BYTES + 1_000);
    let mut flow = open(&mut lossy);
    send(&mut flow, 1_000, Direction::Up, 1_000, &mut lossy);
    send(&mut flow, 1_000, Direction::Up, 1_001, &mut lossy);
    let at = read(&mut flow, 1_000, Direction::Up, &mut lossy).unwrap();
    assert!((1_160..1_200).contains(&at), "{at}");
}

/// When pure acknowledgements left the host, in ms.
fn host_acks(wire: &Wire<impl FnMut(u64, Direction, usize) -> bool>) -> Vec<u64> {
    wire.times(Direction::Down, 0)
}

#[test]
fn an_answer_carries_the_acknowledgement_once_the_ends_are_in_ping_pong() {
    let mut wire = perfect();
    let mut flow = open(&mut wire);
    send(&mut flow, 1_000, Direction::Up, 300, &mut wire);
    read(&mut flow, 1_000, Direction::Up, &mut wire);
    send(&mut flow, 1_050, Direction::Down, 300, &mut wire);
    assert_eq!(host_acks(&wire), [1_050], "the first request is acknowledged at once");
    send(&mut flow, 2_000, Direction::Up, 300, &mut wire);
    read(&mut flow, 2_000, Direction::Up, &mut wire);
    send(&mut flow, 2_060, Direction::Down, 300, &mut wire);
    assert_eq!(host_acks(&wire), [1_050], "the answer came in time");
    send(&mut flow, 3_000, Direction::Up, 300, &mut wire);
    read(&mut flow, 3_000, Direction::Up, &mut wire);
    send(&mut flow, 3_500, Direction::Down, 300, &mut wire);
    let acks = host_acks(&wire);
    assert!(acks.len() == 2 && (3_090..3_100).contains(&acks[1]), "{acks:?}");
}

#[test]
fn an_exchange_without_loss_sends_nothing_twice_and_a_quiet_connection_nothing() {
    let mut wire = perfect();
    let mut flow = open(&mut wire);
    for n in 1..=20 {
        send(&mut flow, n * 1_000, Direction::Up, 300, &mut wire);
        let at = read(&mut flow, n * 1_000, Direction::Up, &mut wire).unwrap();
        send(&mut flow, at, Direction::Down, 301, &mut wire);
        assert_eq!(read(&mut flow, at, Direction::Down, &mut wire), Some(n * 1_000 + 100));
    }
    flow.catch_up(Time::from_ms(86_400_000), &mut wire);
    assert_eq!(wire.times(Direction::Up, 300).len(), 20);
    assert_eq!(wire.times(Direction::Down, 301).len(), 20);
    assert!(wire.sent.iter().all(|(at, ..)| *at <= 20_200));
    assert_eq!(flow.arrived(Time::from_ms(86_400_000), Direction::Up, &mut wire), Front::Idle);
}

#[test]
fn nothing_overtakes() {
    let mut lossy = Wire::new(|at, way, _| way == Direction::Down && at == 1_000);
    let mut flow = open(&mut lossy);
    for at in [1_000, 1_020, 1_030] {
        send(&mut flow, at, Direction::Down, 10, &mut lossy);
    }
    let times = read_all(&mut flow, 3, Direction::Down, &mut lossy);
    assert!(times[0] > 1_080 && times[1..] == [times[0]; 2], "{times:?}");
    assert_eq!(read(&mut flow, 5_000, Direction::Down, &mut lossy), None);
}

#[test]
fn after_a_quarter_of_an_hour_the_sender_gives_up() {
    let mut dead = Wire::new(|_, way, _| way == Direction::Up);
    let mut flow = open(&mut dead);
    send(&mut flow, 1_000, Direction::Up, 10, &mut dead);
    assert_eq!(read(&mut flow, 1_000, Direction::Up, &mut dead), None);
    let Front::Wait(at) = flow.arrived(Time(0), Direction::Down, &mut dead) else { panic!() };
    assert!((925..1_100).contains(&(at.as_ms() / 1_000)), "{at}");
    let broken = Front::Ready(Payload::Broken(io::ErrorKind::TimedOut));
    assert_eq!(flow.arrived(at, Direction::Down, &mut dead), broken);
}

/// Loses a share and takes 5 to 400 ms.
struct Rough {
    loss: Rate,
    rng: ChaCha8Rng,
    fates: Vec<(Time, Fate)>,
}

impl Bearer for Rough {
    fn fate(&mut self, at: Time, _direction: Direction, _bytes: usize) -> Fate {
        let delay = Lapse::from_ms(self.rng.random_range(MIN_DELAY.as_ms()..400));
        let lost = self.rng.random_range(0..Rate::ONE.0) < self.loss.0;
        let fate = if lost { Fate::Lost } else { Fate::Delivered(delay) };
        self.fates.push((at, fate));
        fate
    }
}

/// Segments that were sent: size and time; and that were read.
type Log = Vec<(usize, u64)>;

/// Sends segments of these sizes after these pauses, both ways, and reads to the end.
fn converse(seed: u64, loss: Rate, chunks: &[(usize, u64)]) -> ([(Log, Log); 2], Rough) {
    let rng = crate::env::rng(seed, "test tcp");
    let mut rough = Rough { loss, rng, fates: Vec::new() };
    let mut flow = open(&mut rough);
    let mut logs: [(Log, Log); 2] = Default::default();
    let (mut now, mut chunk) = (200, 0);
    while logs.iter().any(|(_, read)| read.len() < chunks.len()) {
        if let Some(&(bytes, pause)) = chunks.get(chunk) {
            for way in [Direction::Up, Direction::Down] {
                send(&mut flow, now, way, bytes, &mut rough);
                logs[way as usize].0.push((bytes, now));
            }
            (chunk, now) = (chunk + 1, now + pause);
        } else {
            now += 1_000;
        }
        for way in [Direction::Up, Direction::Down] {
            while let Front::Ready(payload) = flow.arrived(Time::from_ms(now), way, &mut rough) {
                let Payload::Data(bytes) = payload else { panic!("{payload:?}") };
                flow.take(way, bytes);
                logs[way as usize].1.push((bytes, now));
            }
        }
        assert!(now < 10_000_000, "it never ends");
    }
    (logs, rough)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn all_arrives_in_order_never_early_and_the_same_for_the_same_seed(
        seed in any::<u64>(),
        loss in 0u32..200_000,
        chunks in prop::collection::vec((1usize..=MSS, 0u64..200), 1..150),
    ) {
        let (logs, rough) = converse(seed, Rate(loss), &chunks);
        for (sent, read) in &logs {
            prop_assert_eq!(sent.len(), read.len());
            for ((bytes, at), (same, later)) in sent.iter().zip(read) {
                prop_assert_eq!(bytes, same);
                prop_assert!(*later >= *at + MIN_DELAY.as_ms());
            }
        }
        prop_assert!(rough.fates.windows(2).all(|pair| pair[0].0 <= pair[1].0), "in order of time");
        let again = converse(seed, Rate(loss), &chunks);
        prop_assert_eq!((logs, rough.fates), (again.0, again.1.fates));
    }
}
