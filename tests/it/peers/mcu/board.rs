//! The board with the firmware in QEMU: its serial lines are sockets of the test, its display is a
//! screenshot, its power the process. Knows no payments.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sim::code::GrayImage;
use sim::code::image::read;

/// No wait on the board takes longer, or it has failed; a loaded machine is slow.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Whatever the terminal does, it gets where it is expected with fewer pictures than this.
const PICTURES: usize = 40;

/// A card of this size; QEMU wants a power of two.
const CARD_BYTES: u64 = 1 << 20;

/// Milliseconds for one second of the firmware's patience with host and customer.
const PACE: u32 = 200;

static REFERENCE: LazyLock<PathBuf> = LazyLock::new(|| build("reference", "terminal.elf"));
static DEFECT: LazyLock<PathBuf> =
    LazyLock::new(|| build("journal-after-send", "terminal-journal-after-send.elf"));

/// The firmware without defect.
pub(super) fn reference() -> &'static Path {
    &REFERENCE
}

/// The firmware that writes its journal too late.
pub(super) fn journal_after_send() -> &'static Path {
    &DEFECT
}

fn build(defect: &str, file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mcu-{defect}"));
    make(&[
        &format!("BUILD={}", folder.display()),
        &format!("DEFECT={defect}"),
        &format!("PACE={PACE}"),
    ]);
    folder.join(file)
}

/// Runs the firmware's makefile.
pub(super) fn make(arguments: &[&str]) {
    let folder = format!("{}/hw-fixtures/firmware", env!("CARGO_MANIFEST_DIR"));
    let done = Command::new("make").args(["-C", &folder]).args(arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "make {arguments:?}: {complaint}");
}

/// What outlives a power cut: the card, and the place for sockets and pictures.
pub(super) struct Card {
    folder: tempfile::TempDir,
}

impl Card {
    /// A blank one.
    pub(super) fn new() -> Card {
        let folder = tempfile::tempdir().unwrap();
        File::create(folder.path().join("card.img")).unwrap().set_len(CARD_BYTES).unwrap();
        Card { folder }
    }

    /// Makes a block of 512 bytes blank.
    pub(super) fn erase(&self, block: u64) {
        let card = File::options().write(true).open(self.path("card.img")).unwrap();
        card.write_all_at(&[0; 512], block * 512).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A board that has power. Dropping it cuts that.
pub(super) struct Board<'a> {
    card: &'a Card,
    qemu: Child,
    scanner: UnixStream,
    panel: BufReader<UnixStream>,
    control: BufReader<UnixStream>,
}

const LINES: [&str; 4] = ["scanner", "modem", "panel", "control"];

impl<'a> Board<'a> {
    /// Power on. Hands the modem's line to `modem`, on a thread of its own that ends with the line.
    pub(super) fn start(
        card: &'a Card,
        firmware: &Path,
        modem: impl FnOnce(UnixStream) + Send + 'static,
    ) -> Board<'a> {
        let [scanner, line, panel, control] = LINES.map(|name| {
            let path = card.path(name);
            // Left behind by the boot before.
            let _ = fs::remove_file(&path);
            accept(UnixListener::bind(path).unwrap())
        });
        let qemu = qemu(card, firmware);
        let connected = |line: mpsc::Receiver<UnixStream>| {
            let stream = line.recv_timeout(PATIENCE).expect("QEMU connects its serial lines");
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream
        };
        // From here on the process ends with the board.
        let mut board = Board {
            card,
            qemu,
            scanner: connected(scanner),
            panel: BufReader::new(connected(panel)),
            control: BufReader::new(connected(control)),
        };
        let line = connected(line);
        line.set_read_timeout(None).unwrap();
        thread::spawn(move || modem(line));
        board.order("qmp_capabilities", json!({}));
        board
    }

    /// Presses keys of the keypad.
    pub(super) fn key(&mut self, keys: &str) {
        self.panel.get_mut().write_all(keys.as_bytes()).unwrap();
    }

    /// Presses a key of the board itself, by QEMU's name for it.
    pub(super) fn press(&mut self, key: &str) {
        self.order("send-key", json!({"keys": [{"type": "qcode", "data": key}]}));
    }

    /// The scanner reads a code.
    pub(super) fn scan(&mut self, code: &str) {
        self.scanner.write_all(format!("{code}\r\n").as_bytes()).unwrap();
    }

    /// Looks at each new picture until one begins like this, and returns their texts.
    pub(super) fn until(&mut self, head: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for _ in 0..PICTURES {
            self.await_picture();
            // A picture that the next one replaces at this moment is no code.
            if let Some(text) = self.look() {
                let found = text.starts_with(head);
                texts.push(text);
                if found {
                    return texts;
                }
            }
        }
        panic!("no picture begins with {head:?}: {texts:?}");
    }

    fn await_picture(&mut self) {
        let mut line = String::new();
        while line != "DRAWN\r\n" {
            line.clear();
            self.panel.read_line(&mut line).expect("the panel tells of the next picture");
            assert!(!line.is_empty(), "the board lost its power");
        }
    }

    /// The text of the code on the display.
    pub(super) fn look(&mut self) -> Option<String> {
        let path = self.screenshot();
        let bytes = fs::read(path).unwrap();
        let pixels = bytes.strip_prefix(b"P6\n512 256\n255\n").expect("a picture of 512 by 256");
        let grey = pixels.chunks_exact(3).map(|rgb| rgb[1]).collect();
        read(&GrayImage::from_raw(512, 256, grey).unwrap())
    }

    /// A picture of the display, as a file.
    pub(super) fn screenshot(&mut self) -> PathBuf {
        let path = self.card.path("display.ppm");
        self.order("screendump", json!({"filename": path}));
        path
    }

    /// Gives QEMU an order, and waits until it is done.
    fn order(&mut self, name: &str, arguments: Value) {
        let order = json!({"execute": name, "arguments": arguments});
        writeln!(self.control.get_mut(), "{order}").unwrap();
        let mut line = String::new();
        while !line.starts_with("{\"return\"") {
            assert!(!line.starts_with("{\"error\""), "{order}: {line}");
            line.clear();
            self.control.read_line(&mut line).unwrap();
            assert!(!line.is_empty(), "{order}: QEMU ended");
        }
    }
}

impl Drop for Board<'_> {
    /// The power goes: nothing is told, nothing is written any more.
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}

/// The first connection to this socket.
fn accept(listener: UnixListener) -> mpsc::Receiver<UnixStream> {
    let (connected, stream) = mpsc::channel();
    thread::spawn(move || listener.accept().map(|(stream, _)| connected.send(stream)));
    stream
}

/// Starts QEMU; it ends when this thread does, whatever becomes of the test.
fn qemu(card: &Card, firmware: &Path) -> Child {
    let mut qemu = Command::new("setpriv");
    qemu.args(["--pdeathsig", "KILL", "qemu-system-arm", "-M", "lm3s6965evb", "-nodefaults"]);
    qemu.args(["-display", "none", "-kernel"]).arg(firmware).arg("-drive");
    qemu.arg(format!("if=sd,format=raw,file={}", card.path("card.img").display()));
    for name in LINES {
        qemu.arg("-chardev").arg(format!("socket,id={name},path={}", card.path(name).display()));
    }
    for name in &LINES[..3] {
        qemu.arg("-serial").arg(format!("chardev:{name}"));
    }
    qemu.args(["-mon", "chardev=control,mode=control"]);
    let complaints = File::create(card.path("qemu.log")).unwrap();
    qemu.stdin(Stdio::null()).stdout(Stdio::null()).stderr(complaints).spawn().unwrap()
}
