//! The firmware of `hw-fixtures/firmware` on its board in QEMU: what it shows is read off its
//! display, what it sends is read by the simulation's codec, its power is cut by killing QEMU.

mod board;
mod host;
mod modem;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread;

use contract::{Amount, OrderId, Purpose};
use sim::code::GrayImage;
use sim::code::file::save;
use sim::code::image::read;

use self::board::{Board, Card, PATIENCE, journal_after_send, make, reference};
use self::host::{Host, Money, News, Sales};
use super::{Peer, ZBARIMG, peer};

const QEMU: Peer = Peer {
    program: "qemu-system-arm",
    probe: &["--version"],
    install: "apt install qemu-system-arm",
};

const ARM_GCC: Peer = Peer {
    program: "arm-none-eabi-gcc",
    probe: &["--version"],
    install: "apt install gcc-arm-none-eabi",
};

/// For the firmware's makefile, and for what of the firmware is tested without a board.
const MAKE: Peer =
    Peer { program: "make", probe: &["--version"], install: "apt install make gcc libc6-dev" };

/// Ends QEMU with the test; part of every Linux.
const SETPRIV: Peer =
    Peer { program: "setpriv", probe: &["--version"], install: "apt install util-linux" };

const CODE: &str = "134567890123456789";
const ORDER: &str = "T0000001000001";

fn tools_are_there() -> bool {
    [QEMU, ARM_GCC, MAKE, SETPRIV].iter().all(|tool| peer(tool).is_some())
}

/// A terminal, and the acquirer behind its modem.
struct Shop {
    card: Card,
    host: Arc<Mutex<Host>>,
    news: mpsc::Receiver<News>,
}

impl Shop {
    /// `None` where a tool is missing.
    fn open(sales: Sales) -> Option<Shop> {
        tools_are_there().then(|| {
            let (teller, news) = mpsc::channel();
            let host = Arc::new(Mutex::new(Host::new(sales, teller)));
            Shop { card: Card::new(), host, news }
        })
    }

    fn power_on(&self, firmware: &Path) -> Board<'_> {
        let host = self.host.clone();
        Board::start(&self.card, firmware, move |line| modem::serve(line, host))
    }

    fn host(&self) -> MutexGuard<'_, Host> {
        self.host.lock().unwrap()
    }

    fn money(&self, order: &str) -> Option<(Amount, Money)> {
        self.host().ledger.get(&OrderId::new(order).unwrap()).copied()
    }

    fn hears(&self, wanted: News) {
        while self.news.recv_timeout(PATIENCE).expect("the host tells what it did") != wanted {}
    }
}

/// Keys an amount, confirms it and shows the code.
fn sell(board: &mut Board<'_>, amount: &str) {
    board.key(&format!("{amount}\r"));
    board.until("CONFIRM");
    board.key("\r");
    board.until("SHOW CODE");
    board.scan(CODE);
}

#[test]
fn a_sale_is_approved_displayed_and_listed() {
    let Some(shop) = Shop::open(Sales::Answered) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    sell(&mut board, "12.5");
    let approved = "APPROVED\nCNY 12.50\nORDER T0000001000001\nPAID 2026-01-01 01:01:01";
    assert_eq!(board.until("APPROVED").last().unwrap(), approved);
    assert_eq!(shop.money(ORDER), Some((Amount(1250), Money::Paid)));
    if let Some(mut zbarimg) = peer(&ZBARIMG) {
        let output = zbarimg.args(["--quiet", "--raw"]).arg(board.screenshot()).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), approved);
    }
    board.until("READY");
    sell(&mut board, "7");
    board.until("READY");
    board.press("up");
    let list = "PAYMENTS 2 CNY 19.50\nAPPROVED T0000001000002 7.00\nAPPROVED T0000001000001 12.50";
    assert_eq!(board.until("PAYMENTS").last().unwrap(), list);
    board.press("left");
    board.until("READY");
    board.press("down");
    board.until("CHECK HOST OK");
    shop.hears(News::Heard(Purpose::Echo));
}

