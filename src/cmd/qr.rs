//! `payrig qr`: payment codes as pictures, drawn, damaged and read on the command line.
//!
//! Takes arguments and prints; what a code is and what damage does to it is `sim::code`'s.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser, ValueEnum};
use contract::fault::Damage;
use harness::cli::out;
use sim::code::GrayImage;
use sim::code::damage::{WORST, damage};
use sim::code::file::{FileError, load, save};
use sim::code::format::{check, strip, wallet_name};
use sim::code::image::{EcLevel, MAX_SCALE, read, render};

/// Every picture was drawn or read.
const DONE: i32 = 0;
/// A picture holds no code that can be read.
const UNREADABLE: i32 = 1;
/// A file or an argument is no use.
const BAD_INPUT: i32 = 2;

/// Draw, damage and read the QR codes of payment codes
///
/// The fault `qr-damaged` spoils the code that a customer shows: a kind of damage and a severity
/// from 0 (clean) to 7 (hopeless). Here you see what that looks like, and whether the built-in
/// decoder, or a scanner of yours, can still read it.
#[derive(Parser)]
#[command(
    name = "qr",
    after_long_help = "\
Examples:
  payrig qr render 134567890123456789 --ec H --out code.png
  payrig qr damage code.png --kind glare --severity 3 --out spoilt.png
  payrig qr read code.png spoilt.png

Exit codes: 0 done, 1 a picture holds no readable code, 2 bad input"
)]
struct Qr {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    Render(Render),
    Damage(Spoil),
    Read(Read),
}

/// Draw a text as a QR code in a PNG file
///
/// Any text is drawn, so that you can try what is no payment code, too: a web address, a
/// product's number, a code with a digit too many. The line printed says what it is.
#[derive(Args)]
#[command(after_long_help = "\
Payment codes:
  WeChat Pay  18 digits, beginning with 10 to 15
  Alipay      16 to 24 digits, beginning with 25 to 30
  UnionPay    19 digits, beginning with 62

Examples:
  payrig qr render 134567890123456789 --out code.png
  payrig qr render https://qr.alipay.com/bax0 --ec Q --scale 16 --out receive-code.png")]
struct Render {
    /// The text to draw
    code: String,
    /// Where to write the picture; an existing file is replaced
    #[arg(long, value_name = "FILE.png")]
    out: PathBuf,
    /// Error correction: how much of the symbol may be spoilt
    #[arg(long, value_name = "LEVEL", value_enum, ignore_case = true, default_value = "M")]
    ec: Level,
    /// Pixels a module, 1 to 32
    #[arg(long, value_name = "N", default_value_t = 8)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SCALE)))]
    scale: u32,
}

/// Spoil a picture of a code, as the fault `qr-damaged` does
///
/// The picture shows one readable code with its light border, as `payrig qr render` draws it. The
/// damage grows evenly with the severity; from 1 on the noise of a camera comes on top. The same
/// seed gives the same picture on every machine.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  payrig qr damage code.png --kind blot --severity 2 --out spoilt.png
  payrig qr damage code.png --kind blot --severity 2 --seed 7 --out elsewhere.png")]
struct Spoil {
    /// The picture to spoil, PNG or JPEG; it is not changed
    #[arg(value_name = "IN.png")]
    input: PathBuf,
    /// What happens to it
    #[arg(long, value_enum)]
    kind: Kind,
    /// How badly, 0 (untouched) to 7
    #[arg(long, value_name = "0-7")]
    #[arg(value_parser = clap::value_parser!(u8).range(..=i64::from(WORST)))]
    severity: u8,
    /// Decides where the damage lies
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where to write the picture; an existing file is replaced
    #[arg(long, value_name = "OUT.png")]
    out: PathBuf,
}

