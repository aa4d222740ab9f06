// Characters of 3 by 5 pixels: digits, capital letters, marks.
#pragma once

#include <stdbool.h>

enum { FONT_WIDTH = 3, FONT_HEIGHT = 5 };

// Whether a pixel of a character is lit. Characters that are not known are boxes.
bool font_is_lit(char c, int x, int y);
