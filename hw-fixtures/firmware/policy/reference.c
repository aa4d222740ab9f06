// What a good terminal does.

#include "policy.h"

bool policy_journals_first(void) {
    return true;
}
