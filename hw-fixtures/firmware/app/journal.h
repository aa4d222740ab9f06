// The write-ahead journal: what the terminal must not forget. Knows blocks and orders, and neither
// card nor host.
#pragma once

#include "order.h"

#include <stdbool.h>
#include <stdint.h>

// Reads what the storage holds; false when it can't be read.
bool journal_open(void);

// Notes how far an order has come. Returns when that is on the storage for good; false when it is
// not known to be.
bool journal_write(const struct order *order);

// The newest order; false when there is none.
bool journal_newest(struct order *order);

// The highest order number that may have been used.
uint32_t journal_last_number(void);

// Whether a record can't be read any more, so that payments may be missing.
bool journal_is_damaged(void);

// Visits the paid orders that the journal still holds, the newest first.
typedef void journal_visit(void *context, const struct order *order);
void journal_each_paid(journal_visit *visit, void *context);
