// The registers of the LM3S6965 that this firmware uses (data sheet of the LM3S6965, and ARM's
// PL011, PL022 and PL061, which its UART, SSI and GPIO resemble). Knows no board.
#pragma once

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

// System control.
#define SYSCTL_RIS REGISTER(0x400fe050)
#define SYSCTL_RCC REGISTER(0x400fe060)
#define SYSCTL_RCGC1 REGISTER(0x400fe104)
#define SYSCTL_RCGC2 REGISTER(0x400fe108)

// Cortex-M3.
#define SYSTICK_CONTROL REGISTER(0xe000e010)
#define SYSTICK_RELOAD REGISTER(0xe000e014)
#define SYSTICK_CURRENT REGISTER(0xe000e018)
#define NVIC_ENABLE(word) REGISTER(0xe000e100 + 4 * (word))
#define SCB_AIRCR REGISTER(0xe000ed0c)

// GPIO. Data is reached through an address that holds the mask of pins.
#define GPIO_A 0x40004000u
#define GPIO_C 0x40006000u
#define GPIO_D 0x40007000u
#define GPIO_E 0x40024000u
#define GPIO_F 0x40025000u
#define GPIO_G 0x40026000u
#define GPIO_DATA(port, pins) REGISTER((port) + ((pins) << 2))
#define GPIO_DIRECTION(port) REGISTER((port) + 0x400)
#define GPIO_ALTERNATE(port) REGISTER((port) + 0x420)
#define GPIO_PULL_UP(port) REGISTER((port) + 0x510)
#define GPIO_DIGITAL(port) REGISTER((port) + 0x51c)

// UART.
#define UART_DATA(base) REGISTER((base) + 0x00)
#define UART_FLAGS(base) REGISTER((base) + 0x18)
#define UART_BAUD_WHOLE(base) REGISTER((base) + 0x24)
#define UART_BAUD_PART(base) REGISTER((base) + 0x28)
#define UART_LINE(base) REGISTER((base) + 0x2c)
#define UART_CONTROL(base) REGISTER((base) + 0x30)
#define UART_INTERRUPTS(base) REGISTER((base) + 0x38)
#define UART_CLEAR(base) REGISTER((base) + 0x44)

// SSI.
#define SSI_CONTROL0 REGISTER(0x40008000)
#define SSI_CONTROL1 REGISTER(0x40008004)
#define SSI_DATA REGISTER(0x40008008)
#define SSI_STATUS REGISTER(0x4000800c)
#define SSI_PRESCALE REGISTER(0x40008010)
