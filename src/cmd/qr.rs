//! `payrig qr`: payment codes as pictures, drawn, damaged and read on the command line.
//!
//! Takes arguments and prints; what a code is and what damage does to it is `sim::code`'s.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser, ValueEnum};
use contract::fault::Damage;
use harness::cli::{out, seeds};
use sim::code::GrayImage;
use sim::code::damage::{WORST, damage};
use sim::code::file::{FileError, load, save};
use sim::code::format::{FORMS, check, strip, wallet_name};
use sim::code::image::{EcLevel, MAX_SCALE, Picture, Symbology, Undrawable, read, render};
use sim::code::locate::locate;
use sim::code::sheet::{Outcome, sheet};

mod damages;

/// Every picture was drawn or read.
const DONE: i32 = 0;
/// A picture holds no code that can be read.
const UNREADABLE: i32 = 1;
/// A file or an argument is no use.
const BAD_INPUT: i32 = 2;

/// Draw, damage and read payment codes as pictures
///
/// The fault `qr-damaged` spoils the code that a customer shows: a kind of damage and a severity
/// from 0 (clean) to 7. Here you see what that looks like, and whether the built-in decoder, or a
/// scanner of yours, can still read it. A damaged picture can be printed or held before a real
/// terminal.
#[derive(Parser)]
#[command(
    name = "qr",
    after_long_help = "\
Examples:
  payrig qr render 134567890123456789 --ec H --out code.png
  payrig qr damage code.png --damage glare:3 --damage blur:1 --out spoilt.png
  payrig qr read code.png spoilt.png
  payrig qr sheet --out all-damages.png

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
    Sheet(Contact),
}

/// Draw a text as a QR code or a barcode in a PNG file
///
/// Any text is drawn, so that you can try what is no payment code, too: a web address, a
/// product's number, a code with a digit too many. The line printed says what it is.
#[derive(Args)]
#[command(after_long_help = render_help())]
struct Render {
    /// The text to draw
    code: String,
    #[command(flatten)]
    symbol: SymbolArgs,
    /// Where to write the picture; an existing file is replaced
    #[arg(long, value_name = "FILE.png")]
    out: PathBuf,
    /// Pixels a module, 1 to 32
    #[arg(long, value_name = "N", default_value_t = 8)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SCALE)))]
    scale: u32,
}

fn render_help() -> String {
    let forms: String = FORMS.iter().map(|form| format!("  {form}\n")).collect();
    format!(
        "Payment codes:\n{forms}
Examples:
  payrig qr render 134567890123456789 --out code.png
  payrig qr render 134567890123456789 --kind code128 --out barcode.png
  payrig qr render https://qr.alipay.com/bax0 --ec Q --scale 16 --out receive-code.png"
    )
}

#[derive(Args)]
struct SymbolArgs {
    /// The symbol that carries the text
    #[arg(long, value_enum, default_value = "qr")]
    kind: Kind,
    /// Error correction of a QR code: how much of the symbol may be spoilt; H unless given, as
    /// wallets draw it: with less, 18 digits have no alignment pattern and bear less tilt
    #[arg(long, value_name = "LEVEL", value_enum, ignore_case = true)]
    ec: Option<Level>,
}

/// Spoil a picture of a code, as the fault `qr-damaged` does
///
/// The code is looked for on the picture, so any drawing or photo of one will do; what cannot be
/// read before is refused. The same seed gives the same picture on every machine.
#[derive(Args)]
#[command(after_long_help = damages::help())]
struct Spoil {
    /// The picture to spoil, PNG or JPEG; it is not changed
    #[arg(value_name = "IN.png")]
    input: PathBuf,
    /// What happens to it and how badly, 0 (untouched) to 7; may be given several times
    #[arg(long, value_name = "KIND:SEVERITY", required = true, value_parser = damages::parse)]
    damage: Vec<(Damage, u8)>,
    /// Decides where the damage lies
    #[arg(long, value_name = "N|HASH", default_value = "1", value_parser = seeds::seed)]
    seed: u64,
    /// Where to write the picture; an existing file is replaced
    #[arg(long, value_name = "OUT.png")]
    out: PathBuf,
}

/// Read the codes in pictures and say whose payment codes they are
///
/// Prints one line for each file: its text and which wallet's payment code it is, or why it is
/// none. Reads QR codes, Code 128 and EAN-13 barcodes.
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

