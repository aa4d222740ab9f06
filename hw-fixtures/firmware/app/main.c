// The terminal from power-up: first what happened before, then what comes next.

#include "desk.h"
#include "host.h"
#include "journal.h"
#include "keys.h"
#include "list.h"
#include "oled.h"
#include "panel.h"
#include "resolve.h"
#include "sale.h"
#include "ssi.h"
#include "uart.h"

static void open_board(void) {
    uart_open();
    keys_open();
    ssi_open();
}

// Without a journal no payment is safe.
static void stop(void) {
    desk_say("NOT NOW\nSTORAGE FAILED, CALL SERVICE");
    panel_beep("error");
    for (;;) {
        idle();
    }
}

static void test_host(void) {
    desk_say("PLEASE WAIT");
    desk_say(host_echo() ? "CHECK HOST OK" : "CHECK HOST FAILED");
    host_done();
    desk_linger();
}

static void serve(void) {
    // What was keyed at another screen was not meant for this one.
    panel_clear();
    desk_say("READY\nKEY THE AMOUNT");
    char key;
    while (!panel_read(&key)) {
        idle();
    }
    if (key == PANEL_LIST) {
        list_show();
    } else if (key == PANEL_TEST) {
        test_host();
    } else if (key != PANEL_OK && key != PANEL_CANCEL) {
        sale_begin(key);
    }
}

int main(void) {
    open_board();
    // The card is woken up before the display, which hears that.
    bool readable = journal_open();
    oled_open();
    desk_say("STARTING");
    if (!readable) {
        stop();
    }
    resolve_after_start();
    // No host yet is no reason not to start: the first sale signs in again.
    host_sign_in();
    host_done();
    for (;;) {
        serve();
    }
}
