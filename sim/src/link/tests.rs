//! The link over a tiny in-memory network on a paused runtime: what terminals and hosts feel.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use contract::Lapse;
use contract::event::ConnChange;
use contract::fault::{NatMode, Rate, Way};
use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::env::{BoxStream, ByteStream, Listener, LocalFut, Net};

mod carrier;

struct Pipe(DuplexStream);

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl ByteStream for Pipe {}

/// A network without latency.
#[derive(Default)]
struct Wires(RefCell<BTreeMap<u16, mpsc::UnboundedSender<Pipe>>>);

impl Net for Wires {
    fn connect<'a>(&'a self, _host: &'a str, port: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async move {
            let (near, far) = tokio::io::duplex(1 << 16);
            let ports = self.0.borrow();
            let sent = ports.get(&port).and_then(|door| door.send(Pipe(far)).ok());
            sent.ok_or(io::ErrorKind::ConnectionRefused)?;
            Ok(Box::new(Pipe(near)) as BoxStream)
        })
    }
    fn bind(&self, port: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.0.borrow_mut().insert(port, sender);
        Box::pin(async move { Ok(Box::new(Door(receiver)) as Box<dyn Listener>) })
    }
}

struct Door(mpsc::UnboundedReceiver<Pipe>);

impl Listener for Door {
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>> {
        Box::pin(async {
            let stream = self.0.recv().await.ok_or(io::ErrorKind::NotConnected)?;
            Ok(Box::new(stream) as BoxStream)
        })
    }
}

struct Tokio(Instant);

impl Clock for Tokio {
    fn now(&self) -> Time {
        Time(u64::try_from(self.0.elapsed().as_micros()).unwrap())
    }

    fn alarm(self: Rc<Self>, at: Time) -> LocalFut<'static, ()> {
        Box::pin(sleep(at.since(self.now()).as_std()))
    }
}

/// Remembers what it was told, with the time in ms.
struct Seen {
    clock: Rc<dyn Clock>,
    events: RefCell<Vec<(u64, Source, EventKind)>>,
}

impl Tap for Seen {
    fn on(&self) -> bool {
        true
    }
    fn tell(&self, terminal: Option<TerminalId>, source: Source, kind: EventKind) {
        assert_eq!(terminal, Some(TerminalId(1)));
        self.events.borrow_mut().push((self.clock.now().as_ms(), source, kind));
    }
}

/// One terminal, one host, and the network between them.
struct World {
    clock: Rc<dyn Clock>,
    seen: Rc<Seen>,
    link: Rc<Link>,
    terminal: Rc<dyn Net>,
    host: Rc<dyn Net>,
}

impl World {
    fn now_ms(&self) -> u64 {
        self.clock.now().as_ms()
    }

    /// Listens, connects and accepts.
    async fn connected(&self) -> (BoxStream, BoxStream, Box<dyn Listener>) {
        let mut listener = self.host.bind(80).await.unwrap();
        let (near, far) = tokio::join!(self.terminal.connect("host", 80), listener.accept());
        (near.unwrap(), far.unwrap(), listener)
    }

    fn changes(&self) -> Vec<(u64, Source, ConnChange)> {
        let events = self.seen.events.borrow();
        let change = |(at, source, kind): &(u64, Source, EventKind)| match kind {
            EventKind::Conn { conn: 1, change } => Some((*at, *source, *change)),
            _ => None,
        };
        events.iter().filter_map(change).collect()
    }

    fn met(&self) -> Vec<FaultNo> {
        let events = self.seen.events.borrow();
        let met = |(_, _, kind): &(u64, Source, EventKind)| match kind {
            EventKind::FaultMet(no) => Some(*no),
            _ => None,
        };
        events.iter().filter_map(met).collect()
    }
}

fn in_world<T>(profile: &str, seed: u64, test: impl AsyncFnOnce(World) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let clock: Rc<dyn Clock> = Rc::new(Tokio(Instant::now()));
        let seen = Rc::new(Seen { clock: Rc::clone(&clock), events: RefCell::default() });
        let profile = Profile::load(profile).unwrap();
        let tap = Rc::clone(&seen) as Rc<dyn Tap>;
        let link = Link::new(TerminalId(1), &profile, seed, Rc::clone(&clock), tap);
        let (access, wires) = (AccessNetwork::new(), Rc::new(Wires::default()));
        let terminal = access.terminal_net(Rc::clone(&link), Rc::clone(&wires) as Rc<dyn Net>);
        let host = access.host_net("host", wires, Rc::clone(&clock));
        test(World { clock, seen, link, terminal, host }).await
    })
}

const OUTAGE: Fault = Fault::LinkOutage { way: Way::Both };
const ONE: FaultNo = FaultNo(1);

async fn ms(time: u64) {
    sleep(Duration::from_millis(time)).await;
}

async fn read_byte(stream: &mut BoxStream) -> io::Result<usize> {
    stream.read(&mut [0; 1]).await
}

/// Nothing comes for a day.
async fn silent(stream: &mut BoxStream) {
    let day = Duration::from_secs(86_400);
    assert!(timeout(day, read_byte(stream)).await.is_err(), "something came");
}

