// The list of the last payments.
#pragma once

// Shows it page by page, until another key than that of the list is pressed or none.
void list_show(void);