/// Draw every damage at every severity on one picture
///
/// A row for each kind, a column for each severity from 1 to 7. The label over a picture is white
/// where it still reads, black where nothing does, grey where another code does. Prints the same
/// as a table.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  payrig qr sheet --out all-damages.png
  payrig qr sheet 6212345678901234567 --kind code128 --seed 3 --out barcodes.png")]
struct Contact {
    /// The text to draw
    #[arg(default_value = "134567890123456789")]
    code: String,
    #[command(flatten)]
    symbol: SymbolArgs,
    /// Decides where the damages lie
    #[arg(long, value_name = "N|HASH", default_value = "1", value_parser = seeds::seed)]
    seed: u64,
    /// Where to write the picture; an existing file is replaced
    #[arg(long, value_name = "FILE.png")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// A QR code
    Qr,
    /// The barcode that wallets show beside it
    Code128,
    /// The barcode of products; 13 digits with the right check digit
    Ean13,
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

/// Bad input: what is wrong, and what to do about it.
struct Problem {
    what: String,
    help: &'static str,
    exit: i32,
}

impl Problem {
    fn bad(what: String, help: &'static str) -> Problem {
        Problem { what, help, exit: BAD_INPUT }
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
        Ok(Job::Sheet(args)) => args.run(),
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

impl SymbolArgs {
    /// The text drawn as asked for.
    fn draw(&self, text: &str, scale: u32) -> Result<Picture, Problem> {
        if text.is_empty() {
            let help = "give the text, for example 134567890123456789";
            return Err(Problem::bad("there is no text to draw".into(), help));
        }
        let symbology = match (self.kind, self.ec) {
            (Kind::Qr, level) => Symbology::Qr(level.unwrap_or(Level::H).into()),
            (Kind::Code128, None) => Symbology::Code128,
            (Kind::Ean13, None) => Symbology::Ean13,
            (Kind::Code128 | Kind::Ean13, Some(_)) => {
                let help = "leave `--ec` out, or draw a QR code with `--kind qr`";
                return Err(Problem::bad("barcodes have no error correction".into(), help));
            }
        };
        render(text, symbology, scale).map_err(|error| {
            let help = match (error, self.kind) {
                (Undrawable::TooLong, Kind::Qr) => {
                    "shorten it, or choose a lower level with `--ec L`"
                }
                (_, Kind::Ean13) => "give 13 digits with the right check digit: 6901234567892",
                _ => "give at most 80 letters and digits, or draw a QR code with `--kind qr`",
            };
            Problem::bad(error.to_string(), help)
        })
    }
}

impl Render {
    fn run(&self) -> Result<String, Problem> {
        let picture = self.symbol.draw(&self.code, self.scale)?;
        write_png(&picture.image, &self.out)?;
        Ok(describe(&self.out, &self.code))
    }
}

impl Spoil {
    fn run(&self) -> Result<String, Problem> {
        let image = read_picture(&self.input)?;
        let (_, picture) = locate(image).ok_or_else(|| Problem {
            what: format!("{}: no code that can be read, so none to damage", name(&self.input)),
            help: "give a sharp picture of one QR code, Code 128 or EAN-13 barcode, upright and \
                   with its light border, for example from `payrig qr render`",
            exit: UNREADABLE,
        })?;
        let mut rng = sim::env::rng(self.seed, "qr damage");
        let spoilt = damage(&picture, &self.damage, &mut rng);
        write_png(&spoilt, &self.out)?;
        Ok(match read(&spoilt) {
            Some(text) => describe(&self.out, &text),
            None => format!("{}: can't be read any more", name(&self.out)),
        })
    }
}

impl Contact {
    fn run(&self) -> Result<String, Problem> {
        // As large as in the simulated scanner's picture.
        let picture = self.symbol.draw(&self.code, 4)?;
        let sheet = sheet(&picture, &self.code, self.seed);
        write_png(&sheet.image, &self.out)?;
        let mark = |outcome: &Outcome| match outcome {
            Outcome::Reads => " reads",
            Outcome::Nothing => "     -",
            Outcome::Other => " other",
        };
        let columns: String = (1..=WORST).map(|severity| format!("{severity:6}")).collect();
        let mut table = format!("{:12}{columns}\n", "severity");
        for (kind, outcomes) in &sheet.rows {
            let marks: String = outcomes.iter().map(mark).collect();
            table += &format!("{:12}{marks}\n", kind.word());
        }
        Ok(table
            + &format!("\n{}: {} pictures", name(&self.out), usize::from(WORST) * sheet.rows.len()))
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
mod tests;
