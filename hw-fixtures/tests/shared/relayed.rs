//! A host of the simulated world that real sockets reach over the relay, as a terminal's do. Shared
//! by the test of its bytes and the measurement of its times.

use std::cell::RefCell;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};

use contract::{EventKind, Lapse, Source, TerminalId, Time};
use hw_fixtures::io::{Io, Piped, Reset, pump};
use hw_fixtures::wall::{WallClock, WallPace};
use sim::device::{Dialled, relay};
use sim::engine::event::EventEngine;
use sim::engine::{Boot, Engine, Stop};
use sim::env::{Env, Tap};
use sim::link::{AccessNetwork, Link, Profile};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{Receiver, Sender};

/// Where the simulated host listens.
const PORT: u16 = 5000;

/// A rig's thread with an echo host behind a relay.
pub(crate) struct Relayed {
    pub(crate) address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relayed {
    /// An echo host that answers after `delay`, over a link of this profile or none at all.
    pub(crate) fn start(delay: Lapse, profile: Option<&'static str>, speed: u32) -> Relayed {
        let (to, from) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let io = Io::start().unwrap();
            let (sockets, dialled) = tokio::sync::mpsc::channel(64);
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            to.send(listener.local_addr().unwrap()).unwrap();
            io.run(move || accept(listener, sockets));
            let pace = WallPace::new(WallClock::start(Time(0), speed));
            let mut engine = EventEngine::paced(1, Rc::new(pace));
            let access = profile.map(|profile| (AccessNetwork::new(), profile));
            engine
                .add_host("acquirer", echo(delay, access.as_ref().map(|(net, _)| Rc::clone(net))));
            engine.add_host("t1", terminal(dialled, access));
            while !done.load(Ordering::Relaxed) {
                let until = engine.clock().now() + Lapse::from_ms(20);
                engine.advance(until, &Stop::default()).unwrap();
            }
        });
        Relayed { address: from.recv().unwrap(), over, thread: Some(thread) }
    }
}

impl Drop for Relayed {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

async fn accept(listener: TcpListener, sockets: Sender<(Piped, Reset)>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let mut pumps = tokio::task::JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        let (piped, reset, carry) = pump(tcp);
        pumps.spawn_local(carry);
        sockets.send((piped, reset)).await.unwrap_or_default();
    }
}

type Access = (Rc<AccessNetwork>, &'static str);

fn terminal(dialled: Receiver<(Piped, Reset)>, access: Option<Access>) -> Boot {
    let dialled = RefCell::new(Some(dialled));
    Rc::new(move |env: Env| {
        let net = match &access {
            None => Rc::clone(&env.net),
            Some((access, profile)) => {
                let (clock, tap) = (Rc::clone(&env.clock), Rc::new(Deaf));
                let link =
                    Link::new(TerminalId(1), &Profile::load(profile).unwrap(), 1, clock, tap);
                access.terminal_net(link, Rc::clone(&env.net))
            }
        };
        let mut dialled = dialled.take().unwrap();
        Box::pin(async move {
            while let Some((piped, reset)) = dialled.recv().await {
                let reset = Box::new(move || reset.send(()).unwrap_or_default());
                let dialled = Dialled { stream: Box::new(piped), reset };
                env.spawn.spawn(Box::pin(relay(Rc::clone(&net), dialled)));
            }
        })
    })
}

fn echo(delay: Lapse, access: Option<Rc<AccessNetwork>>) -> Boot {
    Rc::new(move |env: Env| {
        let net = match &access {
            None => Rc::clone(&env.net),
            Some(access) => access.host_net("acquirer", Rc::clone(&env.net), Rc::clone(&env.clock)),
        };
        Box::pin(async move {
            let mut listener = net.bind(PORT).await.unwrap();
            while let Ok(mut stream) = listener.accept().await {
                let clock = env.clone();
                env.spawn.spawn(Box::pin(async move {
                    let mut buffer = [0; 4096];
                    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                        if delay > Lapse::ZERO {
                            clock.sleep(delay).await;
                        }
                        if stream.write_all(&buffer[..count]).await.is_err() {
                            return;
                        }
                    }
                    let _ = stream.shutdown().await;
                }));
            }
        })
    })
}

/// Nobody listens to the link.
struct Deaf;

impl Tap for Deaf {
    fn on(&self) -> bool {
        false
    }

    fn tell(&self, _: Option<TerminalId>, _: Source, _: EventKind) {}
}
