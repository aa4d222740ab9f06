//! How exact a bench's time is, and what its relay adds, beside proxies of others where they are
//! installed (socat, haproxy, nginx with its stream module): `cargo bench -p hw-fixtures`.
//!
//! Prints milliseconds. Targets, on an idle machine: an alarm's error p50 at most 0.3 ms and p99 at
//! most 2 ms; a relay that adds no more than haproxy at p50.
//!
//! The relay ends at a host of its own process, a proxy at a server behind it: a terminal's bytes
//! take this way, too, so what either adds to a direct round trip is what a terminal would feel.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use contract::{Lapse, Time};
use hw_fixtures::wall::{WallClock, WallPace};
use sim::engine::Pace;

#[path = "shared/proxies.rs"]
mod proxies;
#[path = "../tests/shared/relayed.rs"]
mod relayed;

use proxies::PROXIES;
use relayed::Relayed;

/// Round trips of a lap, and alarms.
const ROUNDS: usize = 500;
/// How often each way is measured, in turn, so that a busy moment meets all of them.
const LAPS: usize = 8;

fn main() {
    print("alarm, too late by", &alarms());
    let late = Relayed::start(Lapse::from_ms(20), None, 1);
    let over: Vec<f64> = round_trips(late.address).iter().map(|ms| ms - 20.0).collect();
    print("round trip, relayed and 20 ms, over 20 ms", &over);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let direct = server.local_addr().unwrap();
    thread::spawn(move || serve(&server));
    let zero = Relayed::start(Lapse::ZERO, None, 1);
    let mut ways = vec![("direct", direct), ("payrig's relay", zero.address)];
    let mut running = Vec::new();
    for (name, start) in PROXIES {
        match proxies::start(start, direct) {
            Ok(proxy) => {
                ways.push((name, proxy.address));
                running.push(proxy);
            }
            Err(why) => println!("round trip, {name:<29} not measured: {why}"),
        }
    }
    compare(&ways);
}

/// Prints the times of each way, and what it adds to the first one.
fn compare(ways: &[(&str, SocketAddr)]) {
    let mut times = vec![Vec::new(); ways.len()];
    for _ in 0..LAPS {
        for (times, (_, address)) in times.iter_mut().zip(ways) {
            times.extend(round_trips(*address));
        }
    }
    let direct = median(&times[0]);
    for (times, (name, _)) in times.into_iter().zip(ways) {
        let added = median(&times) - direct;
        print(&format!("round trip, {name}"), &times);
        println!("{:<42} p50 {added:.3} ms", "  adds");
    }
}

fn alarms() -> Vec<f64> {
    let clock = WallClock::start(Time(0), 1);
    let pace = WallPace::new(clock);
    let alarm = |round: usize| {
        let due = clock.now() + Lapse::from_ms(1 + round as u64 % 7);
        pace.pass(due);
        (clock.now().0 - due.0) as f64 / 1_000.0
    };
    (0..ROUNDS).map(alarm).collect()
}

fn serve(listener: &TcpListener) {
    for stream in listener.incoming() {
        thread::spawn(move || echo(stream.unwrap()));
    }
}

fn echo(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0; 64];
    while stream.read_exact(&mut buffer).is_ok() {
        stream.write_all(&buffer).unwrap();
    }
}

/// Milliseconds of each round trip on a new connection.
fn round_trips(address: SocketAddr) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let clock = WallClock::start(Time(0), 1);
    let mut buffer = [0; 64];
    let mut round_trip = || {
        let begun = clock.now();
        stream.write_all(&buffer).unwrap();
        stream.read_exact(&mut buffer).unwrap();
        (clock.now().0 - begun.0) as f64 / 1_000.0
    };
    round_trip(); // the way is laid
    (0..ROUNDS).map(|_| round_trip()).collect()
}

fn print(what: &str, times: &[f64]) {
    let (p50, p99) = (at(times, 50), at(times, 99));
    println!("{what:<42} p50 {p50:.3} ms, p99 {p99:.3} ms");
}

fn median(times: &[f64]) -> f64 {
    at(times, 50)
}

/// The time that this share of them, in hundredths, stays below.
fn at(times: &[f64], share: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() * share / 100]
}
