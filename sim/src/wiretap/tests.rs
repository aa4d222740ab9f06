//! Taps over an in-memory network: what they tell, and that they change nothing.

use std::cell::RefCell;

use contract::{FieldText, Purpose};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;
use crate::iso8583::plain87;

/// What a tap was told.
#[derive(Default)]
struct Heard(RefCell<Vec<(Option<TerminalId>, Source, EventKind)>>);

impl Tap for Heard {
    fn on(&self) -> bool {
        true
    }

    fn tell(&self, terminal: Option<TerminalId>, source: Source, kind: EventKind) {
        self.0.borrow_mut().push((terminal, source, kind));
    }
}

struct Deaf;

impl Tap for Deaf {
    fn on(&self) -> bool {
        false
    }

    fn tell(&self, _: Option<TerminalId>, _: Source, _: EventKind) {
        panic!("nobody listens");
    }
}

/// A network of one connection, its number 7.
struct OneStream(RefCell<Option<DuplexStream>>);

struct Numbered(DuplexStream);

impl ByteStream for Numbered {
    fn conn(&self) -> u32 {
        7
    }
}

impl AsyncRead for Numbered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Numbered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl OneStream {
    fn take(&self) -> io::Result<BoxStream> {
        let stream = self.0.borrow_mut().take().ok_or(io::ErrorKind::ConnectionRefused)?;
        Ok(Box::new(Numbered(stream)))
    }
}

impl Net for OneStream {
    fn connect<'a>(&'a self, _: &'a str, _: u16) -> LocalFut<'a, io::Result<BoxStream>> {
        Box::pin(async { self.take() })
    }

    fn bind(&self, _: u16) -> LocalFut<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async {
            let once = OneStream(RefCell::new(self.0.borrow_mut().take()));
            Ok(Box::new(once) as Box<dyn Listener>)
        })
    }
}

impl Listener for OneStream {
    fn accept(&mut self) -> LocalFut<'_, io::Result<BoxStream>> {
        Box::pin(async { self.take() })
    }
}

const T2: TerminalId = TerminalId(2);

fn terminal() -> Side {
    Side::Terminal { id: T2, tid: "T0000002".into(), mid: "M1".into() }
}

fn host() -> Side {
    let known = [("T0000002".to_owned(), (T2, "M1".to_owned()))];
    Side::Host { terminals: Rc::new(known.into()) }
}

fn frame(tid: &str, mid: &str, answer: bool) -> Vec<u8> {
    let [tid, mid] = [tid, mid].map(|text| FieldText::new(text).unwrap());
    let message = Message {
        purpose: Purpose::Echo,
        answer,
        stan: 1,
        tid,
        mid,
        order: None,
        amount: None,
        currency: None,
        code: None,
        response: None,
        batch: None,
    };
    Pdu::from(message).encode(plain87()).unwrap()
}

/// A tapped connection, the far end of it, and what is heard.
async fn tapped(side: Side, accepts: bool) -> (BoxStream, DuplexStream, Rc<Heard>) {
    let (near, far) = tokio::io::duplex(16);
    let raw = Rc::new(OneStream(RefCell::new(Some(near))));
    let heard = Rc::new(Heard::default());
    let net = TapNet::wrap(
        raw,
        side,
        plain87(),
        Rc::new(|_, _, _| true),
        Rc::clone(&heard) as Rc<dyn Tap>,
    );
    let stream = if accepts {
        net.bind(1).await.unwrap().accept().await.unwrap()
    } else {
        net.connect("acquirer", 1).await.unwrap()
    };
    (stream, far, heard)
}

/// Sends `bytes` through a connection whose ends take 16 bytes at a time; what arrived.
async fn send(
    from: &mut (impl AsyncWrite + Unpin),
    to: &mut (impl AsyncRead + Unpin),
    bytes: &[u8],
) -> Vec<u8> {
    let mut arrived = vec![0; bytes.len()];
    let (sent, got) = tokio::join!(from.write_all(bytes), to.read_exact(&mut arrived));
    sent.unwrap();
    got.unwrap();
    arrived
}

