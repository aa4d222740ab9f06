"""Prints a receipt with python-escpos on a serial port and asks the printer how it is.

usage: escpos_print.py PORT [status]
Prints what it was told, a line each.
"""
import sys

from escpos.printer import Serial

printer = Serial(devfile=sys.argv[1], baudrate=115200, timeout=20)
# It asks for 16 bytes and waits for them in vain, since an answer has one.
printer.open()
read = printer.device.read
printer.device.read = lambda most: read(1)
print("online", printer.is_online())
print("paper", printer.paper_status())
if sys.argv[2:] == ["status"]:
    sys.exit()
printer.hw("INIT")
printer.set(align="center", bold=True, double_height=True, double_width=True)
printer.textln("APPROVED")
printer.set(align="left", bold=False, normal_textsize=True, underline=1)
printer.textln("CNY 12.50")
printer.set(underline=0, invert=True, font="b")
printer.textln("ORDER 10000001000007")
printer.set(align="right", custom_size=True, width=3, height=2, invert=False, font="a")
printer.textln("12.50")
printer.set(normal_textsize=True)
printer.qr("https://example.com/1", native=True, size=5, center=False)
printer.cut()
printer.barcode("690123456789", "EAN13", pos="OFF", align_ct=False)
printer.cut(mode="PART")
printer.barcode("{BORDER42", "CODE128", function_type="B", pos="OFF")
printer.print_and_feed(4)
printer.cut(feed=False)
for implementation in ("bitImageRaster", "graphics", "bitImageColumn"):
    printer.qr("raster " + implementation, size=4, impl=implementation, center=False)
    printer.cut()
printer.textln("end")
printer.cut()
