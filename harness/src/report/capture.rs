//! The acquirer's traffic as a network capture (pcapng), for Wireshark and whatever else reads one.
//!
//! Each case has two interfaces: at its terminals, and at the acquirer's host, each with what was
//! seen there. The bytes are those of the trace; the packets around them are made up, with the
//! sequence numbers that TCP would have given them. Comments name the payment and the faults in
//! force. Written as the run goes, each case in its turn.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::Duration;

use contract::event::{ConnChange, Tap, WireMessage};
use contract::{Event, EventKind, Source, TerminalId, Time, Trace};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, Endianness};

use super::{Kind, Wanted, create};
use crate::suite::Progress;
use notes::Notes;
use tcp::{End, Packet, Talks};

mod notes;
mod tcp;
#[cfg(test)]
mod tests;

/// The rig's clock begins with the year 2026, as its terminals print it, in seconds since 1970.
const BEGIN: Duration = Duration::from_secs(1_767_225_600);

/// A capture that is being written.
pub struct CaptureFile {
    wanted: Wanted,
    to: io::Result<Capture<BufWriter<File>>>,
}

impl CaptureFile {
    /// Begins the file of a report that was asked for; `None` where that is another one.
    pub fn begin(wanted: &Wanted) -> Option<CaptureFile> {
        let wanted = (wanted.kind == Kind::Pcapng).then(|| wanted.clone())?;
        let to = create(&wanted.path).and_then(Capture::begin);
        Some(CaptureFile { wanted, to })
    }

    /// Writes what has ended.
    pub fn take(&mut self, progress: Progress<'_>) {
        let Progress::Settled { result, .. } = progress else { return };
        if let (Some(trace), Ok(to)) = (&result.trace, &mut self.to)
            && let Err(why) = to.add(trace)
        {
            self.to = Err(why);
        }
    }

    /// What was written, or a warning.
    ///
    /// # Errors
    /// The warning.
    pub fn finish(self) -> Result<String, String> {
        let written = self.to.and_then(|capture| capture.to.into_inner().flush());
        self.wanted.said(written)
    }
}

/// A capture of any number of traces.
pub struct Capture<W: Write> {
    to: PcapNgWriter<W>,
    interfaces: u32,
    /// Terminals of the traces before: each has addresses of its own, so that no two connections
    /// are taken for one.
    terminals: u32,
}

impl<W: Write> Capture<W> {
    /// Begins a capture.
    ///
    /// # Errors
    /// What the writer says.
    pub fn begin(to: W) -> io::Result<Capture<W>> {
        let writer = concat!("payrig ", env!("CARGO_PKG_VERSION"));
        let section = SectionHeaderBlock {
            endianness: Endianness::Little,
            options: vec![SectionHeaderOption::UserApplication(Cow::Borrowed(writer))],
            ..SectionHeaderBlock::default()
        };
        let to = PcapNgWriter::with_section_header(to, section).map_err(io::Error::other)?;
        Ok(Capture { to, interfaces: 0, terminals: 0 })
    }

    /// Adds what a trace holds of the acquirer's traffic.
    ///
    /// # Errors
    /// What the writer says.
    pub fn add(&mut self, trace: &Trace) -> io::Result<()> {
        let interface = self.interfaces;
        for place in ["terminal side", "host side"] {
            self.interface(trace, place)?;
        }
        let (mut talks, mut notes) = (Talks::new(self.terminals), Notes::of(trace));
        for event in trace.events() {
            notes.see(event);
            let packets = packets(&mut talks, event);
            let comment = (!packets.is_empty()).then(|| notes.on(event)).flatten();
            for (nth, packet) in (1..).zip(&packets) {
                // The last packet of an event is the one that carries it.
                let comment = comment.clone().filter(|_| nth == packets.len());
                self.packet(interface, event.at, packet, comment)?;
            }
        }
        let count = u32::try_from(trace.header().rig.terminals.len()).unwrap_or(u32::MAX);
        self.terminals = self.terminals.wrapping_add(count);
        Ok(())
    }

    fn interface(&mut self, trace: &Trace, place: &str) -> io::Result<()> {
        let header = trace.header();
        let name = format!("{} seed {}, {place}", header.scenario, header.seed);
        let wire = format!("{place}, wire profile {}", header.rig.wire);
        self.interfaces += 1;
        let block = InterfaceDescriptionBlock {
            linktype: DataLink::ETHERNET,
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::IfName(Cow::Owned(name)),
                InterfaceDescriptionOption::IfDescription(Cow::Owned(wire)),
                // Nanoseconds.
                InterfaceDescriptionOption::IfTsResol(9),
            ],
        };
        self.to.write_pcapng_block(block).map(drop).map_err(io::Error::other)
    }

    fn packet(
        &mut self,
        interface: u32,
        at: Time,
        packet: &Packet,
        comment: Option<String>,
    ) -> io::Result<()> {
        let side = u32::from(packet.end == End::Host);
        let block = EnhancedPacketBlock {
            interface_id: interface + side,
            timestamp: BEGIN + Duration::from_micros(at.0),
            original_len: u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX),
            data: Cow::Borrowed(&packet.bytes),
            options: comment
                .map(|text| EnhancedPacketOption::Comment(Cow::Owned(text)))
                .into_iter()
                .collect(),
        };
        self.to.write_pcapng_block(block).map(drop).map_err(io::Error::other)
    }
}

/// The packets of an event, in their order.
fn packets(talks: &mut Talks, event: &Event) -> Vec<Packet> {
    let terminal = event.terminal.unwrap_or(TerminalId(1));
    match &event.kind {
        EventKind::Sent(wire) | EventKind::Received(wire) => {
            let sent = matches!(event.kind, EventKind::Sent(_));
            message(talks, terminal, wire, sent)
        }
        EventKind::Conn { conn, change } => {
            let mut talk = talks.at(terminal, *conn, End::Terminal);
            let by_terminal = event.source == Source::Terminal;
            match change {
                ConnChange::Opening => talk.open(),
                ConnChange::Opened => talk.opened(),
                ConnChange::Closed => talk.close(by_terminal),
                ConnChange::Reset => talk.reset(),
                // Nothing came back, or nothing that the trace tells of.
                ConnChange::Failed => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn message(talks: &mut Talks, terminal: TerminalId, wire: &WireMessage, sent: bool) -> Vec<Packet> {
    let end = if wire.tap == Tap::HostWire { End::Host } else { End::Terminal };
    // What a terminal sends and what a host receives goes the same way.
    let to_host = sent == (end == End::Terminal);
    talks.at(terminal, wire.conn, end).data(to_host, &wire.bytes.0)
}
