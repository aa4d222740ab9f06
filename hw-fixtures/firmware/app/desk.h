// What the merchant sees and presses: all words stand here. Knows orders, and no host.
#pragma once

#include "clock.h"
#include "order.h"

#include <stdbool.h>
#include <stdint.h>

enum status {
    STATUS_APPROVED,
    STATUS_DECLINED,
    STATUS_REVERSED,
    STATUS_PENDING,
    STATUS_UNKNOWN,
};

// Shows what is known of an order, and sounds the buzzer.
void desk_show(const struct order *order, enum status status);

// Shows lines of text.
void desk_say(const char *text);

// Shows a line of text and an amount in fen.
void desk_say_amount(const char *text, uint32_t amount);

// Waits for a key; false when none is pressed in time.
bool desk_key(char *key, struct deadline until);

// Leaves what is shown on the display for a while; a key ends it.
void desk_linger(void);

// From here on keys are answered while the terminal waits for something else: the red one is
// remembered, the others are told that they must wait. Until `desk_leave`.
void desk_attend(void);
void desk_leave(void);

// Waits; the red key ends that early, but never before `least`.
void desk_pause(uint32_t least_ms, uint32_t span_ms);

// Whether the red key was pressed since `desk_attend`.
bool desk_is_cancelled(void);
