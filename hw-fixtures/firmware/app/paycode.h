// The form of payment codes. Whether a code is alive only the wallet knows.
#pragma once

#include <stdbool.h>

enum { PAYCODE_MAX = 24 };

// Whether a text is a wallet's payment code. If not, `why` says in a few words what to do.
bool paycode_check(const char *text, const char **why);
