// The line to the module: commands, their results, and what the module says unasked. Knows the
// syntax of AT commands (ITU-T V.250) and of Quectel's notices, and no connection's purpose.
#pragma once

#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the module said unasked since these were last cleared.
struct notices {
    bool readable;       // the connection has bytes to read
    bool closed;         // the connection ended, also with the module's start or data context
    bool opened;         // an attempt to connect has come to its end
    uint32_t open_error; // 0 for one that succeeded
};

extern struct notices at_notices;

// Sends a command and waits for its final result: true for OK and SEND OK.
bool at_command(const char *command, uint32_t patience_ms);

// The last line of information that a command brought, such as `+CSQ: 21,99`; empty without one.
const char *at_info(void);

// Sends a command that is answered by a prompt for data; true when the prompt came.
bool at_prompt(const char *command, uint32_t patience_ms);

// Sends data behind a prompt, and waits for the final result.
bool at_data(const uint8_t *bytes, size_t count, uint32_t patience_ms);

// Sends a command that brings data behind the line `<start><count>`, and takes the data. Returns
// how many bytes came.
size_t at_fetch(const char *command, const char *start, uint8_t *bytes, size_t room,
                uint32_t patience_ms);

// Waits until the module says something unasked, or until the deadline; false at the deadline.
bool at_listen(struct deadline until);

// Waits, and forgets what the module says meanwhile.
void at_quiet(uint32_t ms);
