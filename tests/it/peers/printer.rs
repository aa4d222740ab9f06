//! Our printer against python-escpos, an encoder of others, on a serial port: words and looks,
//! codes, pictures and status. What is drawn is read by zbarimg.

use std::process::Command;

use hw_fixtures::port::Emulated;
use hw_fixtures::printer::{Align, Element, Ends, Printer, Receipt, Repair, Style, Trouble, serve};
use sim::code::file::save;
use tokio::sync::{mpsc, oneshot};

use super::{Peer, ZBARIMG, output, peer, script};

const PYTHON_ESCPOS: Peer = Peer {
    program: "python3",
    probe: &["-c", "import escpos, serial"],
    install: "pip install python-escpos pyserial",
};

/// Lets `talk` talk to a printer with these troubles at a port; the receipts that came out of it.
fn beside_printer<T>(troubles: &[Trouble], talk: impl FnOnce(&str) -> T) -> (T, Vec<Receipt>) {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("printer");
    let (tell, repairs) = mpsc::unbounded_channel();
    let (receipts, mut printed) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, is_ready) = std::sync::mpsc::channel();
    for trouble in troubles {
        tell.send(Repair { trouble: *trouble, is_on: true }).unwrap();
    }
    let port = link.clone();
    let thread = std::thread::spawn(move || {
        let build = tokio::runtime::Builder::new_current_thread().enable_all().build();
        build.unwrap().block_on(async {
            let line = Emulated::new(&port, 115_200).unwrap();
            let (mut printer, mut ends) = (Printer::new(), Ends { repairs, receipts });
            ready.send(()).unwrap();
            tokio::select! {
                biased;
                _ = stopped => {}
                lost = serve(line.port(), &mut printer, &mut ends) => panic!("{lost:?}"),
            }
        });
    });
    is_ready.recv().unwrap();
    let said = talk(link.to_str().unwrap());
    drop(stop);
    thread.join().unwrap();
    (said, std::iter::from_fn(|| printed.try_recv().ok()).collect())
}

fn python(arguments: &[&str]) -> String {
    let mut python = Command::new("timeout");
    python.args(["--kill-after=2", "60", PYTHON_ESCPOS.program, &script("escpos_print.py")]);
    python.args(arguments);
    output(python, "")
}

/// The style of the line with these words.
#[track_caller]
fn style(receipt: &Receipt, words: &str) -> (Style, Align) {
    let line = receipt.elements.iter().find_map(|element| match element {
        Element::Line(line) if line.text() == words => Some(line),
        _ => None,
    });
    let line = line.unwrap_or_else(|| panic!("no {words:?} in {receipt:?}"));
    (line.spans[0].style, line.align)
}

/// What zbarimg finds on the picture; `None` where it is missing.
fn read(receipt: &Receipt) -> Option<String> {
    let mut zbarimg = peer(&ZBARIMG)?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receipt.png");
    save(&receipt.picture(), &file).unwrap();
    let found = zbarimg.args(["--quiet", "--raw"]).arg(&file).output().unwrap();
    Some(String::from_utf8(found.stdout).unwrap().trim().to_owned())
}

#[test]
fn python_escpos_prints_what_it_means() {
    if peer(&PYTHON_ESCPOS).is_none() {
        return;
    }
    let (said, receipts) = beside_printer(&[], |port| python(&[port]));
    assert!(said.contains("online True\npaper 2\n"), "{said}");
    let words = |receipt: &Receipt| receipt.text().trim().replace('\n', "|");
    let texts: Vec<String> = receipts.iter().map(words).collect();
    assert_eq!(
        texts,
        [
            "APPROVED|CNY 12.50|ORDER 10000001000007|12.50|[QR https://example.com/1]",
            "[barcode 690123456789]",
            "[barcode ORDER42]",
            "[picture of a code: raster bitImageRaster]",
            "[picture of a code: raster graphics]",
            "[picture of a code: raster bitImageColumn]",
            "end",
        ]
    );
    let plain = Style::default();
    let big = Style { bold: true, width: 2, height: 2, ..plain };
    assert_eq!(style(&receipts[0], "APPROVED"), (big, Align::Centre));
    assert_eq!(style(&receipts[0], "CNY 12.50"), (Style { underline: true, ..plain }, Align::Left));
    let small = Style { inverse: true, small: true, ..plain };
    assert_eq!(style(&receipts[0], "ORDER 10000001000007"), (small, Align::Left));
    let wide = Style { width: 3, height: 2, ..plain };
    assert_eq!(style(&receipts[0], "12.50"), (wide, Align::Right));
    let codes = ["https://example.com/1", "6901234567892", "ORDER42", "raster bitImageRaster"];
    for (receipt, code) in receipts.iter().zip(codes) {
        let Some(found) = read(receipt) else { return };
        assert_eq!(found, code);
    }
}

#[test]
fn python_escpos_is_told_what_is_wrong() {
    if peer(&PYTHON_ESCPOS).is_none() {
        return;
    }
    let cases: [(&[Trouble], &str); 4] = [
        (&[Trouble::PaperLow], "online True\npaper 1\n"),
        (&[Trouble::PaperOut], "online False\npaper 0\n"),
        (&[Trouble::CoverOpen], "online False\npaper 2\n"),
        (&[Trouble::Jam], "online False\npaper 2\n"),
    ];
    for (troubles, expected) in cases {
        let (said, _) = beside_printer(troubles, |port| python(&[port, "status"]));
        assert!(said.contains(expected), "{troubles:?}: {said}");
    }
}
