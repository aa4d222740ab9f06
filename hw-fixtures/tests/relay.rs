//! The relay: what goes in comes out, each direction until its end, over real sockets.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use contract::Lapse;
use proptest::prelude::*;

#[path = "shared/relayed.rs"]
mod relayed;

use relayed::Relayed;

/// Writes these pieces, ends its direction, and reads to the other's end.
fn exchange(relayed: &Relayed, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut near = TcpStream::connect(relayed.address).unwrap();
    near.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut far = near.try_clone().unwrap();
    let pieces = pieces.to_vec();
    let writer = thread::spawn(move || {
        pieces.iter().for_each(|piece| far.write_all(piece).unwrap());
        far.shutdown(Shutdown::Write).unwrap();
    });
    let mut answer = Vec::new();
    near.read_to_end(&mut answer).unwrap();
    writer.join().unwrap();
    answer
}

#[test]
fn bytes_in_are_bytes_out() {
    let relayed = Relayed::start(Lapse::ZERO, None, 1);
    let pieces = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50_000), 0..5);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(24));
    let played = runner.run(&pieces, |pieces| {
        prop_assert!(exchange(&relayed, &pieces) == pieces.concat());
        Ok(())
    });
    played.unwrap();
}

#[test]
fn bytes_cross_a_link_whole_and_so_does_an_end() {
    let relayed = Relayed::start(Lapse::ZERO, Some("lte-good"), 50);
    let pieces = vec![vec![1; 300], vec![2; 5_000]];
    assert_eq!(exchange(&relayed, &pieces), pieces.concat());
}

#[test]
fn connections_do_not_wait_for_each_other() {
    let relayed = Relayed::start(Lapse::ZERO, None, 1);
    let idle: Vec<TcpStream> =
        (0..200).map(|_| TcpStream::connect(relayed.address).unwrap()).collect();
    assert_eq!(exchange(&relayed, &[vec![7; 10]]), [7; 10]);
    drop(idle);
}
