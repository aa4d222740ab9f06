// The acquirer's host: asks, and waits for the answer that belongs to the question.
#pragma once

#include "messages.h"

enum reached {
    REACHED_NOT,    // nothing of the request left the terminal
    REACHED_MAYBE,  // it left, and no answer came in time
    REACHED_ANSWER, // it was answered
};

// Asks; signs in before, if that is still due. `order` and `code` as in `struct request`.
enum reached host_ask(enum purpose purpose, const struct order *order, const char *code,
                      struct answer *answer);

// Signs in, if that is still due.
bool host_sign_in(void);

// The host wants a new sign-in before the next request.
void host_sign_out(void);

// Tells whether the host is there.
bool host_echo(void);

// Ends the exchange: closes the connection.
void host_done(void);
