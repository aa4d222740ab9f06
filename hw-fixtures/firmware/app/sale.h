// A sale: the operator keys an amount and confirms it, the customer's code is scanned, the order is
// journalled and sent.
#pragma once

// The operator pressed `first`, the first key of an amount.
void sale_begin(char first);
