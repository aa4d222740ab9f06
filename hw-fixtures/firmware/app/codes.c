// The response codes of China UnionPay's POS manuals, and their classes for scan payments, where
// acquirers differ: a vendor adapts this file to the acquirer's list.

#include "codes.h"

#include "memory.h"

#include <stdbool.h>

// Whether a code stands in a list of codes with a blank behind each.
static bool is_listed(const char *response, const char *list) {
    for (; *list != '\0'; list += 3) {
        if (strncmp(response, list, 2) == 0) {
            return true;
        }
    }
    return false;
}

enum class class_of(const char *response) {
    if (is_listed(response, "00 10 11 ")) {
        return CLASS_APPROVED;
    }
    if (strcmp(response, "09") == 0) {
        return CLASS_PENDING;
    }
    if (is_listed(response, "20 21 22 77 99 A0 ")) {
        return CLASS_SIGN_IN;
    }
    bool refused = is_listed(response, "01 02 03 05 12 13 14 15 30 51 55 57 58 61 65 75 90 92 "
                                       "95 97 ");
    return refused ? CLASS_DECLINED : CLASS_UNKNOWN;
}

enum told told_by(const char *response) {
    // "Not found" is no failure: the sale may still be under way to the host.
    if (strcmp(response, "25") == 0) {
        return TOLD_NOT_FOUND;
    }
    switch (class_of(response)) {
    case CLASS_APPROVED:
        return TOLD_PAID;
    case CLASS_PENDING:
        return TOLD_PAYING;
    case CLASS_SIGN_IN:
        return TOLD_SIGN_IN;
    case CLASS_DECLINED:
        // These refuse the order itself; any other refuses the question.
        return is_listed(response, "12 14 51 55 61 65 75 ") ? TOLD_FAILED : TOLD_NOTHING;
    default:
        return TOLD_NOTHING;
    }
}
