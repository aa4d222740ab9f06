// One TCP connection through a 4G module: data context 1, connection 0, bytes fetched when the
// module says that there are some (Quectel LTE Standard TCP/IP Application Note).

#include "modem.h"

#include "at.h"
#include "config.h"
#include "memory.h"
#include "text.h"

// What the module is given (assumptions): a plain command 1 s, and 30 s from its start to its
// registration, for which a cold module needs about 10 s. Quectel's note gives activation and
// connecting 150 s each, for which no customer waits.
enum {
    COMMAND_MS = 1000,
    READY_MS = 30000,
    RETRY_MS = 1000,
    ACTIVATE_MS = 15000,
    CONNECT_MS = 10000,
    CLOSE_MS = 10000,
    SEND_MS = 5000,
};

// Whether the module is ready to connect, as far as is known; whether its connection is in use; and
// whether that came about.
static bool is_up, is_occupied, is_open;

static bool is_alive(void) {
    return true;
}

static bool has_card(void) {
    return begins(at_info(), "+CPIN: READY");
}

static bool is_registered(void) {
    const char *comma = at_info();
    while (*comma != '\0' && *comma != ',') {
        comma++;
    }
    return begins(comma, ",1") || begins(comma, ",5"); // at home, or roaming
}

// Asks until the module's answer is as it should be.
static bool ask_until(const char *command, bool (*is_so)(void), struct deadline until) {
    while (!expired(until)) {
        if (at_command(command, COMMAND_MS) && is_so()) {
            return true;
        }
        at_quiet(RETRY_MS);
    }
    return false;
}

static bool bring_up(void) {
    struct deadline until = deadline_in(READY_MS);
    bool ready = ask_until("AT", is_alive, until) && at_command("ATE0", COMMAND_MS) &&
                 ask_until("AT+CPIN?", has_card, until) && at_command("AT+CSQ", COMMAND_MS) &&
                 ask_until("AT+CEREG?", is_registered, until);
    if (!ready) {
        return false;
    }
    // One that still stands from before a restart of this side would refuse to be activated.
    at_command("AT+QIDEACT=1", ACTIVATE_MS);
    return at_command("AT+CGDCONT=1,\"IP\",\"" ACCESS_POINT "\"", COMMAND_MS) &&
           at_command("AT+QIACT=1", ACTIVATE_MS);
}

static bool open_connection(const char *host, const char *port) {
    TEXT(command, 100);
    text_add(&command, "AT+QIOPEN=1,0,\"TCP\",\"");
    text_add(&command, host);
    text_add(&command, "\",");
    text_add(&command, port);
    text_add(&command, ",0,0"); // any local port, bytes to be fetched
    struct deadline until = deadline_in(CONNECT_MS);
    memset(&at_notices, 0, sizeof at_notices);
    // Even an attempt that fails occupies the module's connection.
    is_occupied = true;
    if (!at_command(command.chars, COMMAND_MS)) {
        return false;
    }
    while (!at_notices.opened && !at_notices.closed && at_listen(until)) {
    }
    return at_notices.opened && at_notices.open_error == 0;
}

bool modem_connect(const char *host, const char *port) {
    modem_close();
    is_open = is_up && open_connection(host, port);
    if (!is_open) {
        // The module may have begun anew, or lost its data connection, since it was last used.
        modem_close();
        is_up = bring_up();
        is_open = is_up && open_connection(host, port);
    }
    return is_open;
}

bool modem_is_connected(void) {
    return is_open && !at_notices.closed;
}

enum sent modem_send(const uint8_t *bytes, size_t count) {
    TEXT(command, 30);
    text_add(&command, "AT+QISEND=0,");
    text_add_number(&command, (uint32_t)count, 1);
    if (!at_prompt(command.chars, COMMAND_MS)) {
        return SENT_NOTHING;
    }
    // The module says whether it took the bytes, not whether they arrived.
    at_data(bytes, count, SEND_MS);
    return SENT_MAYBE;
}

size_t modem_receive(uint8_t *bytes, size_t room, struct deadline until) {
    TEXT(command, 30);
    text_add(&command, "AT+QIRD=0,");
    text_add_number(&command, (uint32_t)room, 1);
    for (;;) {
        // What came before the end of the connection can still be fetched.
        bool last = at_notices.closed;
        if (at_notices.readable || last) {
            at_notices.readable = false;
            size_t taken = at_fetch(command.chars, "+QIRD: ", bytes, room, COMMAND_MS);
            if (taken > 0 || last) {
                at_notices.readable = taken > 0; // there may be more
                return taken;
            }
        }
        if (!at_notices.readable && !at_notices.closed && !at_listen(until)) {
            return 0;
        }
    }
}

void modem_close(void) {
    if (is_occupied) {
        at_command("AT+QICLOSE=0", CLOSE_MS);
    }
    is_occupied = is_open = false;
}
