//! What a terminal feels of its modem, its SIM card, registration, names and a peer that is gone.

use contract::fault::{DnsMode, ModemMode};

use super::*;

impl World {
    /// When the modem said it would be registered, in ms.
    fn attached_ms(&self) -> Vec<u64> {
        let events = self.seen.events.borrow();
        let until = |(_, _, kind): &(u64, Source, EventKind)| match kind {
            EventKind::Attaching { until } => Some(until.as_ms()),
            _ => None,
        };
        events.iter().filter_map(until).collect()
    }

    /// How connecting fails, and after how many ms.
    async fn refused(&self) -> (io::ErrorKind, u64) {
        let begun = self.now_ms();
        let error = self.terminal.connect("host", 80).await.err().unwrap();
        (error.kind(), self.now_ms() - begun)
    }
}

const DEAD: Fault = Fault::ModemDead { mode: ModemMode::Off };

#[test]
fn without_a_network_connecting_fails_at_once_until_the_modem_registered() {
    for fault in [DEAD, Fault::SimRemoved, Fault::ApnMisconfig] {
        in_world("lab", 1, async |world| {
            let _listener = world.host.bind(80).await.unwrap();
            world.link.impose(ONE, &fault);
            assert_eq!(world.refused().await, (io::ErrorKind::NetworkUnreachable, 0));
            assert_eq!((world.met(), world.attached_ms()), (vec![ONE], vec![]));
            ms(60_000).await;
            world.link.lift(ONE);
            let ready = world.attached_ms()[0];
            assert!((63_000..=108_000).contains(&ready), "{ready} ms");
            ms(ready - world.now_ms() - 1).await;
            assert_eq!(world.refused().await, (io::ErrorKind::NetworkUnreachable, 0));
            ms(1).await;
            world.terminal.connect("host", 80).await.unwrap();
        });
    }
}

#[test]
fn connections_do_not_outlive_the_registration_and_nobody_is_told() {
    let fallback = Fault::RatFallback { rate_kbps: 200, rtt: Lapse::from_ms(100) };
    for fault in [DEAD, Fault::SimRemoved, fallback] {
        in_world("lab", 1, async |world| {
            let (mut near, mut far, _listener) = world.connected().await;
            far.write_all(b"answer").await.unwrap();
            world.link.impose(ONE, &fault);
            world.link.lift(ONE);
            near.write_all(b"a").await.unwrap();
            let minutes = Duration::from_secs(300);
            assert!(timeout(minutes, read_byte(&mut near)).await.is_err(), "the answer came");
            assert!(timeout(minutes, read_byte(&mut far)).await.is_err(), "the byte came");
            assert_eq!(world.met(), [ONE]);
            world.terminal.connect("host", 80).await.unwrap();
        });
    }
}

#[test]
fn a_modem_that_restarts_breaks_connections_with_an_error() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, _listener) = world.connected().await;
        world.link.impose(ONE, &Fault::ModemDead { mode: ModemMode::Reset });
        let error = read_byte(&mut near).await.unwrap_err();
        assert_eq!((error.kind(), world.now_ms()), (io::ErrorKind::ConnectionReset, 20));
        silent(&mut far).await;
    });
}

#[test]
fn a_deaf_modem_takes_its_time_to_fail() {
    in_world("lab", 1, async |world| {
        world.link.impose(ONE, &Fault::ModemDead { mode: ModemMode::AtError });
        assert_eq!(world.refused().await, (io::ErrorKind::TimedOut, 150_000));
    });
}

