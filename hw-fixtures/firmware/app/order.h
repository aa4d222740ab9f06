// An order: a sale of one amount to one customer, from the moment it is about to be sent. Orders
// are counted from 1 over the terminal's life; STANs and order number come from that count.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

// How far an order has come; stands as this letter in the journal.
enum stage {
    STAGE_SENT = 'S',      // about to be sent, or sent: the result is not known
    STAGE_REVERSING = 'V', // a reversal is due until it is acknowledged
    STAGE_APPROVED = 'A',  // paid; not yet certain that the merchant saw it
    STAGE_UNPAID = 'U',    // not paid; not yet certain that the merchant saw it
    STAGE_REVERSED = 'R',  // undone; not yet certain that the merchant saw it
    STAGE_SHOWN = 'P',     // paid, and shown
    STAGE_ENDED = 'E',     // not paid or undone, and shown
};

enum { ORDER_ID_MAX = 18, PAID_AT_DIGITS = 10 };

struct order {
    uint32_t number;
    uint32_t amount; // fen
    enum stage stage;
    uint32_t sent_at; // on the clock of this boot
    uint32_t asked;   // so many queries were answered or given up in this boot
    bool copy;        // the merchant may have seen the result before
    char paid_at[PAID_AT_DIGITS + 1]; // MMDDhhmmss as the host says; empty when not paid
};

// Whether something is left to do for it.
bool order_is_open(const struct order *order);

// Whether the customer's money was taken, and stays taken.
bool order_is_paid(const struct order *order);

// The order number that host and customer know it by.
void order_add_id(const struct order *order, struct text *text);

// The STAN of its sale and its reversal. Field 11 has six digits, so STANs begin again after 31249
// orders, more than a batch holds; 999999 belongs to sign-in and echo.
uint32_t order_stan(const struct order *order);

// The STAN of its next query. After a power cut, and after 31 queries, they begin again: the same
// question of the same order.
uint32_t order_query_stan(const struct order *order);
