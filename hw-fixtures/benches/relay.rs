//! How exact a bench's time is, and what its relay adds: `cargo bench -p hw-fixtures`.
//!
//! Prints milliseconds. On an idle machine: an alarm's error p50 at most 0.3 ms, p99 at most 2 ms.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use contract::{Lapse, Time};
use hw_fixtures::wall::{WallClock, WallPace};
use sim::engine::Pace;

#[path = "../tests/shared/relayed.rs"]
mod relayed;

use relayed::Relayed;

const ROUNDS: usize = 500;

fn main() {
    print("alarm, too late by", alarms());
    let direct = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = direct.local_addr().unwrap();
    thread::spawn(move || echo(&direct));
    print("round trip, direct", round_trips(TcpStream::connect(address).unwrap()));
    let zero = Relayed::start(Lapse::ZERO, None, 1);
    print("round trip, relayed", round_trips(TcpStream::connect(zero.address).unwrap()));
    let late = Relayed::start(Lapse::from_ms(20), None, 1);
    let over = round_trips(TcpStream::connect(late.address).unwrap());
    print("round trip, relayed and 20 ms, over 20 ms", over.map(|ms| ms - 20.0));
}

fn alarms() -> [f64; ROUNDS] {
    let clock = WallClock::start(Time(0), 1);
    let pace = WallPace::new(clock);
    std::array::from_fn(|round| {
        let due = clock.now() + Lapse::from_ms(1 + round as u64 % 7);
        pace.pass(due);
        (clock.now().0 - due.0) as f64 / 1_000.0
    })
}

fn echo(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0; 64];
    while stream.read_exact(&mut buffer).is_ok() {
        stream.write_all(&buffer).unwrap();
    }
}

fn round_trips(mut stream: TcpStream) -> [f64; ROUNDS] {
    stream.set_nodelay(true).unwrap();
    let clock = WallClock::start(Time(0), 1);
    let mut buffer = [0; 64];
    std::array::from_fn(|_| {
        let begun = clock.now();
        stream.write_all(&buffer).unwrap();
        stream.read_exact(&mut buffer).unwrap();
        (clock.now().0 - begun.0) as f64 / 1_000.0
    })
}

fn print(what: &str, mut times: [f64; ROUNDS]) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[ROUNDS * share / 100];
    println!("{what:<42} p50 {:.3} ms, p99 {:.3} ms", at(50), at(99));
}
