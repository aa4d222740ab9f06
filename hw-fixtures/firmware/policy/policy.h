// The decisions in which a bad firmware differs from this one. A planted defect is another file
// that is linked in place of `reference.c`.
#pragma once

#include <stdbool.h>

// Whether an order stands in the journal before its request leaves.
bool policy_journals_first(void);