#[test]
fn a_fallback_is_slow_and_comes_after_a_registration() {
    in_world("lab", 1, async |world| {
        let _listener = world.host.bind(80).await.unwrap();
        let rtt = Lapse::from_ms(700);
        world.link.impose(ONE, &Fault::RatFallback { rate_kbps: 200, rtt });
        assert_eq!(world.refused().await, (io::ErrorKind::NetworkUnreachable, 0));
        ms(world.attached_ms()[0]).await;
        let begun = world.now_ms();
        world.terminal.connect("host", 80).await.unwrap();
        let took = world.now_ms() - begun;
        assert!((720..=730).contains(&took), "{took} ms");
        world.link.lift(ONE);
        assert_eq!(world.attached_ms().len(), 2, "back to 4G costs another registration");
    });
}

#[test]
fn a_connection_under_way_fails_when_the_registration_is_lost() {
    in_world("lab", 1, async |world| {
        let _listener = world.host.bind(80).await.unwrap();
        let lose = async {
            ms(10).await;
            world.link.impose(ONE, &Fault::SimRemoved);
        };
        let (near, ()) = tokio::join!(world.terminal.connect("host", 80), lose);
        assert_eq!(near.err().unwrap().kind(), io::ErrorKind::NetworkUnreachable);
    });
}

#[test]
fn without_data_packets_vanish_or_are_answered_with_a_reset() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, _listener) = world.connected().await;
        world.link.impose(ONE, &Fault::SimDataExhausted { mode: NatMode::Silent });
        near.write_all(b"a").await.unwrap();
        assert_eq!(world.refused().await.0, io::ErrorKind::TimedOut);
        world.link.lift(ONE);
        assert!(world.attached_ms().is_empty(), "it was registered all the time");
        world.terminal.connect("host", 80).await.unwrap();
        silent(&mut far).await;
    });
    in_world("lab", 1, async |world| {
        let (mut near, _far, _listener) = world.connected().await;
        world.link.impose(ONE, &Fault::SimDataExhausted { mode: NatMode::Reset });
        ms(1_000).await;
        near.write_all(b"a").await.unwrap();
        assert_eq!(read_byte(&mut near).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(world.refused().await, (io::ErrorKind::ConnectionRefused, 20));
        assert_eq!(world.met(), [ONE]);
    });
}

#[test]
fn a_peer_that_is_gone_says_nothing_and_a_new_connection_works() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, mut listener) = world.connected().await;
        world.link.impose(ONE, &Fault::HalfOpen);
        let (again, _far) = tokio::join!(world.terminal.connect("host", 80), listener.accept());
        again.unwrap();
        assert_eq!(world.met(), [], "nothing was sent on the old one");
        near.write_all(b"a").await.unwrap();
        assert_eq!(world.met(), [ONE]);
        silent(&mut far).await;
    });
}

#[test]
fn a_name_fails_in_its_way_and_connections_that_stand_go_on() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, _listener) = world.connected().await;
        world.link.impose(ONE, &Fault::DnsFail { mode: DnsMode::Silent });
        assert_eq!(world.refused().await, (io::ErrorKind::NotFound, 10_000));
        world.link.lift(ONE);
        world.link.impose(ONE, &Fault::DnsFail { mode: DnsMode::NoSuchName });
        assert_eq!(world.refused().await, (io::ErrorKind::NotFound, 20));
        world.link.lift(ONE);
        world.link.impose(ONE, &Fault::DnsStale);
        assert_eq!(world.refused().await.0, io::ErrorKind::TimedOut);
        near.write_all(b"a").await.unwrap();
        assert_eq!(read_byte(&mut far).await.unwrap(), 1);
        world.link.lift(ONE);
        world.terminal.connect("host", 80).await.unwrap();
    });
}

#[test]
fn only_the_way_down_loses() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, _listener) = world.connected().await;
        world.link.impose(ONE, &Fault::AsymmetricLoss { loss: Rate::ONE });
        near.write_all(b"a").await.unwrap();
        assert_eq!((read_byte(&mut far).await.unwrap(), world.now_ms()), (1, 32));
        far.write_all(b"b").await.unwrap();
        let minutes = Duration::from_secs(300);
        assert!(timeout(minutes, read_byte(&mut near)).await.is_err());
    });
}
