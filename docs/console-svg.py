#!/usr/bin/env python3
"""Draws console output as an SVG picture: reads text with colours on stdin, writes SVG to stdout.

    RUN="payrig run scenarios/link/answer-lost-after-capture.toml --seed 1"
    RUN="$RUN --firmware timeout-means-fail"
    $RUN --color always 2>/dev/null |
      python3 docs/console-svg.py --omit 'broken: L2' 'also broken' --command "$RUN" \
        > docs/failure.svg

Lines longer than the window are broken as a terminal breaks them. `--omit FROM TO` leaves out the
lines from the first that begins with FROM up to the next that begins with TO, and says how many.
"""

import argparse
import re
import sys
import unicodedata
from html import escape

COLUMNS, CELL, LINE, SIZE, EDGE = 118, 7.224, 17, 12, 14
PAPER, INK = "#0d1117", "#d0d7de"
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "91": "#ffa198", "94": "#79c0ff"}
FONTS = ("ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', "
         "'Noto Sans Mono CJK SC', monospace")


def width(char):
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cells(line):
    """A line's characters, each with its style; escape sequences are taken out."""
    bold, ink = False, INK
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not part.startswith("\x1b"):
            yield from ((char, bold, ink) for char in part)
            continue
        for code in part[2:-1].split(";"):
            if code in ("", "0"):
                bold, ink = False, INK
            elif code == "1":
                bold = True
            else:
                ink = COLOURS.get(code, INK)


def rows(line):
    """A line broken at the window's edge: rows of (column, character, bold, ink)."""
    row, column = [], 0
    for char, bold, ink in cells(line):
        if column + width(char) > COLUMNS:
            yield row
            row, column = [], 0
        row.append((column, char, bold, ink))
        column += width(char)
    yield row


def runs(row):
    """Neighbours of one style; a sign that is not ASCII stands alone, so that it has its place."""
    run = []
    for cell in row:
        both = run and cell[1].isascii() and run[-1][1].isascii()
        if run and not (both and cell[2:] == run[-1][2:]):
            yield run
            run = []
        run.append(cell)
    if run:
        yield run


def span(run):
    text = "".join(char for _, char, _, _ in run)
    if not text.strip():
        return ""
    _, _, bold, ink = run[0]
    style = "" if ink == INK else f' fill="{ink}"'
    style += ' font-weight="bold"' if bold else ""
    if text.isascii():
        style += f' textLength="{len(text) * CELL:.1f}"'
    # Browsers fold blanks into one, whatever xml:space says; they leave these alone.
    shown = escape(text).replace(" ", "\u00a0")
    return f'<tspan x="{EDGE + run[0][0] * CELL:.1f}"{style}>{shown}</tspan>'


def without(lines, start, end):
    """Leaves lines out, and says so."""
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    first = next(i for i, line in enumerate(plain) if line.startswith(start))
    last = next(i for i in range(first, len(plain)) if plain[i].startswith(end))
    note = f"\x1b[94m[... {last - first} lines left out ...]\x1b[0m"
    return lines[:first] + [note, ""] + lines[last:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True)
    parser.add_argument("--omit", nargs=2, metavar=("FROM", "TO"))
    wanted = parser.parse_args()
    lines = sys.stdin.read().rstrip("\n").split("\n")
    if wanted.omit:
        lines = without(lines, *wanted.omit)
    lines = [f"\x1b[1m$ {wanted.command}\x1b[0m", ""] + lines
    screen = [row for line in lines for row in rows(line)]
    wide, high = COLUMNS * CELL + 2 * EDGE, len(screen) * LINE + 2 * EDGE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high}" '
          f'width="{wide:.0f}" height="{high}">')
    print(f"<title>{escape(wanted.command)}</title>")
    print(f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>')
    print(f'<g font-family="{FONTS}" font-size="{SIZE}" fill="{INK}" xml:space="preserve">')
    for number, row in enumerate(screen):
        spans = "".join(span(run) for run in runs(row))
        if spans:
            print(f'<text y="{EDGE + number * LINE + SIZE}">{spans}</text>')
    print("</g>\n</svg>")


main()
