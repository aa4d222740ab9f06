//! What a power cut ends and what the flash keeps, on each engine.

use std::rc::Rc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Log, PORT, logging, on_both, play, server, sleep};
use crate::engine::Boot;

#[test]
fn a_power_cut_ends_every_task_at_once_and_the_peer_reads_an_end() {
    on_both(|engine| {
        let log = Log::default();
        let parent = logging(&log, |env, log| async move {
            let (inner, inner_log) = (env.clone(), log.clone());
            env.spawn.spawn(Box::pin(async move {
                loop {
                    sleep(&inner, 10).await;
                    inner_log.note(&inner, "child");
                }
            }));
            server(env).await;
        });
        let end = Log::default();
        let client = logging(&end, |env, end| async move {
            sleep(&env, 1).await;
            let mut stream = env.net.connect("server", PORT).await.unwrap();
            stream.write_all(&[1, 2]).await.unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            end.note(&env, format!("{bytes:?}"));
        });
        engine.add_host("server", parent);
        engine.add_host("t1", client);
        play(engine, 35);
        log.expect(&[(10, "child"), (20, "child"), (30, "child")], engine);
        let holders = Rc::strong_count(&log.0);
        engine.power_off("server", None);
        assert!(Rc::strong_count(&log.0) < holders, "dropped at once");
        play(engine, 100);
        log.expect(&[], engine);
        let end = end.0.take();
        assert_eq!(end[0].1, "[2]", "what was written comes first, on {}", engine.name());
        assert!((35..=36).contains(&end[0].0), "on {}", engine.name());
    });
}

/// At each boot, tells what the flash holds; at the first one, writes 100 bytes safely and 40 not.
fn journal(log: &Log) -> Boot {
    logging(log, |env, log| async move {
        let flash = env.disk.load().unwrap();
        let intact = flash.iter().zip(0u8..).all(|(byte, i)| *byte == i);
        log.note(&env, format!("{} {intact}", flash.len()));
        if flash.is_empty() {
            env.disk.append(&(0..60).collect::<Vec<u8>>()).unwrap();
            env.disk.append(&(60..100).collect::<Vec<u8>>()).unwrap();
            env.disk.sync().unwrap();
            env.disk.append(&(100..140).collect::<Vec<u8>>()).unwrap();
        }
    })
}

#[test]
fn a_power_cut_loses_what_is_not_synced_and_a_torn_write_keeps_a_prefix() {
    for (torn, lost, left) in [
        (None, 40, "100 true"),
        (Some(0), 40, "100 true"),
        (Some(500_000), 20, "120 true"),
        (Some(999_999), 1, "139 true"),
        (Some(1_000_000), 0, "140 true"),
    ] {
        on_both(|engine| {
            let log = Log::default();
            engine.add_host("t1", journal(&log));
            play(engine, 10);
            assert_eq!(engine.power_off("t1", torn), lost, "{torn:?} on {}", engine.name());
            assert_eq!(engine.power_off("t1", torn), 0, "it is off already");
            play(engine, 20);
            engine.power_on("t1");
            engine.power_on("t1");
            play(engine, 30);
            log.expect(&[(0, "0 true"), (20, left)], engine);
            assert_eq!(engine.power_off("t1", None), 0, "what survived is safe");
            engine.power_on("t1");
            play(engine, 40);
            log.expect(&[(30, left)], engine);
        });
    }
}

#[test]
fn flash_that_was_never_synced_comes_back_empty() {
    on_both(|engine| {
        let log = Log::default();
        let program = logging(&log, |env, log| async move {
            log.note(&env, format!("{:?}", env.disk.load().unwrap()));
            env.disk.append(&[1, 2, 3]).unwrap();
            log.note(&env, format!("{:?}", env.disk.load().unwrap()));
        });
        engine.add_host("t1", program);
        play(engine, 10);
        assert_eq!(engine.power_off("t1", None), 3);
        engine.power_on("t1");
        play(engine, 20);
        log.expect(&[(0, "[]"), (0, "[1, 2, 3]"), (10, "[]"), (10, "[1, 2, 3]")], engine);
    });
}

#[test]
fn a_replaced_flash_is_safe_at_once() {
    on_both(|engine| {
        let log = Log::default();
        let program = logging(&log, |env, log| async move {
            env.disk.sync().unwrap();
            log.note(&env, format!("{:?}", env.disk.load().unwrap()));
            env.disk.append(&[9; 9]).unwrap();
            env.disk.replace(&[1, 2, 3]).unwrap();
            env.disk.replace(&[4, 5]).unwrap();
            env.disk.append(&[6]).unwrap();
            env.disk.sync().unwrap();
            env.disk.append(&[7]).unwrap();
            log.note(&env, format!("{:?}", env.disk.load().unwrap()));
        });
        engine.add_host("t1", program);
        play(engine, 10);
        assert_eq!(engine.power_off("t1", None), 1);
        engine.power_on("t1");
        play(engine, 20);
        let after = "[4, 5, 6, 7]";
        log.expect(&[(0, "[]"), (0, after), (10, "[4, 5, 6]"), (10, after)], engine);
    });
}
