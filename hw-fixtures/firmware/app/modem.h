// One TCP connection through a 4G module: AT commands of the Quectel family. Knows no payments.
#pragma once

#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Connects, after bringing up module, SIM card, registration and data connection where that is
// still to be done. False when one of these fails; nothing was sent then.
bool modem_connect(const char *host, const char *port);

// Whether the connection stands, as far as the module has told.
bool modem_is_connected(void);

enum sent {
    SENT_NOTHING, // the module did not take a byte
    SENT_MAYBE,   // it took the bytes; nobody knows what became of them
};

enum sent modem_send(const uint8_t *bytes, size_t count);

// Waits for bytes of the connection and returns how many came; 0 when none came in time or the
// connection ended.
size_t modem_receive(uint8_t *bytes, size_t room, struct deadline until);

void modem_close(void);
