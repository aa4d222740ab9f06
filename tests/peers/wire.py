"""Frames of a wire profile by pyiso8583. The profiles themselves stand in plain87.py and
cup_scan.py: written from their descriptions, not generated from payrig's, so that the two can
disagree.
"""

import json
import sys

import iso8583


class Profile:
    """A wire profile: what pyiso8583 calls a specification, behind a length of two bytes; and the
    field of the scan payment."""

    def __init__(self, spec, scan):
        self.spec = spec
        self.scan = scan

    def decode(self, frame):
        """Message type and fields of a frame. Raises ValueError (DecodeError is one) if it is
        none."""
        message = self._message(frame)
        return message["t"], _fields(message)

    def payment(self, fields):
        """The text of the scan payment; empty where there is none."""
        text = fields.get(self.scan, "")
        binary = self.spec[str(self.scan)]["data_enc"] == "b"
        return bytes.fromhex(text).decode("ascii", "replace") if binary else text

    def _message(self, frame):
        if int.from_bytes(frame[:2], "big") != len(frame) - 2:
            raise ValueError("the length prefix is wrong")
        return iso8583.decode(frame[2:], self.spec)[0]

    def _frame(self, header, mti, fields):
        message = {"h": header, "t": mti} | {str(n): value for n, value in fields.items()}
        encoded, _ = iso8583.encode(message, self.spec)
        return len(encoded).to_bytes(2, "big") + bytes(encoded)

    def main(self):
        """Reads frames as lines of hexadecimal text, with their length prefix, and prints for each
        a line of JSON: header, message type, fields, and the same message written again."""
        for line in sys.stdin:
            message = self._message(bytes.fromhex(line))
            header, mti, fields = message.get("h", ""), message["t"], _fields(message)
            again = self._frame(header, mti, fields).hex()
            print(json.dumps({"header": header, "mti": mti, "fields": fields, "again": again}))


def _fields(message):
    return {int(n): v for n, v in message.items() if n.isdigit() and n != "1"}
