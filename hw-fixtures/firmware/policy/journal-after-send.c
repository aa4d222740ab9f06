// A planted defect: the journal is written once the exchange with the host is over, so that a power
// cut in between makes the terminal forget an order that may be paid.

#include "policy.h"

bool policy_journals_first(void) {
    return false;
}
