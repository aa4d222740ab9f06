//! Unplugging and back: a loss is told, and the same name leads to the port again.

use std::fs;
use std::rc::Rc;

use contract::{Lapse, Time};
use hw_fixtures::port::{Attached, Port, PortError, PortEvent, Settings};

use crate::line::{Device, LONG, Line, Ticks, run};

async fn bytes(port: &mut Attached, count: usize) -> (Vec<u8>, Time) {
    let mut all = Vec::new();
    loop {
        match port.next(LONG).await {
            Some(PortEvent::Bytes { bytes, at }) => {
                all.extend(bytes);
                if all.len() >= count {
                    return (all, at);
                }
            }
            other => panic!("{other:?} after {all:?}"),
        }
    }
}

#[test]
fn a_replugged_device_is_found_by_its_name() {
    run(async {
        let clock = Rc::new(Ticks::default());
        let mut line = Line::new();
        let mut port = line.attach(&clock);
        line.device.send(b"13456\r");
        *clock.0.borrow_mut() = Time::from_ms(7);
        assert_eq!(bytes(&mut port, 6).await, (b"13456\r".to_vec(), Time::from_ms(7)));

        // Unplugged: the name is gone, then the device.
        fs::remove_file(&line.link).unwrap();
        let old = std::mem::replace(&mut line.device, Device::plug(&line.link));
        fs::rename(&line.link, line.link.with_extension("unplugged")).unwrap();
        *clock.0.borrow_mut() = Time::from_ms(50);
        drop(old);
        match port.next(LONG).await {
            Some(PortEvent::Lost { reason, at }) => {
                assert!(reason.contains("the other end is gone"), "{reason}");
                assert_eq!(at, Time::from_ms(50));
            }
            other => panic!("{other:?}"),
        }
        let error = port.write(b"x", LONG).await.unwrap_err();
        assert!(matches!(error, PortError::Lost { .. }), "{error:?}");

        // Plugged in again: another device file, the same name.
        *clock.0.borrow_mut() = Time::from_ms(900);
        fs::rename(line.link.with_extension("unplugged"), &line.link).unwrap();
        let back = port.next(LONG).await;
        assert_eq!(back, Some(PortEvent::Back { at: Time::from_ms(900) }));
        line.device.send(b"again");
        assert_eq!(bytes(&mut port, 5).await.0, b"again");
        port.write(b"beep", LONG).await.unwrap();
        assert_eq!(line.device.receive(b"beep").await, b"beep");
    });
}

#[test]
fn bytes_carry_the_moment_of_arrival() {
    run(async {
        let clock = Rc::new(Ticks::default());
        let mut line = Line::new();
        let mut port = line.attach(&clock);
        for (ms, text) in [(10, b"a"), (20, b"b")] {
            *clock.0.borrow_mut() = Time::from_ms(ms);
            line.device.send_until_read(text).await;
        }
        // Asked for much later.
        *clock.0.borrow_mut() = Time::from_ms(5_000);
        for (ms, text) in [(10, b"a"), (20, b"b")] {
            let at = Time::from_ms(ms);
            let seen = port.next(LONG).await;
            assert_eq!(seen, Some(PortEvent::Bytes { bytes: text.to_vec(), at }));
        }
        assert_eq!(port.next(Lapse::from_ms(20)).await, None);
    });
}

#[test]
fn dropping_ends_the_task_and_gives_the_port_back() {
    run(async {
        let clock = Rc::new(Ticks::default());
        let line = Line::new();
        let port = line.attach(&clock);
        assert!(Port::open(&line.selector(), &Settings::default()).is_err());
        drop(port);
        while Port::open(&line.selector(), &Settings::default()).is_err() {
            tokio::task::yield_now().await;
        }
        // The keeper held a clock as long as it lived.
        assert_eq!(Rc::strong_count(&clock), 1);
    });
}

#[test]
fn dropping_while_the_port_is_gone_ends_the_task_too() {
    run(async {
        let clock = Rc::new(Ticks::default());
        let line = Line::new();
        let mut port = line.attach(&clock);
        let Line { device, link, .. } = line;
        fs::remove_file(link).unwrap();
        drop(device);
        assert!(matches!(port.next(LONG).await, Some(PortEvent::Lost { .. })));
        drop(port);
        while Rc::strong_count(&clock) > 1 {
            tokio::task::yield_now().await;
        }
    });
}