#[test]
fn a_connection_takes_a_round_trip_and_each_way_its_share() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, _listener) = world.connected().await;
        assert_eq!((world.now_ms(), near.conn(), far.conn()), (20, 1, 1));
        near.write_all(b"a").await.unwrap();
        assert_eq!((read_byte(&mut far).await.unwrap(), world.now_ms()), (1, 32));
        far.write_all(b"b").await.unwrap();
        assert_eq!((read_byte(&mut near).await.unwrap(), world.now_ms()), (1, 40));
        drop(far);
        assert_eq!((read_byte(&mut near).await.unwrap(), world.now_ms()), (0, 48));
        drop(near);
        let (terminal, link) = (Source::Terminal, Source::Link);
        assert_eq!(
            world.changes(),
            [
                (0, terminal, ConnChange::Opening),
                (20, link, ConnChange::Opened),
                (48, link, ConnChange::Closed),
            ]
        );
    });
}

#[test]
fn a_closed_port_refuses_after_a_round_trip() {
    in_world("lab", 1, async |world| {
        let refused = world.terminal.connect("host", 80).await.err().unwrap();
        assert_eq!((refused.kind(), world.now_ms()), (io::ErrorKind::ConnectionRefused, 20));
        drop(world.host.bind(80).await);
        let refused = world.terminal.connect("host", 80).await.err().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(world.changes()[1], (20, Source::Link, ConnChange::Failed));
    });
}

#[test]
fn a_host_that_dies_before_it_accepts_closes_the_connection() {
    in_world("lab", 1, async |world| {
        let listener = world.host.bind(80).await.unwrap();
        let mut near = world.terminal.connect("host", 80).await.unwrap();
        drop(listener);
        assert_eq!((read_byte(&mut near).await.unwrap(), world.now_ms()), (0, 28));
    });
}

#[test]
fn connecting_waits_for_the_next_syn_after_an_outage() {
    in_world("lab", 1, async |world| {
        let _listener = world.host.bind(80).await.unwrap();
        assert!(world.link.impose(ONE, &OUTAGE));
        let heal = async {
            ms(5_500).await;
            world.link.lift(ONE);
        };
        let (near, ()) = tokio::join!(world.terminal.connect("host", 80), heal);
        near.unwrap();
        assert_eq!((world.now_ms(), world.met()), (7_156, vec![ONE]), "7 s and the timers' wheel");
    });
}

#[test]
fn connecting_that_is_given_up_has_failed() {
    in_world("lab", 1, async |world| {
        world.link.impose(ONE, &OUTAGE);
        let patience = Duration::from_secs(10);
        assert!(timeout(patience, world.terminal.connect("host", 80)).await.is_err());
        assert_eq!(world.changes()[1], (10_000, Source::Terminal, ConnChange::Failed));
        let late = world.terminal.connect("host", 80).await.err().unwrap();
        assert_eq!((late.kind(), world.now_ms()), (io::ErrorKind::TimedOut, 143_360));
    });
}

#[test]
fn an_outage_holds_data_and_fin_for_twice_its_length_and_a_bit() {
    for outage_ms in [100, 700, 3_000, 20_000, 100_000] {
        in_world("lab", 1, async |world| {
            let (near, mut far, _listener) = world.connected().await;
            world.link.impose(ONE, &OUTAGE);
            let begun = world.now_ms();
            let talk = async {
                let mut near = near;
                near.write_all(b"a").await.unwrap();
            };
            let heal = async {
                ms(outage_ms).await;
                world.link.lift(ONE);
            };
            let hear = async {
                assert_eq!(read_byte(&mut far).await.unwrap(), 1);
                let data = world.now_ms() - begun;
                assert_eq!(read_byte(&mut far).await.unwrap(), 0, "a FIN");
                (data, world.now_ms() - begun)
            };
            let ((data, fin), (), ()) = tokio::join!(hear, talk, heal);
            let allowed = outage_ms..=(2 * outage_ms).max(300) * 9 / 8;
            assert!(allowed.contains(&data) && allowed.contains(&fin), "{outage_ms}: {data} {fin}");
            assert_eq!(world.met(), [ONE], "told once");
        });
    }
}

/// A connection that was idle for a minute under a NAT of ten seconds.
async fn idle_connection(world: &World, mode: NatMode) -> (BoxStream, BoxStream) {
    let nat = Fault::NatIdle { idle: Lapse::from_secs(10), mode };
    assert!(world.link.impose(ONE, &nat));
    let (mut near, mut far, _listener) = world.connected().await;
    for _ in 0..3 {
        ms(9_000).await;
        near.write_all(b"a").await.unwrap();
        assert_eq!(read_byte(&mut far).await.unwrap(), 1, "traffic keeps it alive");
    }
    ms(60_000).await;
    (near, far)
}

#[test]
fn a_silent_nat_makes_a_black_hole_both_ways() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far) = idle_connection(&world, NatMode::Silent).await;
        assert_eq!(world.met(), []);
        near.write_all(b"a").await.unwrap();
        assert_eq!(world.met(), [ONE]);
        far.write_all(b"b").await.unwrap();
        let begun = world.now_ms();
        for end in [&mut near, &mut far] {
            assert_eq!(read_byte(end).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
            let minutes = (world.now_ms() - begun) / 60_000;
            assert!((15..20).contains(&minutes), "Linux gives up, not after {minutes} min");
        }
    });
}

