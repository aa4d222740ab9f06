"""Rebuilds the acquirer's ledger from the bytes at the host's end of the wire, and nothing else.

Reads stored traces (JSON Lines, header first, one trace after another) from the file named on the
command line. Prints a line of JSON for each trace: order number to state and amount in fen.

States: `captured`, `undone` (closed unpaid, or the money went back), `rejected`, `pending`.
What the host says of an order only ever grows in weight, because its answers may be late or come
twice: a late "approved" does not bring back what a reversal undid.
"""

import json
import sys

import cup_scan
import plain87

WIRES = {"plain87": plain87.PROFILE, "cup-scan": cup_scan.PROFILE}

WEIGHT = {"pending": 0, "rejected": 1, "captured": 2, "undone": 3}

# Response codes that leave open what became of an order: error at the wallet, not found, timed out,
# out of order, duplicate, malfunction, no answer.
OPEN = {"06", "25", "68", "91", "94", "96", "98"}


# Only these types of message are about an order.
PAYMENTS = {"0200", "0210", "0400", "0410"}


def order_number(rest):
    """The entry `ON` of a scan payment: tag (2), length (3), value. ValueError for another
    layout."""
    while rest:
        tag, length = rest[:2], rest[2:5]
        if not length.isdigit():
            raise ValueError("the scan payment has an entry without a length")
        end = 5 + int(length)
        if tag == "ON":
            return rest[5:end]
        rest = rest[end:]
    return None


def state_told(mti, fields):
    """What an answer of the host says of its order; None where it says nothing."""
    response = fields.get(39)
    if response == "94":
        # A duplicate: field 44 says what the first was answered, if it is there.
        response = fields.get(44, response)
    if mti == "0410":
        return "undone" if response == "00" else None
    if mti != "0210" or response is None or response in OPEN:
        return None
    return {"00": "captured", "10": "captured", "09": "pending"}.get(response, "rejected")


class Ledger:
    def __init__(self, wire):
        self.wire = wire
        self.orders = {}
        # Terminal and STAN of a request to its order: an answer may leave the order number out.
        self.asked = {}

    def received(self, mti, fields):
        order = order_number(self.wire.payment(fields))
        if order:
            self.asked[mti[:2], fields.get(41), fields.get(11)] = order

    def sent(self, mti, fields):
        asked = self.asked.get((mti[:2], fields.get(41), fields.get(11)))
        order = order_number(self.wire.payment(fields)) or asked
        state = state_told(mti, fields)
        # An answer that nobody asked for, or to another question, says nothing of an order here.
        if asked is None or order != asked or state is None:
            return
        known = self.orders.setdefault(order, {"state": state, "amount": None})
        if WEIGHT[state] >= WEIGHT[known["state"]]:
            known["state"] = state
            if 4 in fields:
                known["amount"] = int(fields[4])

    def frame(self, way, frame):
        """A frame that the host `received` or `sent`."""
        try:
            mti, fields = self.wire.decode(frame)
            if mti in PAYMENTS:
                (self.received if way == "received" else self.sent)(mti, fields)
        except (ValueError, LookupError):
            pass  # Garbage on the wire says nothing of an order.

    def see(self, kind):
        for way in ("received", "sent"):
            wire = kind.get(way) if isinstance(kind, dict) else None
            if wire is not None and wire["tap"] == "host-wire":
                self.frame(way, bytes.fromhex(wire["bytes"]))


def ledgers(lines):
    """A ledger for each trace."""
    found = []
    for line in filter(str.strip, lines):
        record = json.loads(line)
        if "payrig_trace" in record:
            found.append(Ledger(WIRES[record["rig"]["wire"]]))
        elif "payrig_end" not in record:
            found[-1].see(record["kind"])
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        for ledger in ledgers(lines):
            print(json.dumps(ledger.orders))


if __name__ == "__main__":
    main()
