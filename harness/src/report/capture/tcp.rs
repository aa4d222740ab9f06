//! Connections as TCP would number their bytes, in Ethernet and IP packets. The addresses are made
//! up: each terminal has one that it knows, and one that its carrier's NAT shows to the host.

use std::collections::BTreeMap;

use contract::TerminalId;
use etherparse::PacketBuilder;

/// The port of the acquirer's host. None is registered for ISO 8583; Wireshark is told which it is:
/// `-d tcp.port==8583,iso8583`.
pub(super) const PORT: u16 = 8583;
/// The host's address, of a block for examples (RFC 5737).
const HOST: [u8; 4] = [192, 0, 2, 1];
/// Where ephemeral ports begin, and how many there are (RFC 6335).
const PORTS: (u16, u32) = (49_152, 16_384);
/// The largest part of a stream in one packet: Ethernet's 1500 bytes without both headers.
const SEGMENT: usize = 1_460;
const WINDOW: u16 = 65_535;

/// Where a packet was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Terminal,
    Host,
}

/// A packet, as it was seen at one end.
pub(super) struct Packet {
    pub(super) end: End,
    pub(super) bytes: Vec<u8>,
}

/// All connections of a trace, at both ends.
pub(super) struct Talks {
    /// Terminals of other traces, whose addresses are taken.
    before: u32,
    all: BTreeMap<(u32, End), State>,
}

/// How far the streams are, with the numbers of the next bytes.
#[derive(Clone, Copy, Default)]
struct State {
    terminal: u32,
    host: u32,
    begun: bool,
    stands: bool,
}

impl Talks {
    pub(super) fn new(before: u32) -> Talks {
        Talks { before, all: BTreeMap::new() }
    }

    /// A connection at one of its ends.
    pub(super) fn at(&mut self, terminal: TerminalId, conn: u32, end: End) -> Talk<'_> {
        let index = self.before.wrapping_add(terminal.0);
        Talk { index, conn, end, state: self.all.entry((conn, end)).or_default() }
    }
}

/// One connection at one of its ends.
pub(super) struct Talk<'t> {
    index: u32,
    conn: u32,
    end: End,
    state: &'t mut State,
}

/// The flags of a packet.
#[derive(Clone, Copy, Default)]
struct Flags {
    syn: bool,
    ack: bool,
    fin: bool,
    rst: bool,
}

const ACK: Flags = Flags { syn: false, ack: true, fin: false, rst: false };

impl Talk<'_> {
    /// The terminal asks for the connection.
    pub(super) fn open(&mut self) -> Vec<Packet> {
        self.state.begun = true;
        vec![self.packet(true, Flags { syn: true, ..Flags::default() }, &[])]
    }

    /// It stands.
    pub(super) fn opened(&mut self) -> Vec<Packet> {
        let mut packets = if self.state.begun { Vec::new() } else { self.open() };
        if !self.state.stands {
            packets.push(self.packet(false, Flags { syn: true, ..ACK }, &[]));
            packets.push(self.packet(true, ACK, &[]));
            self.state.stands = true;
        }
        packets
    }

    /// Bytes of one message. A connection of which nothing was seen before is opened first.
    pub(super) fn data(&mut self, to_host: bool, bytes: &[u8]) -> Vec<Packet> {
        let mut packets = self.opened();
        packets.extend(bytes.chunks(SEGMENT).map(|part| self.packet(to_host, ACK, part)));
        packets
    }

    /// One end says that it will send no more.
    pub(super) fn close(&mut self, by_terminal: bool) -> Vec<Packet> {
        if !self.state.stands {
            return Vec::new();
        }
        self.state.stands = false;
        vec![self.packet(by_terminal, Flags { fin: true, ..ACK }, &[])]
    }

    /// A reset comes from the far end.
    pub(super) fn reset(&mut self) -> Vec<Packet> {
        if !self.state.begun {
            return Vec::new();
        }
        self.state.stands = false;
        vec![self.packet(false, Flags { rst: true, ..ACK }, &[])]
    }

    fn packet(&mut self, to_host: bool, flags: Flags, payload: &[u8]) -> Packet {
        let [_, a, b, c] = self.index.to_be_bytes();
        // Private addresses before the NAT; behind it those of carriers (RFC 6598).
        let terminal = match self.end {
            End::Terminal => [10, a, b, c],
            End::Host => [100, 64 | (a & 63), b, c],
        };
        let port = PORTS.0 + u16::try_from(self.conn % PORTS.1).unwrap_or(0);
        let (mac, host_mac) = ([2, 0, 0, a, b, c], [2, 1, 0, 0, 0, 1]);
        let state = &mut *self.state;
        let (next, acked, from, to, from_mac, to_mac, ports) = if to_host {
            (&mut state.terminal, state.host, terminal, HOST, mac, host_mac, (port, PORT))
        } else {
            (&mut state.host, state.terminal, HOST, terminal, host_mac, mac, (PORT, port))
        };
        let mut built = PacketBuilder::ethernet2(from_mac, to_mac)
            .ipv4(from, to, 64)
            .tcp(ports.0, ports.1, *next, WINDOW);
        if flags.syn {
            built = built.syn();
        }
        if flags.fin {
            built = built.fin();
        }
        if flags.rst {
            built = built.rst();
        }
        if flags.ack {
            built = built.ack(acked);
        }
        if !payload.is_empty() {
            built = built.psh();
        }
        let mut bytes = Vec::with_capacity(built.size(payload.len()));
        // A packet of one segment is never too long.
        let _ = built.write_to_vec(&mut bytes, payload);
        let length = u32::try_from(payload.len()).unwrap_or(0);
        *next = next.wrapping_add(length + u32::from(flags.syn) + u32::from(flags.fin));
        Packet { end: self.end, bytes }
    }
}