#[test]
fn a_rejecting_nat_resets_the_terminal_and_not_the_host() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far) = idle_connection(&world, NatMode::Reset).await;
        let begun = world.now_ms();
        near.write_all(b"a").await.unwrap();
        let reset = read_byte(&mut near).await.unwrap_err();
        assert_eq!((reset.kind(), world.now_ms()), (io::ErrorKind::ConnectionReset, begun + 20));
        assert!(near.write_all(b"a").await.is_err());
        assert_eq!(world.changes()[2], (begun + 20, Source::Link, ConnChange::Reset));
        silent(&mut far).await;
    });
}

#[test]
fn a_nat_forgets_even_if_its_fault_ends_before_the_next_packet() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far) = idle_connection(&world, NatMode::Silent).await;
        world.link.lift(ONE);
        near.write_all(b"a").await.unwrap();
        silent(&mut far).await;
        assert_eq!(world.met(), [ONE]);
    });
}

#[test]
fn without_power_a_terminal_falls_silent() {
    in_world("lab", 1, async |world| {
        let (mut near, mut far, _listener) = world.connected().await;
        near.write_all(b"a").await.unwrap();
        world.link.impose(ONE, &OUTAGE);
        near.write_all(b"lost").await.unwrap();
        world.link.set_power(false);
        world.link.impose(FaultNo(2), &OUTAGE);
        drop(near);
        assert_eq!(world.met(), [ONE], "without power nothing is sent, so nothing is met");
        [ONE, FaultNo(2)].into_iter().for_each(|no| world.link.lift(no));
        world.link.set_power(true);
        assert_eq!(read_byte(&mut far).await.unwrap(), 1, "was on its way");
        far.write_all(b"b").await.unwrap();
        silent(&mut far).await;
        assert_eq!(world.changes().len(), 2, "nobody saw its end");
        world.connected().await;
    });
}

/// Sends chunks of these sizes after these pauses; says when each byte was accepted.
async fn talk(
    world: &World,
    mut stream: impl AsyncWrite + Unpin,
    chunks: &[(usize, u64)],
) -> Vec<u64> {
    let mut times = Vec::new();
    for &(size, pause) in chunks {
        ms(pause).await;
        let bytes: Vec<u8> = (times.len()..times.len() + size).map(|n| n as u8).collect();
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let written = stream.write(rest).await.unwrap();
            times.resize(times.len() + written, world.now_ms());
            rest = &rest[written..];
        }
    }
    stream.shutdown().await.unwrap();
    times
}

/// Reads until the end; says when each byte came.
async fn listen(world: &World, mut stream: impl AsyncRead + Unpin) -> Vec<(u8, u64)> {
    let (mut heard, mut part) = (Vec::new(), [0; 700]);
    loop {
        let read = stream.read(&mut part).await.unwrap();
        heard.extend(part[..read].iter().map(|byte| (*byte, world.now_ms())));
        if read == 0 {
            return heard;
        }
    }
}

/// When each byte was sent, and each that arrived with its time.
type Heard = (Vec<u64>, Vec<(u8, u64)>);

/// Both directions of a conversation during a weak signal and an outage.
fn conversation(seed: u64, chunks: &[(usize, u64)]) -> [Heard; 2] {
    in_world("lte-poor", seed, async |world| {
        let (near, far, _listener) = world.connected().await;
        let ((near_in, near_out), (far_in, far_out)) =
            (tokio::io::split(near), tokio::io::split(far));
        let trouble = async {
            let weak = Fault::LinkWeakSignal { loss: Rate(200_000), rtt: Lapse::from_ms(300) };
            world.link.impose(FaultNo(2), &weak);
            ms(500).await;
            world.link.impose(ONE, &OUTAGE);
            ms(2_000).await;
            world.link.lift(ONE);
        };
        let (up_sent, down_sent, up, down, ()) = tokio::join!(
            talk(&world, near_out, chunks),
            talk(&world, far_out, chunks),
            listen(&world, far_in),
            listen(&world, near_in),
            trouble
        );
        [(up_sent, up), (down_sent, down)]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_come_whole_in_order_and_never_too_early(
        seed in any::<u64>(),
        chunks in prop::collection::vec((1usize..3_000, 0u64..1_500), 1..12),
    ) {
        let heard = conversation(seed, &chunks);
        let total: usize = chunks.iter().map(|(size, _)| size).sum();
        for (sent, heard) in &heard {
            prop_assert_eq!(heard.len(), total);
            let mut before = 0;
            for (n, ((byte, at), sent)) in heard.iter().zip(sent).enumerate() {
                prop_assert_eq!(*byte, n as u8);
                prop_assert!(*at >= before && *at >= sent + MIN_DELAY.as_ms());
                before = *at;
            }
        }
        prop_assert_eq!(heard, conversation(seed, &chunks), "equal seeds, equal times");
    }
}