/// `sent` or `received`, and what was on the wire.
fn wire(kind: &EventKind) -> (&'static str, &WireMessage) {
    match kind {
        EventKind::Sent(wire) => ("sent", wire),
        EventKind::Received(wire) => ("received", wire),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_direction_is_told_in_whole_frames_and_bytes_pass_untouched() {
    for (side, accepts, source, place) in [
        (terminal(), false, Source::Terminal, Place::TerminalWire),
        (host(), true, Source::Acquirer, Place::HostWire),
    ] {
        let (mut near, mut far, heard) = tapped(side, accepts).await;
        let (out, back) = (frame("T0000002", "M1", false), frame("T0000002", "M1", true));
        let glued = [&out[..], &out].concat();
        assert_eq!(send(&mut near, &mut far, &glued).await, glued);
        assert_eq!(send(&mut far, &mut near, &back).await, back);
        assert_eq!(near.conn(), 7);
        let heard = heard.0.borrow();
        let told: Vec<_> = heard.iter().map(|(_, _, kind)| wire(kind)).collect();
        assert_eq!(told.iter().map(|t| t.0).collect::<Vec<_>>(), ["sent", "sent", "received"]);
        for ((terminal, by, _), (_, wire)) in heard.iter().zip(&told) {
            assert_eq!((*terminal, *by), (Some(T2), source));
            assert_eq!((wire.tap, wire.conn, wire.authentic), (place, 7, true));
        }
        assert_eq!(*told[1].1.bytes.0, *out);
        assert_eq!(*told[2].1.bytes.0, *back);
        assert!(told[2].1.message.as_ref().unwrap().answer);
    }
}

#[tokio::test]
async fn a_message_in_a_wrong_name_is_told_as_such() {
    for (tid, mid) in [("T0000002", "M2"), ("T0000009", "M1")] {
        let forged = frame(tid, mid, true);
        for (side, accepts) in [(terminal(), false), (host(), true)] {
            let (mut near, mut far, heard) = tapped(side, accepts).await;
            send(&mut far, &mut near, &forged).await;
            let heard = heard.0.borrow();
            assert!(!wire(&heard[0].2).1.authentic, "{tid} {mid}");
            // At the host, only a known terminal number says whose line it is.
            let known = !accepts || tid == "T0000002";
            assert_eq!(heard[0].0, known.then_some(T2));
        }
    }
}

#[tokio::test]
async fn a_frame_without_a_message_is_told_raw_and_the_next_one_is_read() {
    let (mut near, mut far, heard) = tapped(terminal(), false).await;
    let (odd, good) = (b"\x00\x03abc".to_vec(), frame("T0000002", "M1", true));
    send(&mut far, &mut near, &[&odd[..], &good].concat()).await;
    let heard = heard.0.borrow();
    let (first, second) = (wire(&heard[0].2).1, wire(&heard[1].2).1);
    assert_eq!((&*first.bytes.0, &first.message, first.authentic), (&odd[..], &None, false));
    assert!(second.message.is_some());
}

#[tokio::test]
async fn garbage_is_told_once_and_passes_on() {
    let (mut near, mut far, heard) = tapped(terminal(), false).await;
    let garbage = vec![0xff; 3 * GARBAGE_BYTES];
    assert_eq!(send(&mut near, &mut far, &garbage).await, garbage);
    let good = frame("T0000002", "M1", false);
    assert_eq!(send(&mut near, &mut far, &good).await, good);
    assert_eq!(send(&mut far, &mut near, &good).await, good);
    let heard = heard.0.borrow();
    let told: Vec<_> = heard.iter().map(|(_, _, kind)| wire(kind)).collect();
    assert_eq!(told.len(), 2, "the garbage once, then only the other direction");
    assert_eq!((told[0].0, &told[0].1.message), ("sent", &None));
    assert!(told[0].1.bytes.0.iter().all(|&b| b == 0xff) && !told[0].1.bytes.0.is_empty());
    assert_eq!(told[1].0, "received");
}

#[test]
fn the_trace_holds_no_more_garbage_than_it_must() {
    let heard = Rc::new(Heard::default());
    let tap = Rc::clone(&heard) as Rc<dyn Tap>;
    let watcher =
        Watcher { side: Rc::new(host()), wire: plain87(), genuine: Rc::new(|_, _, _| true), tap };
    let framer = Some(Framer::new(plain87()));
    let mut probe = Probe { watcher, conn: 7, kind: EventKind::Sent, framer };
    probe.see(&vec![0; GARBAGE_BYTES + 1]);
    assert_eq!(wire(&heard.0.borrow()[0].2).1.bytes.0.len(), GARBAGE_BYTES);
}

#[test]
fn where_nobody_listens_the_network_stays_as_it_is() {
    let raw: Rc<dyn Net> = Rc::new(OneStream(RefCell::new(None)));
    assert!(Rc::ptr_eq(
        &TapNet::wrap(
            Rc::clone(&raw),
            terminal(),
            plain87(),
            Rc::new(|_, _, _| true),
            Rc::new(Deaf)
        ),
        &raw
    ));
}
