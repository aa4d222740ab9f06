// The payment messages in their ISO 8583 fields: what is sent, and which answer belongs to it.
// Knows no connection.
#pragma once

#include "iso8583.h"
#include "order.h"

#include <stdint.h>

enum purpose { PURPOSE_SALE, PURPOSE_QUERY, PURPOSE_REVERSAL, PURPOSE_SIGN_IN, PURPOSE_ECHO };

// What is asked.
struct request {
    enum purpose purpose;
    const struct order *order; // null for sign-in and echo
    const char *code;          // the customer's payment code; of a sale alone
    uint32_t batch;
};

// What the host says.
struct answer {
    char response[3];
    bool has_amount;
    uint32_t amount; // fen
    char paid_at[PAID_AT_DIGITS + 1]; // empty when not told
    bool has_batch;
    uint32_t batch;
};

// False when it does not fit a frame.
bool request_write(const struct request *request, struct iso_writer *writer);

// Whether this message answers the request; `answer` is then what it says.
bool answer_read(const struct request *request, const struct iso_message *message,
                 struct answer *answer);