/// Read the codes in pictures and say whose payment codes they are
///
/// Prints one line for each file: its text and which wallet's payment code it is, or why it is
/// none. Reads QR codes and Code 128 barcodes.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  payrig qr read code.png
  payrig qr read photos/*.jpg && echo all of them can be read")]
struct Read {
    /// PNG or JPEG pictures
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// A dark blot that covers up to 24 % of the symbol
    Blot,
    /// Out of focus, by up to one module (standard deviation)
    Blur,
    /// Faded, down to 5 % of the contrast
    Contrast,
    /// Held at an angle of up to 70 degrees, top away
    Tilt,
    /// A bright reflection, its radius up to 0.45 of the symbol's side
    Glare,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Level {
    /// 7 %
    L,
    /// 15 %
    M,
    /// 25 %
    Q,
    /// 30 %, what simulated customers show
    H,
}

impl From<Kind> for Damage {
    fn from(kind: Kind) -> Damage {
        match kind {
            Kind::Blot => Damage::Blot,
            Kind::Blur => Damage::Blur,
            Kind::Contrast => Damage::Contrast,
            Kind::Tilt => Damage::Tilt,
            Kind::Glare => Damage::Glare,
        }
    }
}

impl From<Level> for EcLevel {
    fn from(level: Level) -> EcLevel {
        match level {
            Level::L => EcLevel::L,
            Level::M => EcLevel::M,
            Level::Q => EcLevel::Q,
            Level::H => EcLevel::H,
        }
    }
}

/// What is wrong, what to do about it, and what to exit with.
struct Problem {
    what: String,
    help: &'static str,
    exit: i32,
}

impl Problem {
    fn bad(what: impl Into<String>, help: &'static str) -> Problem {
        Problem { what: what.into(), help, exit: BAD_INPUT }
    }

    fn new(file: &Path, error: &FileError, help: &'static str) -> Problem {
        Problem::bad(format!("{}: {error}", name(file)), help)
    }

    fn print(&self) {
        out::warn(&format!("error: {}\n  help: {}", self.what, self.help));
    }
}

/// `payrig qr` and its own commands.
pub(crate) fn command() -> Command {
    Qr::command()
}

/// Carries out `payrig qr`: 0 done, 1 a picture holds no readable code, 2 bad input.
pub(crate) fn run(matches: &ArgMatches) -> i32 {
    let result = match Qr::from_arg_matches(matches).map(|qr| qr.job) {
        Ok(Job::Render(args)) => args.run(),
        Ok(Job::Damage(args)) => args.run(),
        Ok(Job::Read(args)) => return args.run(),
        Err(error) => {
            let _ = error.print();
            return BAD_INPUT;
        }
    };
    match result {
        Ok(line) => {
            say(&line);
            DONE
        }
        Err(problem) => {
            problem.print();
            problem.exit
        }
    }
}

impl Render {
    fn run(&self) -> Result<String, Problem> {
        if self.code.is_empty() {
            let help = "give the text, for example 134567890123456789";
            return Err(Problem::bad("there is no text to draw", help));
        }
        let image = render(&self.code, self.ec.into(), self.scale).map_err(|error| {
            let help = "shorten it, or choose a lower level with `--ec L`";
            Problem::bad(error.to_string(), help)
        })?;
        write_png(&image, &self.out)?;
        Ok(describe(&self.out, &self.code))
    }
}

impl Spoil {
    fn run(&self) -> Result<String, Problem> {
        let image = read_picture(&self.input)?;
        if read(&image).is_none() {
            let what = format!("{}: no code that can be read, so none to spoil", name(&self.input));
            let help = "give a picture of one whole code, like those of `payrig qr render`";
            return Err(Problem { what, help, exit: UNREADABLE });
        }
        let mut rng = sim::env::rng(self.seed, "qr damage");
        let spoilt = damage(&image, self.kind.into(), self.severity, &mut rng);
        write_png(&spoilt, &self.out)?;
        Ok(match read(&spoilt) {
            Some(text) => describe(&self.out, &text),
            None => format!("{}: can't be read any more", name(&self.out)),
        })
    }
}

impl Read {
    /// Reads all of them; the worst result counts.
    fn run(&self) -> i32 {
        self.files.iter().map(|file| read_one(file)).max().unwrap_or(BAD_INPUT)
    }
}

fn read_one(file: &Path) -> i32 {
    match read_picture(file).map(|image| read(&image)) {
        Ok(Some(text)) => {
            say(&describe(file, &text));
            DONE
        }
        Ok(None) => {
            say(&format!("{}: no code that can be read", name(file)));
            UNREADABLE
        }
        Err(problem) => {
            problem.print();
            BAD_INPUT
        }
    }
}

fn read_picture(file: &Path) -> Result<GrayImage, Problem> {
    load(file).map_err(|error| {
        let help = match error {
            FileError::Io(_) => "check the path, and that you may read the file",
            FileError::TooLarge => "crop the picture to the code, or scale it down",
            _ => "give a picture, for example one that `payrig qr render` drew",
        };
        Problem::new(file, &error, help)
    })
}

fn write_png(image: &GrayImage, file: &Path) -> Result<(), Problem> {
    if !file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png")) {
        let what = format!("{}: only PNG files are written", name(file));
        return Err(Problem::bad(what, "give `--out` a file name that ends in .png"));
    }
    let help = "give `--out` a file in a folder that exists and that you may write to";
    save(image, file).map_err(|error| Problem::new(file, &error, help))
}

/// `code.png: 134567890123456789 (WeChat Pay payment code)`.
fn describe(file: &Path, text: &str) -> String {
    let kind = match check(strip(text)) {
        Ok(brand) => format!("{} payment code", wallet_name(brand)),
        Err(reason) => format!("no payment code: {reason}"),
    };
    format!("{}: {} ({kind})", name(file), printable(text))
}

fn name(file: &Path) -> String {
    printable(&file.to_string_lossy())
}

/// The text with its control characters spelled out: a stranger's code must not be able to steer
/// the reader's terminal.
fn printable(text: &str) -> String {
    let spelled = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    text.chars().map(spelled).collect()
}

fn say(line: &str) {
    out::say(&format!("{line}\n"));
}

#[cfg(test)]
mod tests {
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
        for (severity, error) in [("0", false), ("7", false), ("8", true), ("-1", true)] {
            let args =
                ["qr", "damage", "a.png", "--kind", "blot", "--severity", severity, "--out", "b"];
            assert_eq!(command().try_get_matches_from(args).is_err(), error, "{severity}");
        }
    }

    #[test]
    fn what_is_rendered_reads_and_what_is_spoilt_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert_eq!(qr(dir, &format!("render {CODE} --ec H --out DIR/a.png")), DONE);
        let spoil = "damage DIR/a.png --kind glare --seed 3 --out";
        assert_eq!(qr(dir, &format!("{spoil} DIR/b.png --severity 7")), DONE);
        assert_eq!(qr(dir, &format!("{spoil} DIR/c.png --severity 0")), DONE);
        assert_eq!(qr(dir, "read DIR/a.png DIR/c.png"), DONE);
        assert_eq!(qr(dir, "read DIR/a.png DIR/b.png"), UNREADABLE);
        let [a, c] = ["a.png", "c.png"].map(|file| load(&dir.join(file)).unwrap());
        assert_eq!(a, c);
        let again = "damage DIR/b.png --kind blot --severity 1 --out DIR/d.png";
        assert_eq!(qr(dir, again), UNREADABLE, "there is no code in it any more");
        assert!(!dir.join("d.png").exists());
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
}
