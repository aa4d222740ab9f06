// The five keys of the board: up, down, left, right, select. Knows not what they mean.
#pragma once

#include <stdbool.h>

enum board_key { KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_SELECT, BOARD_KEYS };

void keys_open(void);

// Looks at the keys; called at each tick, which is also what debounces them.
void keys_sample(void);

// The next key that was pressed and let go; false when there is none.
bool keys_read(enum board_key *key);

// Forgets what was pressed so far.
void keys_clear(void);
