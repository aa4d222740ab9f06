// Time since power-up, from the tick of the Cortex-M3.

#include "clock.h"

#include "keys.h"
#include "registers.h"

#include <stddef.h>

static volatile uint32_t now;

void (*idle_task)(void);

// The data sheet's sequence: off the PLL, set it up, wait until it has locked, onto it.
static void run_at_50_mhz(void) {
    uint32_t bypass = 1u << 11, use_divisor = 1u << 22, power_down = 1u << 13;
    uint32_t divide_by_4 = 3u << 23, crystal_8_mhz = 0xeu << 6;
    SYSCTL_RCC = (SYSCTL_RCC | bypass) & ~use_divisor;
    SYSCTL_RCC = divide_by_4 | crystal_8_mhz | bypass;
    while (!(SYSCTL_RIS & 1u << 6)) {
    }
    SYSCTL_RCC = (SYSCTL_RCC | use_divisor) & ~(bypass | power_down);
}

void clock_open(void) {
    run_at_50_mhz();
    SYSTICK_RELOAD = CLOCK_HZ / 1000 * TICK_MS - 1;
    SYSTICK_CURRENT = 0;
    SYSTICK_CONTROL = 7; // processor's clock, interrupt, on
}

void clock_tick(void) {
    now += TICK_MS;
    keys_sample();
}

uint32_t now_ms(void) {
    return now;
}

struct deadline deadline_in(uint32_t ms) {
    return (struct deadline){now + ms};
}

bool expired(struct deadline deadline) {
    return (int32_t)(now - deadline.at) >= 0;
}

void idle(void) {
    __asm__ volatile("wfi");
    if (idle_task != NULL) {
        idle_task();
    }
}
