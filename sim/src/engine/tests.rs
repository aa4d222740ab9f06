//! What every engine promises, shown on each of them with the same actors.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::rc::Rc;

use contract::{EventKind, Lapse, RigFault, Source, Time, Trigger};
use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

use super::event::EventEngine;
use super::turmoil::TurmoilEngine;
use super::{Boot, Engine};
use crate::env::{BoxStream, Env, LocalFut};
use crate::recorder::{Recorder, Stop};

mod pace;
mod power;

const PORT: u16 = 7;

/// What happened, with its time in milliseconds.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<(u64, String)>>>);

impl Log {
    fn note(&self, env: &Env, what: impl Into<String>) {
        self.0.borrow_mut().push((env.now().as_ms(), what.into()));
    }

    /// What happened since the last call.
    #[track_caller]
    fn expect(&self, expected: &[(u64, &str)], engine: &dyn Engine) {
        let seen = self.0.take();
        let seen: Vec<_> = seen.iter().map(|(at, what)| (*at, what.as_str())).collect();
        assert_eq!(seen, expected, "on {}", engine.name());
    }
}

fn engines(seed: u64) -> [Box<dyn Engine>; 2] {
    [Box::new(EventEngine::new(seed)), Box::new(TurmoilEngine::new(seed))]
}

/// Runs a test on both.
fn on_both(test: impl Fn(&mut dyn Engine)) {
    for mut engine in engines(1) {
        test(&mut *engine);
    }
}

/// Plays on to this millisecond, and checks that it is then.
#[track_caller]
fn play(engine: &mut dyn Engine, until_ms: u64) {
    engine.advance(Time::from_ms(until_ms), &Stop::default()).unwrap();
    assert_eq!(engine.clock().now(), Time::from_ms(until_ms), "on {}", engine.name());
}

