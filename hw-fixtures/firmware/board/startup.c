// From reset to `main`: vectors, memory, clock. A fault restarts the chip, which is to the terminal
// as a power cut is: the journal brings it back. Knows nothing of payments.

#include "clock.h"
#include "registers.h"
#include "uart.h"

#include <stddef.h>

extern uint32_t data_image[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
int main(void);
void reset(void);

static void fault(void) {
    SCB_AIRCR = 0x05fa0004; // the key, and the request for a reset
    for (;;) {
    }
}

enum { SYSTEM_VECTORS = 16, INTERRUPTS = 44 };

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[] = {
    [0] = (vector)(uintptr_t)stack_top,
    [1] = reset,
    [2] = fault, // NMI
    [3] = fault, // hard fault
    [4] = fault, // memory
    [5] = fault, // bus
    [6] = fault, // usage
    [15] = clock_tick,
    [SYSTEM_VECTORS + 5] = uart0_interrupt,
    [SYSTEM_VECTORS + 6] = uart1_interrupt,
    [SYSTEM_VECTORS + 33] = uart2_interrupt,
    [SYSTEM_VECTORS + INTERRUPTS - 1] = fault,
};

void reset(void) {
    const uint32_t *from = data_image;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
    clock_open();
    main();
    fault();
}
