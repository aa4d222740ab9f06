// What a technician sets, and how patient the terminal is. The Makefile can give each its value.
// Knows nothing of the board.
#pragma once

// Field 41: eight characters. Order numbers begin with it, so no two terminals may share one.
#ifndef TERMINAL_ID
#define TERMINAL_ID "T0000001"
#endif

// Field 42: fifteen characters.
#ifndef MERCHANT_ID
#define MERCHANT_ID "000000000000001"
#endif

// Where the acquirer's host listens.
#ifndef HOST_NAME
#define HOST_NAME "acquirer.test"
#endif
#ifndef HOST_PORT
#define HOST_PORT "5000"
#endif

// Access point of the SIM card.
#ifndef ACCESS_POINT
#define ACCESS_POINT "cmnet"
#endif

// The wire carries no year and the board has no calendar.
#ifndef YEAR
#define YEAR "2026"
#endif

// Milliseconds that count as one second of patience with host and customer: 1000 in a shop. Tests
// build with less. What modem and eyes are given does not shrink with it.
#ifndef PACE
#define PACE 1000
#endif
#define SECONDS(count) ((count) * (PACE))

_Static_assert(sizeof TERMINAL_ID == 9, "a terminal number has 8 characters");
_Static_assert(sizeof MERCHANT_ID == 16, "a merchant number has 15 characters");
