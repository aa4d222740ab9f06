"""The wire profile `cup-scan` as pyiso8583 knows it. As a program: see `wire.Profile.main`."""

import wire


def _field(length_bytes, max_length, data="ascii", **more):
    return {
        "data_enc": data,
        "len_enc": "bcd",
        "len_type": length_bytes,
        "max_len": max_length,
        "desc": "",
    } | more


def _digits(length_bytes, max_length, pad="right_pad"):
    return _field(length_bytes, max_length, "b", len_count="nibbles", **{pad: "0"})


DIGITS = {3: 6, 4: 12, 11: 6, 12: 6, 13: 4, 14: 4, 15: 4, 22: 3, 25: 2, 26: 2, 53: 16}
DIGITS_LLVAR = {2: 19, 32: 11, 35: 37}
DIGITS_LLLVAR = {36: 104, 48: 322, 60: 17, 61: 29}
TEXT = {37: 12, 38: 6, 39: 2, 41: 8, 42: 15, 49: 3}
TEXT_LLLVAR = {54: 20, 58: 100, 59: 600, 63: 163}
BINARY = {52: 8, 64: 8}
BINARY_LLLVAR = {55: 255, 62: 512}

SPEC = {
    "h": _field(0, 11, "b"),  # TPDU and header
    "t": _field(0, 2, "b"),
    "p": _field(0, 8, "b"),
    "1": _field(0, 8, "b"),
    "23": _digits(0, 3, "left_pad"),
    "44": _field(1, 25),
}
SPEC |= {str(number): _digits(0, length) for number, length in DIGITS.items()}
SPEC |= {str(number): _digits(1, length) for number, length in DIGITS_LLVAR.items()}
SPEC |= {str(number): _digits(2, length) for number, length in DIGITS_LLLVAR.items()}
SPEC |= {str(number): _field(0, length) for number, length in TEXT.items()}
SPEC |= {str(number): _field(2, length) for number, length in TEXT_LLLVAR.items()}
SPEC |= {str(number): _field(0, length, "b") for number, length in BINARY.items()}
SPEC |= {str(number): _field(2, length, "b") for number, length in BINARY_LLLVAR.items()}

PROFILE = wire.Profile(SPEC, scan=62)

if __name__ == "__main__":
    PROFILE.main()
