//! `payrig qr` as a user calls it: what it writes, and how it exits.

use super::*;

const CODE: &str = "134567890123456789";

/// Runs `payrig qr` with these arguments; `DIR` in them is the folder.
fn qr(dir: &Path, args: &str) -> i32 {
    let dir = dir.to_string_lossy();
    let words = std::iter::once("qr").chain(args.split_whitespace());
    let words = words.map(|word| word.replace("DIR", &dir));
    run(&command().try_get_matches_from(words).unwrap())
}

#[test]
fn the_command_line_is_well_formed() {
    command().debug_assert();
    for (level, error) in [("m", false), ("H", false), ("X", true)] {
        let args = ["qr", "render", CODE, "--out", "a.png", "--ec", level];
        assert_eq!(command().try_get_matches_from(args).is_err(), error, "{level}");
    }
    for (damage, error) in [("blot:0", false), ("fold:7", false), ("blot:8", true)] {
        let args = ["qr", "damage", "a.png", "--damage", damage, "--out", "b.png"];
        assert_eq!(command().try_get_matches_from(args).is_err(), error, "{damage}");
    }
}

#[test]
fn what_is_rendered_reads_and_what_is_spoilt_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(qr(dir, &format!("render {CODE} --ec H --out DIR/a.png")), DONE);
    let spoil = "damage DIR/a.png --damage jpeg:1 --seed 3 --out";
    assert_eq!(qr(dir, &format!("{spoil} DIR/b.png --damage glare:7")), DONE);
    assert_eq!(qr(dir, "damage DIR/a.png --damage jpeg:0 --out DIR/c.png"), DONE);
    assert_eq!(qr(dir, "read DIR/a.png DIR/c.png"), DONE);
    assert_eq!(qr(dir, "read DIR/a.png DIR/b.png"), UNREADABLE);
    let [a, c] = ["a.png", "c.png"].map(|file| load(&dir.join(file)).unwrap());
    assert_eq!(a, c);
}

#[test]
fn a_picture_without_a_code_cannot_be_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    save(&GrayImage::new(200, 200), &dir.join("empty.png")).unwrap();
    assert_eq!(qr(dir, "damage DIR/empty.png --damage blot:1 --out DIR/b.png"), UNREADABLE);
    assert!(!dir.join("b.png").exists());
}

#[test]
fn barcodes_are_drawn_damaged_and_read() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let render = format!("render {CODE} --kind code128 --out DIR/a.png");
    assert_eq!(qr(dir, &render), DONE);
    assert_eq!(qr(dir, &format!("{render} --ec H")), BAD_INPUT);
    assert_eq!(qr(dir, "render 付款码 --kind code128 --out DIR/b.png"), BAD_INPUT);
    assert_eq!(qr(dir, &format!("render {CODE} --kind ean13 --out DIR/b.png")), BAD_INPUT);
    assert_eq!(qr(dir, "damage DIR/a.png --damage dark:1 --out DIR/b.png"), DONE);
    assert_eq!(qr(dir, "read DIR/a.png DIR/b.png"), DONE);
}

#[test]
fn the_sheet_shows_every_kind() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(qr(dir.path(), "sheet --out DIR/sheet.png"), DONE);
    let sheet = load(&dir.path().join("sheet.png")).unwrap();
    assert!(sheet.width() > 7 * 116 && sheet.height() > 15 * 116, "{:?}", sheet.dimensions());
}

#[test]
fn bad_input_is_told_and_the_rest_is_still_read() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    std::fs::write(dir.join("text.png"), "not a picture").unwrap();
    assert_eq!(qr(dir, &format!("render {CODE} --out DIR/no/such/folder/a.png")), BAD_INPUT);
    assert_eq!(qr(dir, &format!("render {CODE} --out DIR/a.jpg")), BAD_INPUT);
    assert_eq!(qr(dir, &format!("render {} --out DIR/a.png", "1".repeat(8000))), BAD_INPUT);
    assert!(!dir.join("a.png").exists() && !dir.join("a.jpg").exists());
    assert_eq!(qr(dir, &format!("render {CODE} --out DIR/a.png")), DONE);
    for bad in ["DIR/text.png", "DIR/missing.png", "DIR"] {
        assert_eq!(qr(dir, &format!("read {bad} DIR/a.png")), BAD_INPUT, "{bad}");
    }
}

#[test]
fn a_line_says_what_the_text_is_and_cannot_steer_the_terminal() {
    let file = Path::new("a.png");
    let line = describe(file, &format!("{CODE}\r\n"));
    assert_eq!(line, format!("a.png: {CODE}\\r\\n (WeChat Pay payment code)"));
    let line = describe(file, "https://a\u{1b}[2J");
    assert!(line.starts_with("a.png: https://a\\u{1b}[2J (no payment code: "), "{line}");
}
