//! A capture read back by the libraries' own readers: sequence numbers, checksums, comments.

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_file::pcapng::{Block, PcapNgReader};

use super::*;
use crate::report::tests::suite;

/// Interface, way to the host, sequence number, acknowledged, flags (SYN, FIN), payload, comment.
type Seen = (u32, bool, u32, u32, (bool, bool), usize, String);

fn read(bytes: &[u8]) -> Vec<Seen> {
    let mut reader = PcapNgReader::new(bytes).unwrap();
    let mut seen = Vec::new();
    while let Some(block) = reader.next_block() {
        let Block::EnhancedPacket(packet) = block.unwrap() else { continue };
        let sliced = SlicedPacket::from_ethernet(&packet.data).unwrap();
        let Some(NetSlice::Ipv4(ip)) = &sliced.net else { panic!("no IPv4") };
        let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { panic!("no TCP") };
        let sum = tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination());
        assert_eq!(sum.unwrap(), tcp.checksum(), "the checksum");
        let comment = packet.options.iter().find_map(|option| match option {
            EnhancedPacketOption::Comment(text) => Some(text.to_string()),
            _ => None,
        });
        let to_host = tcp.destination_port() == tcp::PORT;
        seen.push((
            packet.interface_id,
            to_host,
            tcp.sequence_number(),
            tcp.acknowledgment_number(),
            (tcp.syn(), tcp.fin()),
            tcp.payload().len(),
            comment.unwrap_or_default(),
        ));
    }
    seen
}

fn captured(traces: &[&Trace]) -> Vec<u8> {
    let mut to = Vec::new();
    let mut capture = Capture::begin(&mut to).unwrap();
    traces.iter().for_each(|trace| capture.add(trace).unwrap());
    drop(capture);
    to
}

#[test]
fn each_end_shows_what_was_seen_there_with_the_numbers_of_tcp() {
    let suite = suite();
    let trace = suite.cases.iter().find_map(|case| case.trace.as_ref()).unwrap();
    let seen = read(&captured(&[trace]));
    let (syn, plain) = ((true, false), (false, false));
    let none = String::new;
    let note = |text: &str| text.to_owned();
    // A request of 40 bytes leaves and arrives; its answer leaves the host and never arrives.
    assert_eq!(
        seen,
        [
            (0, true, 0, 0, syn, 0, none()),
            (0, false, 0, 1, syn, 0, none()),
            (0, true, 1, 1, plain, 0, none()),
            (0, true, 1, 1, plain, 40, note("event #6: sale 12.50; order T1-000001")),
            (1, true, 0, 0, syn, 0, none()),
            (1, false, 0, 1, syn, 0, none()),
            (1, true, 1, 1, plain, 0, none()),
            (1, true, 1, 1, plain, 40, note("event #7: sale 12.50; order T1-000001")),
            (
                1,
                false,
                1,
                41,
                plain,
                40,
                note("event #11: sale answer 00 12.50; order T1-000001; in force: link-outage")
            ),
        ]
    );
}

#[test]
fn each_case_has_interfaces_and_addresses_of_its_own() {
    let suite = suite();
    let trace = suite.cases.iter().find_map(|case| case.trace.as_ref()).unwrap();
    let bytes = captured(&[trace, trace]);
    let interfaces: Vec<u32> = read(&bytes).iter().map(|packet| packet.0).collect();
    assert_eq!(interfaces, [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
    let mut reader = PcapNgReader::new(&bytes[..]).unwrap();
    let mut sources = std::collections::BTreeSet::new();
    while let Some(block) = reader.next_block() {
        let Block::EnhancedPacket(packet) = block.unwrap() else { continue };
        let sliced = SlicedPacket::from_ethernet(&packet.data).unwrap();
        let Some(NetSlice::Ipv4(ip)) = &sliced.net else { panic!("no IPv4") };
        sources.insert(ip.header().source());
    }
    assert_eq!(sources.len(), 5, "a terminal before and behind the NAT, twice; and the host");
}
