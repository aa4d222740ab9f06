// The write-ahead journal: what the terminal must not forget. Knows blocks and orders, and neither
// card nor host.
#pragma once

#include "order.h"

#include <stdbool.h>
#include <stdint.h>

// Reads what the storage holds; false when it can't be read.
bool journal_open(void);

// Notes how far an order has come. Returns when it is on the storage for good; false when it is not,
// and then the order is as it was.
bool journal_write(const struct order *order);

// The newest order; false when there is none.
bool journal_newest(struct order *order);

// The highest order number that may have been used.
uint32_t journal_last_number(void);

// Whether a record can't be read any more, so that payments may be missing.
bool journal_is_damaged(void);

// The paid order before which `skip` newer ones stand; false when there is none that the journal
// still holds.
bool journal_paid(uint32_t skip, struct order *order);
