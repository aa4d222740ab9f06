// The display: 128 by 64 pixels, lit or dark. Knows not what it shows.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { OLED_WIDTH = 128, OLED_HEIGHT = 64 };

// A picture: one bit a pixel, the leftmost highest.
struct picture {
    uint8_t rows[OLED_HEIGHT][OLED_WIDTH / 8];
};

void oled_open(void);
void oled_show(const struct picture *picture);
