"""Reads codes with zxing-cpp: file names on stdin, one line of texts (parted by tabs) for each.

Shares no code with payrig. Needs the packages zxing-cpp and pillow.
"""

import sys

import zxingcpp
from PIL import Image

for line in sys.stdin:
    found = zxingcpp.read_barcodes(Image.open(line.strip()).convert("L"))
    print("\t".join(code.text for code in found))
