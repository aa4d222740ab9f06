// What an answer's response code means for the money. Knows no orders.
#pragma once

enum class {
    CLASS_APPROVED, // done
    CLASS_DECLINED, // refused; no money moved
    CLASS_PENDING,  // the customer has still to confirm: ask again
    CLASS_UNKNOWN,  // money may have moved: ask, or undo
    CLASS_SIGN_IN,  // refused, and the terminal has to sign in first
};

// A code that is not listed is no refusal: to take it for one could charge a customer twice.
enum class class_of(const char *response);

// What a query told of the order.
enum told { TOLD_PAID, TOLD_FAILED, TOLD_PAYING, TOLD_NOT_FOUND, TOLD_SIGN_IN, TOLD_NOTHING };

enum told told_by(const char *response);
