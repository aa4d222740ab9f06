// The front panel: keys from the keypad and from the board, a buzzer, and word of each new picture
// on the display. Knows not what the keys are pressed for.
#pragma once

#include <stdbool.h>

// Keys. Digits and the point are themselves.
enum { PANEL_OK = '\r', PANEL_CANCEL = 0x1b, PANEL_LIST = 'L', PANEL_TEST = 'T' };

// The next key; false when none was pressed.
bool panel_read(char *key);

// Forgets what was pressed so far.
void panel_clear(void);

// Sounds the buzzer: `ok`, `error` or `attention`.
void panel_beep(const char *sound);

// Says that the display has a new picture, which is complete.
void panel_drawn(void);
