"""The wire profile `plain87` as pyiso8583 knows it: written from the profile's description, not
generated from it, so that the two can disagree.

As a program: reads frames as lines of hexadecimal text, with their length prefix, and prints for
each a line of JSON: message type, fields, and the same message written again by pyiso8583.
"""

import json
import sys

import iso8583


def _field(length_digits, max_length, data="ascii"):
    return {
        "data_enc": data,
        "len_enc": "ascii",
        "len_type": length_digits,
        "max_len": max_length,
        "desc": "",
    }


FIXED = {3: 6, 4: 12, 7: 10, 11: 6, 12: 6, 13: 4, 14: 4, 15: 4, 22: 3, 23: 3, 24: 3, 25: 2,
         37: 12, 38: 6, 39: 2, 41: 8, 42: 15, 43: 40, 49: 3, 70: 3, 90: 42}
LLVAR = {2: 19, 32: 11, 33: 11, 44: 25}
LLLVAR = {48: 999, 54: 120, 59: 999, 60: 999, 61: 999, 62: 999, 63: 999}
BINARY = {64: 8, 128: 8}

SPEC = {"h": _field(0, 0), "t": _field(0, 4), "p": _field(0, 8, "b"), "1": _field(0, 8, "b")}
SPEC |= {str(number): _field(0, length) for number, length in FIXED.items()}
SPEC |= {str(number): _field(2, length) for number, length in LLVAR.items()}
SPEC |= {str(number): _field(3, length) for number, length in LLLVAR.items()}
SPEC |= {str(number): _field(0, length, "b") for number, length in BINARY.items()}


def decode(frame):
    """Message type and fields of a frame. Raises ValueError (DecodeError is one) if it is none."""
    if int.from_bytes(frame[:2], "big") != len(frame) - 2:
        raise ValueError("the length prefix is wrong")
    decoded, _ = iso8583.decode(frame[2:], SPEC)
    return decoded["t"], {int(n): v for n, v in decoded.items() if n.isdigit() and n != "1"}


def encode(mti, fields):
    """The frame of a message."""
    message = {"t": mti} | {str(number): value for number, value in fields.items()}
    encoded, _ = iso8583.encode(message, SPEC)
    return len(encoded).to_bytes(2, "big") + bytes(encoded)


def main():
    for line in sys.stdin:
        mti, fields = decode(bytes.fromhex(line))
        print(json.dumps({"mti": mti, "fields": fields, "again": encode(mti, fields).hex()}))


if __name__ == "__main__":
    main()