#[test]
fn a_product_is_no_payment_code() {
    let Some(shop) = Shop::open(Sales::Answered) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    board.key("1\r");
    board.until("CONFIRM");
    board.key("\r");
    board.until("SHOW CODE");
    board.scan("6901234567892");
    board.until("SCAN AGAIN");
    board.key("\x1b");
    board.until("READY");
    assert_eq!(shop.host().purposes(), []);
}

#[test]
fn an_answer_that_does_not_come_after_the_capture_is_asked_for() {
    thread::scope(|threads| {
        for sales in [Sales::Lost, Sales::Silent] {
            threads.spawn(move || asks_what_became_of(sales));
        }
    });
}

fn asks_what_became_of(sales: Sales) {
    let Some(shop) = Shop::open(sales) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    sell(&mut board, "0.01");
    let unknown = "RESULT UNKNOWN\nCNY 0.01\nORDER T0000001000001\nDO NOT CHARGE AGAIN";
    assert_eq!(board.until("RESULT UNKNOWN").last().unwrap(), unknown);
    board.until("APPROVED\nCNY 0.01\nORDER T0000001000001\n");
    assert_eq!(shop.host().purposes(), [Purpose::Sale, Purpose::Query]);
}

#[test]
fn what_the_customer_does_not_confirm_is_reversed_at_the_red_key() {
    let Some(shop) = Shop::open(Sales::Pending) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    sell(&mut board, "30");
    board.until("CUSTOMER CONFIRMS");
    board.key("5");
    board.until("NOT NOW\nLAST PAYMENT UNRESOLVED");
    board.key("\x1b");
    board.until("REVERSED\nCNY 30.00");
    assert_eq!(shop.money(ORDER), Some((Amount(3000), Money::Reversed)));
}

#[test]
fn after_a_power_cut_the_open_payment_comes_before_a_new_one() {
    let Some(shop) = Shop::open(Sales::Silent) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    sell(&mut board, "88.80");
    shop.hears(News::Heard(Purpose::Sale));
    drop(board);
    shop.host().sales = Sales::Answered;
    let mut board = shop.power_on(reference());
    let texts = board.until("APPROVED\nCNY 88.80\nORDER T0000001000001\n");
    assert!(texts.iter().any(|text| text.starts_with("RESULT UNKNOWN\nCNY 88.80")), "{texts:?}");
    assert!(!texts.iter().any(|text| text.starts_with("READY")), "{texts:?}");
    board.until("READY");
    assert_eq!(shop.host().purposes(), [Purpose::Sale, Purpose::Query]);
    sell(&mut board, "1");
    board.until("APPROVED\nCNY 1.00\nORDER T0000001000002\n");
    let stans: Vec<u32> = shop.host().heard.iter().map(|message| message.stan).collect();
    assert_eq!(stans, [1, 2, 33], "sale, its query, another sale");
}

#[test]
fn a_power_cut_while_reversing_ends_in_a_reversal() {
    let Some(shop) = Shop::open(Sales::Pending) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    sell(&mut board, "5");
    board.until("CUSTOMER CONFIRMS");
    board.key("\x1b");
    board.until("RESULT UNKNOWN");
    drop(board);
    let mut board = shop.power_on(reference());
    let texts = board.until("REVERSED\nCNY 5.00");
    assert!(!texts.iter().any(|text| text.starts_with("READY")), "{texts:?}");
    assert_eq!(shop.money(ORDER), Some((Amount(500), Money::Reversed)));
}

#[test]
fn a_module_that_began_anew_is_brought_up_again() {
    let Some(shop) = Shop::open(Sales::Answered) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    shop.host().restarts = true;
    sell(&mut board, "3");
    board.until("APPROVED\nCNY 3.00");
}

/// A sale is four commands to the module: connect, send, fetch the answer, close.
#[test]
fn after_a_power_cut_between_any_two_commands_terminal_and_host_agree() {
    thread::scope(|threads| {
        for commands in 0..4 {
            threads.spawn(move || cut_after(commands));
        }
    });
}

