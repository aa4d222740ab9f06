// The list of the last payments, the newest first. A page says which part of them it shows, and its
// total is that of the part.

#include "list.h"

#include "config.h"
#include "desk.h"
#include "journal.h"
#include "panel.h"
#include "qr.h"

enum { ROWS = 2, READ_MS = SECONDS(30) };

static uint32_t count_paid(void) {
    struct order order;
    uint32_t count = 0;
    while (journal_paid(count, &order)) {
        count++;
    }
    return count;
}

static void show_page(uint32_t from, uint32_t count) {
    struct order orders[ROWS];
    uint32_t rows = 0, total = 0;
    while (rows < ROWS && journal_paid(from + rows, &orders[rows])) {
        total += orders[rows++].amount;
    }
    TEXT(lines, QR_TEXT_MAX);
    text_add(&lines, "PAYMENTS ");
    text_add_number(&lines, rows, 1);
    text_add(&lines, " CNY ");
    text_add_amount(&lines, total);
    for (uint32_t row = 0; row < rows; row++) {
        text_add(&lines, "\nAPPROVED ");
        order_add_id(&orders[row], &lines);
        text_add_char(&lines, ' ');
        text_add_amount(&lines, orders[row].amount);
    }
    if (rows < count) {
        text_add(&lines, "\nFILTER ");
        text_add_number(&lines, from + 1, 1);
        text_add_char(&lines, '-');
        text_add_number(&lines, from + rows, 1);
        text_add_char(&lines, '/');
        text_add_number(&lines, count, 1);
    }
    desk_say(lines.chars);
}

void list_show(void) {
    uint32_t from = 0, count = count_paid();
    char key;
    do {
        show_page(from, count);
        from = from + ROWS < count ? from + ROWS : 0;
    } while (desk_key(&key, deadline_in(READ_MS)) && key == PANEL_LIST);
}