/// A boot program from a closure.
fn boot<F: Future<Output = ()> + 'static>(program: impl Fn(Env) -> F + 'static) -> Boot {
    Rc::new(move |env| Box::pin(program(env)) as LocalFut<'static, ()>)
}

/// The same with a log.
fn logging<F>(log: &Log, program: impl Fn(Env, Log) -> F + 'static) -> Boot
where
    F: Future<Output = ()> + 'static,
{
    let log = log.clone();
    boot(move |env| program(env, log.clone()))
}

async fn sleep(env: &Env, ms: u64) {
    env.sleep(Lapse::from_ms(ms)).await;
}

/// Answers each byte with the next one, 20 ms later, and journals it first.
async fn server(env: Env) {
    let mut listener = env.net.bind(PORT).await.unwrap();
    loop {
        let stream = listener.accept().await.unwrap();
        env.spawn.spawn(Box::pin(serve(env.clone(), stream)));
    }
}

async fn serve(env: Env, mut stream: BoxStream) {
    while let Ok(byte) = stream.read_u8().await {
        env.disk.append(&[byte]).unwrap();
        env.disk.sync().unwrap();
        sleep(&env, 20).await;
        if stream.write_u8(byte.wrapping_add(1)).await.is_err() {
            return;
        }
    }
}

/// One question to the server; the answer, or what the network says.
async fn ask(env: &Env, byte: u8) -> std::io::Result<u8> {
    let mut stream = env.net.connect("server", PORT).await?;
    stream.write_u8(byte).await?;
    stream.read_u8().await
}

#[test]
fn sleeps_are_exact_and_what_is_due_at_the_end_waits() {
    on_both(|engine| {
        let log = Log::default();
        let program = logging(&log, |env, log| async move {
            log.note(&env, "boot");
            sleep(&env, 7).await;
            log.note(&env, "slept");
            env.sleep_until(Time::from_ms(10)).await;
            log.note(&env, "due");
        });
        engine.add_host("t1", program);
        play(engine, 10);
        log.expect(&[(0, "boot"), (7, "slept")], engine);
        play(engine, 11);
        log.expect(&[(10, "due")], engine);
    });
}

#[test]
fn a_host_added_later_shares_the_clock() {
    on_both(|engine| {
        let log = Log::default();
        let program = |env: Env, log: Log| async move {
            sleep(&env, 5).await;
            log.note(&env, "slept");
        };
        engine.add_host("t1", logging(&log, program));
        play(engine, 3);
        engine.add_host("t2", logging(&log, program));
        play(engine, 20);
        log.expect(&[(5, "slept"), (8, "slept")], engine);
    });
}

#[test]
fn a_raised_stop_ends_it_in_that_millisecond() {
    on_both(|engine| {
        let log = Log::default();
        let recorder = Recorder::new(engine.clock(), true);
        engine.set_tap(Rc::clone(&recorder) as _);
        let program = logging(&log, |env, log| async move {
            sleep(&env, 37).await;
            env.tap.tell(None, Source::Operator, EventKind::Keyed("OK".to_owned()));
            sleep(&env, 1).await;
            log.note(&env, "a millisecond later");
        });
        engine.add_host("t1", program);
        recorder.watch(&[Trigger::from_word("keyed").unwrap()]);
        let stop = recorder.stop();
        engine.advance(Time::from_ms(100), &stop).unwrap();
        assert_eq!(engine.clock().now(), Time::from_ms(37), "on {}", engine.name());
        log.expect(&[], engine);
        engine.advance(Time::from_ms(100), &stop).unwrap();
        assert_eq!(engine.clock().now(), Time::from_ms(37), "still raised");
        recorder.watch(&[]);
        engine.advance(Time::from_ms(37), &stop).unwrap();
        assert_eq!(engine.clock().now(), Time::from_ms(37), "no time given");
        engine.advance(Time::from_ms(100), &stop).unwrap();
        assert_eq!(engine.clock().now(), Time::from_ms(100));
        log.expect(&[(38, "a millisecond later")], engine);
        let mut news = Vec::new();
        recorder.drain(&mut news);
        assert_eq!(news.len(), 1);
        assert_eq!(news[0].at, Time::from_ms(37));
    });
}

#[test]
fn an_exchange_takes_the_servers_time() {
    on_both(|engine| {
        // turmoil may take a tick to connect, one for the request and one for the answer.
        let slack = if engine.name() == "turmoil" { 3 } else { 0 };
        let log = Log::default();
        let client = logging(&log, move |env, log| async move {
            for byte in [5, 6] {
                let started = env.now();
                assert_eq!(ask(&env, byte).await.unwrap(), byte + 1);
                let took = env.now().since(started).as_ms();
                assert!((20..=20 + slack).contains(&took), "{took}");
            }
            log.note(&env, "done");
        });
        engine.add_host("server", boot(server));
        engine.add_host("t1", client);
        play(engine, 100);
        assert_eq!(log.0.take().len(), 1, "on {}", engine.name());
    });
}

/// What host `from` sends to the queue's reader is due 5 ms later.
type Mail = Rc<(RefCell<VecDeque<(Time, u8)>>, Notify)>;

/// Plays a writer and a reader of such a queue.
fn play_mail(engine: &mut dyn Engine, reader_first: bool) {
    let log = Log::default();
    let mail = Mail::default();
    let inbox = Rc::clone(&mail);
    let reader = logging(&log, move |env, log| {
        let inbox = Rc::clone(&inbox);
        async move {
            loop {
                inbox.1.notified().await;
                while let Some((due, _)) = { inbox.0.borrow_mut().pop_front() } {
                    env.sleep_until(due).await;
                    log.note(&env, "got it");
                }
            }
        }
    });
    let writer = boot(move |env| {
        let mail = Rc::clone(&mail);
        async move {
            for byte in 0..2 {
                sleep(&env, 10).await;
                let due = env.now() + Lapse::from_ms(5);
                mail.0.borrow_mut().push_back((due, byte));
                mail.1.notify_one();
            }
        }
    });
    let order = if reader_first { [reader, writer] } else { [writer, reader] };
    for (name, program) in ["a", "b"].into_iter().zip(order) {
        engine.add_host(name, program);
    }
    play(engine, 50);
    log.expect(&[(15, "got it"), (25, "got it")], engine);
}

#[test]
fn hosts_wake_each_other_through_shared_queues() {
    for reader_first in [true, false] {
        on_both(|engine| play_mail(engine, reader_first));
        // What is due a tick ahead is exact at a coarser tick, too.
        play_mail(&mut TurmoilEngine::with_tick(1, Lapse::from_ms(5)), reader_first);
    }
}

#[test]
fn bytes_arrive_in_order_however_many() {
    on_both(|engine| {
        let log = Log::default();
        let sink = logging(&log, |env, log| async move {
            let mut listener = env.net.bind(PORT).await.unwrap();
            let mut stream = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            let in_order = bytes.iter().zip(0u32..).all(|(byte, i)| *byte == i as u8);
            log.note(&env, format!("{} {in_order}", bytes.len()));
        });
        let source = boot(|env| async move {
            sleep(&env, 1).await;
            let mut stream = env.net.connect("server", PORT).await.unwrap();
            let bytes: Vec<u8> = (0..300_000u32).map(|i| i as u8).collect();
            stream.write_all(&bytes).await.unwrap();
            stream.shutdown().await.unwrap();
            stream.shutdown().await.unwrap();
        });
        engine.add_host("server", sink);
        engine.add_host("t1", source);
        play(engine, 100);
        assert_eq!(log.0.take()[0].1, "300000 true", "on {}", engine.name());
    });
}

#[test]
fn who_does_not_listen_refuses() {
    on_both(|engine| {
        let log = Log::default();
        let client = logging(&log, |env, log| async move {
            loop {
                let answer = ask(&env, 1).await.map_err(|e| e.kind());
                log.note(&env, format!("{answer:?}"));
                sleep(&env, 100).await;
            }
        });
        let last = |log: &Log| log.0.borrow().last().unwrap().1.clone();
        let refused = format!("{:?}", Err::<u8, _>(ErrorKind::ConnectionRefused));
        engine.add_host("t1", client);
        play(engine, 50);
        assert_eq!(last(&log), refused, "no such host on {}", engine.name());
        engine.add_host("server", boot(|env| async move { sleep(&env, 80).await }));
        play(engine, 150);
        assert_eq!(last(&log), refused, "no listener on {}", engine.name());
        assert_eq!(engine.power_off("server", None), 0);
        play(engine, 250);
        assert_eq!(last(&log), refused, "no power on {}", engine.name());
        assert_eq!(log.0.borrow().len(), 3, "each time at once");
    });
}

#[test]
fn a_power_cut_during_connect_refuses() {
    on_both(|engine| {
        let log = Log::default();
        let client = logging(&log, |env, log| async move {
            sleep(&env, 29).await;
            log.note(&env, format!("{:?}", ask(&env, 1).await.map_err(|e| e.kind())));
        });
        // Accepts nothing; on turmoil, the request is still on its way when the power goes.
        let deaf = boot(|env| async move {
            let _listener = env.net.bind(PORT).await.unwrap();
            std::future::pending().await
        });
        engine.add_host("server", deaf);
        engine.add_host("t1", client);
        play(engine, 30);
        engine.power_off("server", None);
        play(engine, 60);
        let ended = log.0.borrow().first().map(|(at, _)| *at);
        assert_eq!(ended, Some(30), "on {}", engine.name());
    });
}

#[test]
fn a_panic_in_any_task_breaks_the_run() {
    on_both(|engine| {
        let log = Log::default();
        let program = logging(&log, |env, log| async move {
            let child = env.clone();
            env.spawn.spawn(Box::pin(async move {
                sleep(&child, 5).await;
                panic!("out of {}", "paper");
            }));
            sleep(&env, 50).await;
            log.note(&env, "too late");
        });
        engine.add_host("t1", program);
        let fault = engine.advance(Time::from_ms(100), &Stop::default()).unwrap_err();
        let RigFault::Broken(message) = &fault else { panic!("{fault}") };
        assert!(message.starts_with("out of paper ("), "{message}");
        assert!(message.contains("tests.rs:"), "{message}");
        let again = engine.advance(Time::from_ms(200), &Stop::default()).unwrap_err();
        assert_eq!(again, fault, "on {}", engine.name());
        log.expect(&[], engine);
    });
}

#[test]
fn a_panic_at_boot_breaks_the_run() {
    on_both(|engine| {
        engine.add_host("t1", Rc::new(|_| panic!("no firmware")));
        let fault = engine.advance(Time::from_ms(1), &Stop::default()).unwrap_err();
        assert!(fault.to_string().contains("no firmware"), "{fault}");
    });
}

#[test]
fn a_wrong_host_name_is_reported() {
    type Misuse = fn(&mut dyn Engine);
    let misuses: [Misuse; 3] = [
        |engine| _ = engine.power_off("nobody", None),
        |engine| engine.power_on("nobody"),
        |engine| {
            engine.add_host("nobody", boot(|_| async {}));
            engine.add_host("nobody", boot(|_| async {}));
        },
    ];
    for misuse in misuses {
        on_both(|engine| {
            misuse(engine);
            let fault = engine.advance(Time::from_ms(1), &Stop::default()).unwrap_err();
            assert!(fault.to_string().contains("`nobody`"), "{fault}");
        });
    }
}

/// Clients that wait at random, a server, power cuts: all that happened.
fn mixed(engine: &mut dyn Engine) -> Vec<(u64, String)> {
    let log = Log::default();
    engine.add_host("server", boot(server));
    for name in ["t1", "t2", "t3"] {
        let client = logging(&log, move |env, log| async move {
            loop {
                let pause = env.rng.borrow_mut().random_range(1..50);
                sleep(&env, pause).await;
                let answer = ask(&env, 7).await.map_err(|e| e.kind());
                log.note(&env, format!("{name} {pause} {answer:?}"));
            }
        });
        engine.add_host(name, client);
    }
    for (off, on) in [("t1", 300), ("server", 500), ("t2", 600)] {
        play(engine, on - 100);
        engine.power_off(off, Some(300_000));
        play(engine, on);
        engine.power_on(off);
    }
    play(engine, 2_000);
    log.0.take()
}

#[test]
fn the_same_seed_plays_the_same_run() {
    let run = |seed| engines(seed).map(|mut engine| mixed(&mut *engine));
    let (once, again, other) = (run(1), run(1), run(2));
    assert_eq!(once, again);
    for (one, two) in once.iter().zip(&other) {
        assert!(one.len() > 50);
        assert_ne!(one, two);
    }
}

#[test]
fn a_reboot_draws_fresh_numbers_that_are_the_same_on_every_engine() {
    let draws = engines(1).map(|mut engine| {
        let log = Log::default();
        let program = logging(&log, |env, log| async move {
            let number: u32 = env.rng.borrow_mut().random();
            log.note(&env, number.to_string());
        });
        engine.add_host("t1", program);
        play(&mut *engine, 10);
        engine.power_off("t1", None);
        engine.power_on("t1");
        play(&mut *engine, 20);
        log.0.take()
    });
    assert_eq!(draws[0], draws[1]);
    assert_ne!(draws[0][0].1, draws[0][1].1);
}

#[test]
fn a_coarse_tick_keeps_a_hosts_own_time_exact() {
    let mut engine = TurmoilEngine::with_tick(1, Lapse::from_ms(25));
    let log = Log::default();
    let program = logging(&log, |env, log| async move {
        for _ in 0..3 {
            sleep(&env, 11).await;
            log.note(&env, "slept");
        }
    });
    engine.add_host("t1", program);
    engine.advance(Time::from_ms(40), &Stop::default()).unwrap();
    assert_eq!(engine.clock().now(), Time::from_ms(50), "rounded up to a whole tick");
    log.expect(&[(11, "slept"), (22, "slept"), (33, "slept")], &engine);
}

#[test]
fn nothing_of_an_engine_outlives_it() {
    for mut engine in engines(1) {
        let token = Rc::new(());
        let held = Rc::clone(&token);
        let waits = boot(move |env| {
            let held = Rc::clone(&held);
            async move {
                let env2 = env.clone();
                env.spawn.spawn(Box::pin(async move { env2.sleep(Lapse::from_secs(9)).await }));
                env.sleep(Lapse::from_secs(9)).await;
                drop(held);
            }
        });
        engine.add_host("a", waits);
        play(&mut *engine, 5);
        assert!(Rc::strong_count(&token) > 1);
        drop(engine);
        assert_eq!(Rc::strong_count(&token), 1);
    }
}
