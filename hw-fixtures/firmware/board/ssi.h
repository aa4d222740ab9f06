// The serial bus that display and card share. Knows not what is said on it.
#pragma once

#include <stdint.h>

enum ssi_device { SSI_DISPLAY, SSI_CARD };

void ssi_open(void);

// Whom the next bytes are for. Selecting the card begins a command, also when it is selected.
void ssi_select(enum ssi_device device);

// Whether the next bytes are commands or data to the display.
void ssi_display_data(uint32_t is_data);

// A card that wakes up must not be driven faster than 400 kHz.
void ssi_slow(void);
void ssi_fast(void);

// Sends a byte and returns the one that came back.
uint8_t ssi_transfer(uint8_t byte);
