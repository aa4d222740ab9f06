// The three serial lines: one ring each, which its interrupt fills.

#include "uart.h"

#include "clock.h"
#include "registers.h"

#include "memory.h"

// Takes a whole read of the modem's socket buffer, which is the most that comes at once.
enum { RING = 2048 };

struct ring {
    uint8_t bytes[RING];
    volatile uint32_t head; // written by the interrupt
    volatile uint32_t tail; // written by the reader
};

static struct ring rings[UARTS];
static const uint32_t bases[UARTS] = {0x4000c000, 0x4000d000, 0x4000e000};

enum { RX_EMPTY = 1 << 4, TX_FULL = 1 << 5, RECEIVED = 1 << 4, RECEIVE_TIMEOUT = 1 << 6 };
enum { BAUD = 115200 };

static void open_one(enum uart uart) {
    uint32_t base = bases[uart], divisor_64 = (CLOCK_HZ * 4 + BAUD / 2) / BAUD;
    UART_CONTROL(base) = 0;
    UART_BAUD_WHOLE(base) = divisor_64 / 64;
    UART_BAUD_PART(base) = divisor_64 % 64;
    UART_LINE(base) = 0x70; // 8 bits, queues on
    UART_INTERRUPTS(base) = RECEIVED | RECEIVE_TIMEOUT;
    UART_CONTROL(base) = 0x301; // transmitter, receiver, on
}

// Gives pins to their peripheral.
static void assign(uint32_t port, uint32_t pins) {
    GPIO_ALTERNATE(port) |= pins;
    GPIO_DIGITAL(port) |= pins;
}

void uart_open(void) {
    SYSCTL_RCGC1 |= 7;      // UART0 to UART2
    SYSCTL_RCGC2 |= 0x49;   // ports A, D, G
    (void)SYSCTL_RCGC2;     // a clock needs three cycles to arrive
    assign(GPIO_A, 0x03);
    assign(GPIO_D, 0x0c);
    assign(GPIO_G, 0x03);
    for (enum uart uart = UART_SCANNER; uart < UARTS; uart++) {
        open_one(uart);
    }
    NVIC_ENABLE(0) = 1u << 5 | 1u << 6;
    NVIC_ENABLE(1) = 1u << (33 - 32);
}

void uart_write(enum uart uart, const void *bytes, size_t count) {
    for (const uint8_t *byte = bytes; count > 0; count--) {
        while (UART_FLAGS(bases[uart]) & TX_FULL) {
        }
        UART_DATA(bases[uart]) = *byte++;
    }
}

void uart_print(enum uart uart, const char *text) {
    uart_write(uart, text, strlen(text));
}

bool uart_read(enum uart uart, uint8_t *byte) {
    struct ring *ring = &rings[uart];
    if (ring->tail == ring->head) {
        return false;
    }
    *byte = ring->bytes[ring->tail % RING];
    ring->tail++;
    return true;
}

void uart_clear(enum uart uart) {
    rings[uart].tail = rings[uart].head;
}

// A byte that finds the ring full is lost, as it is on any serial line without flow control.
static void receive(enum uart uart) {
    struct ring *ring = &rings[uart];
    UART_CLEAR(bases[uart]) = RECEIVED | RECEIVE_TIMEOUT;
    while (!(UART_FLAGS(bases[uart]) & RX_EMPTY)) {
        uint8_t byte = (uint8_t)UART_DATA(bases[uart]);
        if (ring->head - ring->tail < RING) {
            ring->bytes[ring->head % RING] = byte;
            ring->head++;
        }
    }
}

void uart0_interrupt(void) {
    receive(UART_SCANNER);
}

void uart1_interrupt(void) {
    receive(UART_MODEM);
}

void uart2_interrupt(void) {
    receive(UART_PANEL);
}
