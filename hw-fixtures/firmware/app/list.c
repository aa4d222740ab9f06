// The list of the last payments, the newest first. A page says which part of them it shows, and its
// total is that of the part.

#include "list.h"

#include "config.h"
#include "desk.h"
#include "journal.h"
#include "panel.h"
#include "qr.h"

enum { ROWS = 2, READ_MS = SECONDS(30) };

// A part of the list, and how many payments the whole has.
struct page {
    uint32_t from;
    uint32_t rows;
    uint32_t total; // fen
    uint32_t count;
    struct order orders[ROWS];
};

static void take(void *context, const struct order *order) {
    struct page *page = context;
    if (page->count >= page->from && page->rows < ROWS) {
        page->orders[page->rows++] = *order;
        page->total += order->amount;
    }
    page->count++;
}

static void show_page(const struct page *page) {
    TEXT(lines, QR_TEXT_MAX);
    text_add(&lines, "PAYMENTS ");
    text_add_number(&lines, page->rows, 1);
    text_add(&lines, " CNY ");
    text_add_amount(&lines, page->total);
    for (uint32_t row = 0; row < page->rows; row++) {
        text_add(&lines, "\nAPPROVED ");
        order_add_id(&page->orders[row], &lines);
        text_add_char(&lines, ' ');
        text_add_amount(&lines, page->orders[row].amount);
    }
    if (page->rows < page->count) {
        text_add(&lines, "\nFILTER ");
        text_add_number(&lines, page->from + 1, 1);
        text_add_char(&lines, '-');
        text_add_number(&lines, page->from + page->rows, 1);
        text_add_char(&lines, '/');
        text_add_number(&lines, page->count, 1);
    }
    desk_say(lines.chars);
}

void list_show(void) {
    struct page page = {0};
    char key;
    do {
        uint32_t next = page.from + page.rows;
        page = (struct page){.from = next < page.count ? next : 0};
        journal_each_paid(take, &page);
        show_page(&page);
    } while (desk_key(&key, deadline_in(READ_MS)) && key == PANEL_LIST);
}
