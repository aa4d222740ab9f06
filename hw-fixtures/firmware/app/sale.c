// A sale, up to what the first answer says.

#include "sale.h"

#include "codes.h"
#include "config.h"
#include "desk.h"
#include "host.h"
#include "journal.h"
#include "panel.h"
#include "paycode.h"
#include "policy.h"
#include "qr.h"
#include "resolve.h"
#include "uart.h"

// How long the operator may take for a key, to confirm and to scan: 60 s is the life of a payment
// code, the rest and the number of scans are assumptions. So is the largest amount in fen.
enum { KEY_MS = SECONDS(30), PATIENCE_MS = SECONDS(60), SCANS = 3, AMOUNT_MAX = 9999999 };

static void show_keyed(const struct text *keyed) {
    TEXT(lines, QR_TEXT_MAX);
    text_add(&lines, "READY\nAMOUNT ");
    text_add(&lines, keyed->chars);
    desk_say(lines.chars);
}

// Takes the keys of an amount; false when it is given up or none.
static bool key_amount(char first, uint32_t *amount) {
    TEXT(keyed, 9);
    char key = first;
    do {
        if (key == PANEL_CANCEL) {
            return false;
        }
        if (is_digit(key) || key == '.') {
            text_add_char(&keyed, key);
            show_keyed(&keyed);
        }
        if (!desk_key(&key, deadline_in(KEY_MS))) {
            return false;
        }
    } while (key != PANEL_OK);
    bool fits = parse_amount(keyed.chars, amount) && *amount > 0 && *amount <= AMOUNT_MAX;
    if (!fits) {
        panel_beep("error");
    }
    return fits;
}

static bool confirm(uint32_t amount) {
    struct deadline until = deadline_in(PATIENCE_MS);
    desk_say_amount("CONFIRM", amount);
    char key;
    while (desk_key(&key, until)) {
        if (key == PANEL_OK || key == PANEL_CANCEL) {
            return key == PANEL_OK;
        }
    }
    return false;
}

// Takes a line of the scanner; false when none comes in time, or the red key ends it.
static bool scan_line(struct text *line) {
    struct deadline until = deadline_in(PATIENCE_MS);
    text_clear(line);
    while (!expired(until)) {
        uint8_t byte;
        while (!expired(until) && uart_read(UART_SCANNER, &byte)) {
            bool ended = byte == '\r' || byte == '\n';
            if (ended && line->length > 0) {
                return true;
            }
            if (!ended) {
                text_add_char(line, (char)byte);
            }
        }
        char key;
        if (panel_read(&key) && key == PANEL_CANCEL) {
            return false;
        }
        idle();
    }
    return false;
}

// Takes a payment code; longer lines than one are cut, and are none.
static bool scan(uint32_t amount, struct text *code) {
    // What a scanner sent before it was asked belongs to nobody.
    uart_clear(UART_SCANNER);
    desk_say_amount("SHOW CODE", amount);
    for (int tries = 0; tries < SCANS && scan_line(code); tries++) {
        const char *why;
        if (paycode_check(code->chars, &why)) {
            return true;
        }
        TEXT(lines, QR_TEXT_MAX);
        text_add(&lines, "SCAN AGAIN\n");
        text_add(&lines, why);
        desk_say(lines.chars);
        panel_beep("error");
    }
    return false;
}

static void take_answer(struct order *order, enum reached reached, const struct answer *answer) {
    if (reached == REACHED_NOT) {
        resolve_finish(order, STATUS_DECLINED);
        return;
    }
    enum class class = reached == REACHED_ANSWER ? class_of(answer->response) : CLASS_UNKNOWN;
    if (class == CLASS_APPROVED && resolve_amount_fits(order, answer)) {
        resolve_approve(order, answer);
    } else if (class == CLASS_DECLINED || class == CLASS_SIGN_IN) {
        if (class == CLASS_SIGN_IN) {
            host_sign_out();
        }
        resolve_finish(order, STATUS_DECLINED);
    } else {
        resolve(order, class == CLASS_PENDING ? STATUS_PENDING : STATUS_UNKNOWN);
    }
}

static void charge(uint32_t amount, const char *code) {
    struct order order = {
        .number = journal_last_number() + 1,
        .amount = amount,
        .stage = STAGE_SENT,
        .sent_at = now_ms(),
    };
    bool first = policy_journals_first();
    if (first && !(resolve_catch_up() && journal_write(&order))) {
        desk_say("NOT NOW\nSTORAGE FAILED, NOT CHARGED");
        panel_beep("error");
        desk_linger();
        return;
    }
    desk_say_amount("PLEASE WAIT", amount);
    desk_attend();
    struct answer answer;
    enum reached reached = host_ask(PURPOSE_SALE, &order, code, &answer);
    if (!first) {
        journal_write(&order);
    }
    take_answer(&order, reached, &answer);
}

void sale_begin(char first) {
    uint32_t amount;
    TEXT(code, PAYCODE_MAX + 1);
    if (key_amount(first, &amount) && confirm(amount) && scan(amount, &code)) {
        charge(amount, code.chars);
    }
}
