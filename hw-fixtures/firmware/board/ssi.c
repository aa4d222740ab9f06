// The serial bus of display and card: PA2 clock, PA4 in, PA5 out; PD0 selects the card when low;
// PA3 selects the display when low; PC7 tells the display data from commands.
//
// QEMU has one line for both devices: PD0 low is the card, high the display.

#include "ssi.h"

#include "registers.h"

enum { CLOCK_IN_OUT = 0x34, DISPLAY_SELECT = 0x08, CARD_SELECT = 0x01, DISPLAY_DATA = 0x80 };
enum { RECEIVE_NOT_EMPTY = 1 << 2 };

static void open_outputs(uint32_t port, uint32_t pins) {
    GPIO_DATA(port, pins) = pins;
    GPIO_DIRECTION(port) |= pins;
    GPIO_DIGITAL(port) |= pins;
    GPIO_DATA(port, pins) = pins;
}

void ssi_open(void) {
    SYSCTL_RCGC1 |= 1u << 4; // SSI0
    SYSCTL_RCGC2 |= 0x0d;    // ports A, C, D
    (void)SYSCTL_RCGC2;
    GPIO_ALTERNATE(GPIO_A) |= CLOCK_IN_OUT;
    GPIO_DIGITAL(GPIO_A) |= CLOCK_IN_OUT;
    open_outputs(GPIO_A, DISPLAY_SELECT);
    open_outputs(GPIO_C, DISPLAY_DATA);
    open_outputs(GPIO_D, CARD_SELECT);
    SSI_CONTROL1 = 0;
    SSI_CONTROL0 = 0x0007; // 8 bits, clock idle low, first edge
    ssi_slow();
}

static void prescale(uint32_t divisor) {
    SSI_CONTROL1 = 0;
    SSI_PRESCALE = divisor;
    SSI_CONTROL1 = 1u << 1; // on
}

void ssi_slow(void) {
    prescale(128); // 390 kHz
}

void ssi_fast(void) {
    prescale(6); // 8.3 MHz
}

void ssi_select(enum ssi_device device) {
    GPIO_DATA(GPIO_D, CARD_SELECT) = CARD_SELECT;
    GPIO_DATA(GPIO_A, DISPLAY_SELECT) = device == SSI_DISPLAY ? 0 : DISPLAY_SELECT;
    if (device == SSI_CARD) {
        GPIO_DATA(GPIO_D, CARD_SELECT) = 0;
    }
}

void ssi_display_data(uint32_t is_data) {
    GPIO_DATA(GPIO_C, DISPLAY_DATA) = is_data ? DISPLAY_DATA : 0;
}

uint8_t ssi_transfer(uint8_t byte) {
    SSI_DATA = byte;
    while (!(SSI_STATUS & RECEIVE_NOT_EMPTY)) {
    }
    return (uint8_t)SSI_DATA;
}
