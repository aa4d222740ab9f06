// The front panel, on UART2 and the board's own keys.

#include "panel.h"

#include "keys.h"
#include "text.h"
#include "uart.h"

// What the board's own keys stand for; 0 for nothing.
static const char MEANINGS[BOARD_KEYS] = {
    [KEY_UP] = PANEL_LIST,
    [KEY_DOWN] = PANEL_TEST,
    [KEY_LEFT] = PANEL_CANCEL,
    [KEY_RIGHT] = 0,
    [KEY_SELECT] = PANEL_OK,
};

static bool is_key(char key) {
    return is_digit(key) || key == '.' || key == PANEL_OK || key == PANEL_CANCEL ||
           key == PANEL_LIST || key == PANEL_TEST;
}

bool panel_read(char *key) {
    enum board_key pressed;
    while (keys_read(&pressed)) {
        *key = MEANINGS[pressed];
        if (*key != 0) {
            return true;
        }
    }
    uint8_t byte;
    while (uart_read(UART_PANEL, &byte)) {
        *key = (char)byte;
        if (is_key(*key)) {
            return true;
        }
    }
    return false;
}

void panel_clear(void) {
    keys_clear();
    uart_clear(UART_PANEL);
}

void panel_beep(const char *sound) {
    uart_print(UART_PANEL, "BEEP ");
    uart_print(UART_PANEL, sound);
    uart_print(UART_PANEL, "\r\n");
}

void panel_drawn(void) {
    uart_print(UART_PANEL, "DRAWN\r\n");
}
