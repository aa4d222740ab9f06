// Time since power-up, and waiting. Knows no calendar.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The clock of chip and UARTs.
#define CLOCK_HZ 50000000u

// Milliseconds between two ticks.
#define TICK_MS 10u

void clock_open(void);

// Milliseconds since power-up; begins again after 49 days.
uint32_t now_ms(void);

// A moment to wait for.
struct deadline {
    uint32_t at;
};

struct deadline deadline_in(uint32_t ms);
bool expired(struct deadline deadline);

// Sleeps until something happens, at most until the next tick, and does what is to be done
// meanwhile. Every loop that waits calls this.
void idle(void);

// What `idle` does beside sleeping; null for nothing.
extern void (*idle_task)(void);

void clock_tick(void);
