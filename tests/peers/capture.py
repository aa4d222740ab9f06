"""Rebuilds the acquirer's ledger from a network capture alone: pcapng, Ethernet, IPv4 and TCP are
read here, from their specifications, and the messages by pyiso8583.

usage: capture.py FILE
Prints a line of JSON for each interface at the host's side, in their order: as ledger.py does.
"""

import json
import struct
import sys

from ledger import WIRES, Ledger

PORT = 8583
SIDE = "host side, wire profile "
# No message is longer; a longer length is garbage.
LONGEST = 4096


def blocks(data):
    """Type and body of each block of a little-endian pcapng file."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if struct.unpack_from("<I", data, at + length - 4)[0] != length:
            raise ValueError("a block's two lengths differ")
        yield kind, data[at + 8 : at + length - 4]
        at += length


def options(body):
    """Code to value of a block's options."""
    found, at = {}, 0
    while at + 4 <= len(body):
        code, length = struct.unpack_from("<HH", body, at)
        if code == 0:
            break
        found[code] = body[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    return found


def segment(packet):
    """Addresses and ports, SYN, sequence number and payload of a TCP segment."""
    if packet[12:14] != b"\x08\x00" or packet[23] != 6:
        raise ValueError("not TCP over IPv4")
    ip = packet[14:]
    total = struct.unpack_from(">H", ip, 2)[0]
    tcp = ip[(ip[0] & 15) * 4 : total]
    source, target, number = struct.unpack_from(">HHI", tcp)
    ends = (ip[12:16], source, ip[16:20], target)
    return ends, bool(tcp[13] & 2), number, tcp[(tcp[12] >> 4) * 4 :]


class Streams:
    """The bytes of each direction, put in order by their sequence numbers."""

    def __init__(self):
        self.next = {}
        self.rest = {}

    def frames(self, packet):
        """Whole frames, with the way that the host saw them go."""
        ends, syn, number, payload = segment(packet)
        if syn:
            self.next[ends], self.rest[ends] = number + 1, b""
            return
        if not payload:
            return
        if self.next[ends] != number:
            raise ValueError(f"sequence number {number}, expected {self.next[ends]}")
        self.next[ends] += len(payload)
        rest = self.rest[ends] + payload
        while len(rest) >= 2:
            length = 2 + int.from_bytes(rest[:2], "big")
            if length > LONGEST:
                rest = b""
            if len(rest) < length:
                break
            yield ("received" if ends[3] == PORT else "sent"), rest[:length]
            rest = rest[length:]
        self.rest[ends] = rest


def ledgers(data):
    """A ledger for each interface at the host's side."""
    interfaces = []
    for kind, body in blocks(data):
        if kind == 1:
            told = options(body[8:])[3].decode()
            wire = told.removeprefix(SIDE) if told.startswith(SIDE) else None
            interfaces.append((Ledger(WIRES[wire]) if wire else None, Streams()))
        elif kind == 6:
            interface, _, _, length = struct.unpack_from("<IIII", body)
            ledger, streams = interfaces[interface]
            for way, frame in streams.frames(body[20 : 20 + length]):
                if ledger:
                    ledger.frame(way, frame)
    return [ledger for ledger, _ in interfaces if ledger]


def main():
    with open(sys.argv[1], "rb") as file:
        for ledger in ledgers(file.read()):
            print(json.dumps(ledger.orders))


if __name__ == "__main__":
    main()
