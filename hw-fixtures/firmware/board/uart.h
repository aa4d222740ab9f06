// The three serial lines, 115200 8N1. Received bytes wait in a ring; sending waits for the line.
// Knows not what is spoken on them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Who is connected to UART0, UART1 and UART2.
enum uart { UART_SCANNER, UART_MODEM, UART_PANEL, UARTS };

void uart_open(void);

// Sends, and returns when the last byte is in the transmitter.
void uart_write(enum uart uart, const void *bytes, size_t count);
void uart_print(enum uart uart, const char *text);

// The next byte received; false when there is none.
bool uart_read(enum uart uart, uint8_t *byte);

// Forgets what was received so far.
void uart_clear(enum uart uart);

void uart0_interrupt(void);
void uart1_interrupt(void);
void uart2_interrupt(void);
