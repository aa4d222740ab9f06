"""The wire profile `plain87` as pyiso8583 knows it. As a program: see `wire.Profile.main`."""

import wire


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

PROFILE = wire.Profile(SPEC, scan=59)

if __name__ == "__main__":
    PROFILE.main()
