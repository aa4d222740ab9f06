// The five keys: pins that are low while a key is held. A key counts when it is let go, because
// QEMU's pins read as held from power-up until a key moves for the first time.

#include "keys.h"

#include "registers.h"

#include <stdint.h>

enum { UP_DOWN_LEFT_RIGHT = 0x0f, SELECT = 0x02, QUEUE = 8 };

static uint32_t held;
static uint8_t queue[QUEUE];
static volatile uint32_t head, tail;

static void open_pins(uint32_t port, uint32_t pins) {
    GPIO_DIRECTION(port) &= ~pins;
    GPIO_PULL_UP(port) |= pins;
    GPIO_DIGITAL(port) |= pins;
}

void keys_open(void) {
    SYSCTL_RCGC2 |= 0x30; // ports E and F
    (void)SYSCTL_RCGC2;
    open_pins(GPIO_E, UP_DOWN_LEFT_RIGHT);
    open_pins(GPIO_F, SELECT);
}

void keys_sample(void) {
    uint32_t pins = GPIO_DATA(GPIO_E, UP_DOWN_LEFT_RIGHT) | GPIO_DATA(GPIO_F, SELECT) << 3;
    uint32_t down = ~pins & ((1u << BOARD_KEYS) - 1), released = held & ~down;
    held = down;
    for (uint8_t key = 0; key < BOARD_KEYS; key++) {
        if (released & 1u << key && head - tail < QUEUE) {
            queue[head % QUEUE] = key;
            head++;
        }
    }
}

bool keys_read(enum board_key *key) {
    if (tail == head) {
        return false;
    }
    *key = queue[tail % QUEUE];
    tail++;
    return true;
}

void keys_clear(void) {
    tail = head;
}
