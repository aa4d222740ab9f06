// What is on the display: lines of text for people, and the same text as a QR code for cameras.
// Knows not what the text means.
#pragma once

// Shows lines with line ends between them, at most 106 characters. The first line and an amount are
// large; what does not fit in breadth goes on in the next row.
void screen_show(const char *text);