fn cut_after(commands: usize) {
    let Some(shop) = Shop::open(Sales::Answered) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    shop.host().stop_after = Some(commands);
    sell(&mut board, "4");
    shop.hears(News::Stopped);
    drop(board);
    shop.host().stop_after = None;
    let mut board = shop.power_on(reference());
    if commands < 3 {
        board.until("RESULT UNKNOWN\nCNY 4.00");
        board.key("\x1b");
        board.until(if commands < 2 { "REVERSED\nCNY 4.00" } else { "APPROVED\nCNY 4.00" });
    }
    let paid = shop.money(ORDER) == Some((Amount(400), Money::Paid));
    assert_eq!(paid, commands >= 2);
    board.until("READY");
    board.press("up");
    board.until(if paid { "PAYMENTS 1 CNY 4.00" } else { "PAYMENTS 0 CNY 0.00" });
}

/// As if the power had gone between "paid" and "shown", the second and third record of the journal.
#[test]
fn a_result_that_the_merchant_may_have_seen_comes_again_as_a_copy() {
    let Some(shop) = Shop::open(Sales::Answered) else { return };
    let mut board = shop.power_on(reference());
    board.until("READY");
    sell(&mut board, "2");
    board.until("APPROVED");
    drop(board);
    for copy in [0, 256] {
        shop.card.erase(1 + copy + 3);
    }
    let mut board = shop.power_on(reference());
    let text = board.until("APPROVED").pop().unwrap();
    assert_eq!(text, "APPROVED\nCNY 2.00\nORDER T0000001000001\nPAID 2026-01-01 01:01:01\nCOPY");
    assert_eq!(shop.host().purposes(), [Purpose::Sale]);
}

#[test]
fn a_journal_that_is_written_too_late_forgets_the_payment() {
    let Some(shop) = Shop::open(Sales::Silent) else { return };
    let mut board = shop.power_on(journal_after_send());
    board.until("READY");
    sell(&mut board, "88.80");
    shop.hears(News::Heard(Purpose::Sale));
    drop(board);
    let mut board = shop.power_on(journal_after_send());
    let texts = board.until("READY");
    assert!(!texts.iter().any(|text| text.contains(ORDER)), "{texts:?}");
    assert_eq!(shop.host().purposes(), [Purpose::Sale], "nobody asks what became of it");
    assert_eq!(shop.money(ORDER), Some((Amount(8880), Money::Paid)), "the customer has paid");
}

/// What of the firmware runs without a board; `None` where tools are missing.
fn host_programs() -> Option<PathBuf> {
    peer(&MAKE)?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mcu-host");
    make(&[&format!("BUILD={}", folder.display()), "host"]);
    Some(folder)
}

/// The journal meets a power cut at every byte of a write, and lost blocks; those who read frames,
/// lines and codes meet garbage; readers of QR codes meet what the display draws.
#[test]
fn journal_and_readers_hold_without_a_board_and_codes_can_be_read() {
    let Some(folder) = host_programs() else { return };
    let long: String = ('!'..='~').chain('0'..='9').chain(['-', '=']).collect();
    for length in [1, 2, 17, 53, 105, 106] {
        let text = &long[..length];
        let output = Command::new(folder.join("qr")).arg(text).output().unwrap();
        let image = drawn(&String::from_utf8(output.stdout).unwrap());
        assert_eq!(read(&image).as_deref(), Some(text));
        let file = folder.join("code.png");
        save(&image, &file).unwrap();
        if let Some(mut zbarimg) = peer(&ZBARIMG) {
            let output = zbarimg.args(["--quiet", "--raw"]).arg(&file).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end_matches('\n'), text);
        }
    }
}

/// Rows of `#` and `.` as a picture, with a quiet zone.
fn drawn(rows: &str) -> GrayImage {
    const SCALE: u32 = 4;
    const QUIET: u32 = 4;
    let rows: Vec<&[u8]> = rows.lines().map(str::as_bytes).collect();
    let size = (rows.len() as u32 + 2 * QUIET) * SCALE;
    GrayImage::from_fn(size, size, |x, y| {
        let place = |at: u32| (at / SCALE).checked_sub(QUIET).map(|at| at as usize);
        let module = place(y).and_then(|row| rows.get(row)?.get(place(x)?));
        [if module == Some(&b'#') { 0 } else { 255 }].into()
    })
}
