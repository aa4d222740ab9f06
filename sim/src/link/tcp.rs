//! TCP between a terminal and a host: it never loses bytes, it makes them late, as Linux does.
//!
//! Both ends of each connection are here in full: sender (SACK, RACK, tail-loss probe, timeout
//! with back-off), receiver (quick and delayed acknowledgements), SYN and SYN/ACK, and the wheel
//! on which the kernel's timers stand. Each segment and each acknowledgement is a packet whose
//! fate the bearer decides. `Handshake` opens, `Flow` carries: whoever uses them sends a payload
//! and asks what has arrived or when to ask again; what passes in between unseen, such as the last
//! acknowledgement of a quiet connection, is caught up with on the next question.
//!
//! The rules are those of RFC 6298 (RTT and timeout), RFC 2018 and 2883 (SACK), RFC 8985 (RACK and
//! tail-loss probe), RFC 5681 and 6928 (window) and RFC 7323 (timestamps), with Linux's constants.
//! The model is held against two real kernels in `tests/it/tcp_ref.rs`.
//!
//! What it does not know:
//!
//! - Bulk: the window is Reno's with cubic's reduction, the receive window is fixed, and there is
//!   no pacing, no F-RTO and no Nagle. It is held against messages of up to three segments.
//! - Stacks that are not Linux, such as lwIP in small modules.
//! - What a stream between two tasks can't show. It accepts all that is written, so nobody sees a
//!   full send buffer, `SIOCOUTQ`, `TCP_USER_TIMEOUT` or a keep-alive. A FIN waits behind the data
//!   before it and gets through when the link recovers; a reset is told to who reads or writes.
//! - Giving up (`tcp_retries2`, some 15 min) without anybody who waits: an end learns of it only
//!   while the other end reads what does not come. After a power cut nobody does, and the host's
//!   connection stays half-open for ever. A socket that is closed does not answer with a reset.
//! - A host that waits for the last packet of the handshake: it holds the connection for open as
//!   soon as the terminal does, half a round trip early.
//! - Duplicates: TCP delivers nothing twice. They are a matter of applications.

mod flow;
mod handshake;
mod kernel;
mod receiver;
mod rtt;
mod scoreboard;
mod sender;
mod window;

use contract::{Lapse, Time};

use super::bearer::Bearer;

pub(super) use flow::{Flow, Front, Payload};
pub(super) use handshake::{Answer, Handshake};
pub use kernel::Kernel;

/// Both ends' kernel on a rig (assumption; it differs from an older one in repeated SYNs and by
/// a few per cent in its timers).
pub(super) const KERNEL: Kernel = Kernel::V6_18;

/// Most payload in one segment: 1400 bytes of MTU that LTE carriers commonly leave, less headers
/// (assumption).
pub(super) const MSS: usize = 1_348;

/// IP and TCP headers with timestamps (RFC 791, RFC 9293, RFC 7323).
const HEADER_BYTES: usize = 52;

/// A SYN or SYN/ACK with Linux's options.
const SYN_BYTES: usize = 60;

/// Linux's `TCP_TIMEOUT_INIT`, the timeout before the first round trip is known (RFC 6298).
const FIRST_TIMEOUT: Lapse = Lapse::from_secs(1);

/// Linux's `TCP_RTO_MAX`.
const LONGEST_TIMEOUT: Lapse = Lapse::from_secs(120);

/// Opens a connection without anybody waiting in between. `None`: nobody answered.
pub(super) fn connect(begun: Time, kernel: Kernel, bearer: &mut dyn Bearer) -> Option<Answer> {
    let mut handshake = Handshake::new(begun, kernel);
    while let Some(next) = handshake.next() {
        let answer = handshake.send(next, |at, way, bytes| bearer.fate(at, way, bytes));
        if answer.is_some() {
            return answer;
        }
    }
    None
}

#[cfg(test)]
mod tests;
