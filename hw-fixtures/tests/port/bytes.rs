//! Bytes: unchanged both ways, and never without end.

use contract::Lapse;
use hw_fixtures::port::{Got, PortError};

use crate::line::{LONG, Line, run};

#[test]
fn bytes_come_back_as_they_were_sent() {
    run(async {
        let mut line = Line::new();
        let port = line.port();
        // Every byte there is: control characters, XON and XOFF, 0xff, and no line end.
        let garbage: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        port.write(&garbage, LONG).await.unwrap();
        let echo = line.device.receive(&garbage).await;
        assert_eq!(echo, garbage);
        line.device.send(&echo);
        let mut back = Vec::new();
        let mut buffer = [0; 100];
        while back.len() < garbage.len() {
            match port.read(&mut buffer, LONG).await.unwrap() {
                Got::Bytes(n) => back.extend_from_slice(&buffer[..n]),
                Got::HungUp => panic!("hung up"),
            }
        }
        assert_eq!(back, garbage);
    });
}

#[test]
fn silence_ends_in_a_time_out() {
    run(async {
        let line = Line::new();
        let port = line.port();
        let got = port.read(&mut [0; 8], Lapse::from_ms(30)).await;
        assert_eq!(got, Err(PortError::TimedOut { done: 0 }));
    });
}

#[test]
fn a_write_that_nobody_reads_ends_in_a_time_out() {
    run(async {
        let mut line = Line::new();
        let port = line.port();
        let much = vec![b'x'; 1_000_000];
        let error = port.write(&much, Lapse::from_ms(100)).await.unwrap_err();
        let PortError::TimedOut { done } = error else { panic!("{error:?}") };
        assert!(done > 0 && done < much.len(), "{done}");
        // What the driver still held does not follow later, and the port is still good.
        let (written, got) =
            tokio::join!(port.write(b"fresh", LONG), line.device.receive(b"fresh"));
        written.unwrap();
        assert!(got.len() < done, "{} of {done} came all the same", got.len());
    });
}

#[test]
fn a_hang_up_is_an_answer_and_no_error() {
    run(async {
        let line = Line::new();
        let port = line.port();
        drop(line);
        assert_eq!(port.read(&mut [0; 8], LONG).await, Ok(Got::HungUp));
        let error = port.write(b"x", LONG).await.unwrap_err();
        assert!(matches!(error, PortError::Lost { .. }), "{error:?}");
    });
}
