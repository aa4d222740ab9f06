// The display's controller, an SSD0323 with 16 shades: two pixels a byte, the left one high.

#include "oled.h"

#include "ssi.h"

#include <stddef.h>

static void commands(const uint8_t *bytes, size_t count) {
    ssi_select(SSI_DISPLAY);
    ssi_display_data(0);
    while (count-- > 0) {
        ssi_transfer(*bytes++);
    }
    ssi_display_data(1);
}

void oled_open(void) {
    const uint8_t start[] = {
        0xa0, 0x52, // left to right, top to bottom, as the panel of this board is wired
        0xa4,       // show the memory
        0xaf,       // on
    };
    commands(start, sizeof start);
}

void oled_show(const struct picture *picture) {
    const uint8_t window[] = {0x15, 0, OLED_WIDTH / 2 - 1, 0x75, 0, OLED_HEIGHT - 1};
    commands(window, sizeof window);
    for (int y = 0; y < OLED_HEIGHT; y++) {
        for (int x = 0; x < OLED_WIDTH; x += 2) {
            uint8_t pair = picture->rows[y][x / 8] >> (6 - x % 8);
            ssi_transfer((pair & 2 ? 0xf0 : 0) | (pair & 1 ? 0x0f : 0));
        }
    }
}
