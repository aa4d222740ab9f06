// The payment messages. Field 59 holds payment code and order number, each behind a tag of two
// characters and three digits of length; field 60 holds type (2), batch (6) and network (3).

#include "messages.h"

#include "config.h"
#include "memory.h"

// Sign-in and echo carry this STAN, which no order ever gets.
enum { MANAGEMENT_STAN = 999999 };

// The constants of a kind of message. A payment has fields 3, 22, 25 and 49, the others not.
struct kind {
    const char *type;
    const char *answer;
    const char *processing; // field 3
    const char *private_type; // field 60.1
    uint16_t network; // field 60.3
};

static const struct kind KINDS[] = {
    [PURPOSE_SALE] = {"0200", "0210", "000000", "22", 0},
    [PURPOSE_QUERY] = {"0200", "0210", "310000", "01", 0},
    [PURPOSE_REVERSAL] = {"0400", "0410", "000000", "22", 0},
    [PURPOSE_SIGN_IN] = {"0800", "0810", NULL, "00", 3},
    [PURPOSE_ECHO] = {"0820", "0830", NULL, "00", 301},
};

static const char ENTRY_CODE_NO_PIN[] = "032", CONDITION_NORMAL[] = "00", CNY[] = "156";

// Why an order is reversed: no answer in time (CUP practice).
static const char REASON_SILENCE[] = "98";

static void add_tagged(struct text *text, const char *tag, const char *value) {
    text_add(text, tag);
    text_add_number(text, (uint32_t)strlen(value), 3);
    text_add(text, value);
}

static void put_scan(struct iso_writer *writer, const struct request *request) {
    TEXT(id, ORDER_ID_MAX);
    TEXT(scan, 80);
    order_add_id(request->order, &id);
    if (request->code != NULL) {
        add_tagged(&scan, "PC", request->code);
    }
    add_tagged(&scan, "ON", id.chars);
    iso_put(writer, 59, scan.chars);
}

static void put_batch(struct iso_writer *writer, const struct kind *kind, uint32_t batch) {
    TEXT(private, 11);
    text_add(&private, kind->private_type);
    text_add_number(&private, batch, 6);
    text_add_number(&private, kind->network, 3);
    iso_put(writer, 60, private.chars);
}

static uint32_t stan_of(const struct request *request) {
    if (request->order == NULL) {
        return MANAGEMENT_STAN;
    }
    bool query = request->purpose == PURPOSE_QUERY;
    return query ? order_query_stan(request->order) : order_stan(request->order);
}

bool request_write(const struct request *request, struct iso_writer *writer) {
    const struct kind *kind = &KINDS[request->purpose];
    const struct order *order = request->order;
    iso_begin(writer, kind->type);
    if (order != NULL) {
        iso_put(writer, 3, kind->processing);
        iso_put_number(writer, 4, order->amount);
    }
    iso_put_number(writer, 11, stan_of(request));
    if (order != NULL) {
        iso_put(writer, 22, ENTRY_CODE_NO_PIN);
        iso_put(writer, 25, CONDITION_NORMAL);
    }
    if (request->purpose == PURPOSE_REVERSAL) {
        iso_put(writer, 39, REASON_SILENCE);
    }
    iso_put(writer, 41, TERMINAL_ID);
    iso_put(writer, 42, MERCHANT_ID);
    if (order != NULL) {
        iso_put(writer, 49, CNY);
        put_scan(writer, request);
    }
    put_batch(writer, kind, request->batch);
    return iso_end(writer);
}

// The value behind a tag of field 59; its `chars` are null when the tag is missing.
static struct iso_value tagged(struct iso_value field, const char *tag) {
    const char *rest = field.chars;
    size_t left = rest == NULL ? 0 : field.length;
    while (left >= 5) {
        uint32_t length;
        if (!parse_number(rest + 2, 3, &length) || length > left - 5) {
            break;
        }
        if (memcmp(rest, tag, 2) == 0) {
            return (struct iso_value){rest + 5, length};
        }
        rest += 5 + length;
        left -= 5 + length;
    }
    return (struct iso_value){NULL, 0};
}

// An answer belongs to a request when kind, STAN, terminal, merchant and order are the same.
static bool answers(const struct request *request, const struct iso_message *message) {
    const struct kind *kind = &KINDS[request->purpose];
    TEXT(stan, 6);
    text_add_number(&stan, stan_of(request), 6);
    bool same = strcmp(message->type, kind->answer) == 0 && iso_is(message, 11, stan.chars) &&
                iso_is(message, 41, TERMINAL_ID) && iso_is(message, 42, MERCHANT_ID);
    if (!same || request->order == NULL) {
        return same;
    }
    TEXT(id, ORDER_ID_MAX);
    order_add_id(request->order, &id);
    struct iso_value order = tagged(message->fields[59], "ON");
    return iso_is(message, 3, kind->processing) && order.chars != NULL &&
           order.length == id.length && memcmp(order.chars, id.chars, id.length) == 0;
}

static bool all_digits(struct iso_value value) {
    uint32_t number;
    return value.chars != NULL && parse_number(value.chars, value.length, &number);
}

bool answer_read(const struct request *request, const struct iso_message *message,
                 struct answer *answer) {
    if (!answers(request, message)) {
        return false;
    }
    memset(answer, 0, sizeof *answer);
    const struct iso_value *fields = message->fields;
    if (fields[39].chars != NULL) {
        memcpy(answer->response, fields[39].chars, 2);
    }
    answer->has_amount =
        fields[4].chars != NULL && parse_number(fields[4].chars, 12, &answer->amount);
    if (all_digits(fields[12]) && all_digits(fields[13])) {
        memcpy(answer->paid_at, fields[13].chars, 4);
        memcpy(answer->paid_at + 4, fields[12].chars, 6);
    }
    answer->has_batch = fields[60].chars != NULL && fields[60].length >= 8 &&
                        parse_number(fields[60].chars + 2, 6, &answer->batch);
    return true;
}
