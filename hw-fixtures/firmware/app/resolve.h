// From an unknown or pending result to a final one, now or after a power cut.
#pragma once

#include "desk.h"
#include "messages.h"
#include "order.h"

// Shows that the result is not final, and asks until it is. Takes no sale meanwhile.
void resolve(struct order *order, enum status shown);

// Whether the host speaks of the amount that was asked for.
bool resolve_amount_fits(const struct order *order, const struct answer *answer);

// Paid, as the host says.
void resolve_approve(struct order *order, const struct answer *answer);

// A final result: first the journal, then the merchant.
void resolve_finish(struct order *order, enum status status);

// Writes what the storage did not take before; false when it still does not.
bool resolve_catch_up(void);

// Brings what was open at the power cut to its end.
void resolve_after_start(void);
