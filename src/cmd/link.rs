//! `payrig link`: which kinds of 4G there are, what their numbers are and where they come from,
//! and how long payments take over them.
//!
//! It prints; the link itself is `sim`'s.

use std::io::{self, Write};

use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use contract::Lapse;
use contract::fault::Rate;
use harness::cli::{out, seeds};
use sim::link::{Channel, Every, Exchange, Kernel, Plain, Profile, profile_names, sample};

/// Kinds of 4G link, their numbers and their sources
#[derive(Debug, Parser)]
#[command(name = "link", after_help = LINK_HELP)]
struct Link {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the built-in profiles
    List,
    /// Print a profile with the source of each number
    Show {
        /// Built-in name, path of a .toml file, or trace: and a recording
        #[arg(long_help = NAME_HELP)]
        name: String,
    },
    /// Print how long payments take, as CSV: start_s,duration_s
    #[command(long_about = SAMPLE_HELP)]
    Sample(SampleArgs),
}

const LINK_HELP: &str = "\
Examples:
  payrig link list
  payrig link show lte-poor
  payrig link sample --profile lte-driving --exchange tls --count 10000
  payrig run --link lte-poor scenarios/day      plays scenarios over one";

const NAME_HELP: &str = "\
Built-in name, path of a .toml file, or a recording: trace:BASE for Mahimahi's BASE.up and \
BASE.down, trace:FILE.csv for a table with the columns t_s and rtt_ms, trace:FILE for a netem \
latency table with profile_info.txt beside it";

const SAMPLE_HELP: &str = "\
Print how long payments take, as CSV: start_s,duration_s.

Over a profile there are 2 to 14 s between payments. With --rtt in place of a profile the channel \
is as plain as an emulator on a bench, so that the times can be held against a real kernel's: 0.2 \
to 0.6 s between exchanges, 2 to 14 s with outages or holds. Request and answer have 300 bytes \
each, the TLS 1.2 handshake 517, 3600, 126 and 51. A payment that TCP gave up on has no duration.

Examples:
  payrig link sample --profile lte-driving --exchange tls --count 10000
  payrig link sample --rtt 100ms --loss 20% --kernel 6.1
  payrig link sample --rtt 100ms --outage 10s --every 60s";

#[derive(Debug, Args)]
struct SampleArgs {
    /// What somebody types who thinks of `link show NAME`
    #[arg(hide = true)]
    stray: Option<String>,
    /// Built-in name, path of a .toml file, or trace: and a recording
    #[arg(long, value_name = "NAME", default_value = "lte-good", env = "PAYRIG_LINK")]
    #[arg(long_help = NAME_HELP)]
    profile: String,
    /// No profile but this round-trip time, half of it each way
    #[arg(long, value_name = "TIME")]
    rtt: Option<Lapse>,
    /// With --rtt: share of packets lost, each way
    #[arg(long, value_name = "PERCENT", requires = "rtt", default_value = "0%")]
    loss: Rate,
    /// With --rtt: everything sent is lost for so long, again and again
    #[arg(long, value_name = "TIME", requires_all = ["rtt", "every"])]
    outage: Option<Lapse>,
    /// With --rtt: nothing arrives for so long, again and again, and is late instead
    #[arg(long, value_name = "TIME", requires_all = ["rtt", "every"])]
    hold: Option<Lapse>,
    /// Outages and holds begin at each multiple of this time but zero
    #[arg(long, value_name = "TIME", requires = "rtt")]
    every: Option<Lapse>,
    /// How many payments
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    count: usize,
    /// Same seed, same times
    #[arg(long, value_name = "N|HASH", default_value = "1", env = "PAYRIG_SEED")]
    #[arg(value_parser = seeds::seed)]
    seed: u64,
    /// What happens on each payment
    #[arg(long, value_enum, default_value_t = Kind::Persistent)]
    exchange: Kind,
    /// Whose TCP both ends have
    #[arg(long, value_enum, default_value_t = Linux::V6_18)]
    kernel: Linux,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Request and answer on a connection that stays open
    Persistent,
    /// A new connection, then request and answer
    Connect,
    /// A new connection, a TLS handshake, then request and answer
    Tls,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Linux {
    /// 100 ticks a second, SYNs repeated after 1, 3, 7, 15 ... s
    #[value(name = "6.1")]
    V6_1,
    /// 250 ticks a second, SYNs repeated after 1, 2, 3, 4, 5, 7, 11 ... s
    #[value(name = "6.18")]
    V6_18,
}

/// The command's words, for the command line and its documentation.
pub(crate) fn command() -> clap::Command {
    Link::command()
}

/// Carries it out. 0: done; 2: bad input, the reason is on stderr.
pub(crate) fn run(matches: &clap::ArgMatches) -> i32 {
    let link = Link::from_arg_matches(matches).map_err(|e| bad_input(e.to_string()));
    let sample = matches.subcommand_matches("sample");
    let source = sample.and_then(|matches| matches.value_source("profile"));
    let named = source == Some(ValueSource::CommandLine);
    match link.and_then(|link| print(link, named)) {
        Err(why) if why.kind() == io::ErrorKind::InvalidInput => {
            out::warn(&format!("error: {why}"));
            2
        }
        written => {
            out::note(written);
            0
        }
    }
}

fn bad_input(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

fn load(name: &str) -> io::Result<Profile> {
    Profile::load(name).map_err(bad_input)
}

/// `named`: a profile was asked for on the command line.
fn print(link: Link, named: bool) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match link.what {
        What::List => print_list(&mut out)?,
        What::Show { name } => out.write_all(load(&name)?.text().as_bytes())?,
        What::Sample(args) => print_samples(&mut out, &channel(&args, named)?, &args)?,
    }
    out.flush()
}

fn print_list(out: &mut impl Write) -> io::Result<()> {
    for name in profile_names() {
        let profile = load(name)?;
        let (p50, p95) = (profile.rtt_ms(0.5), profile.rtt_ms(0.95));
        let (loss, title) = (profile.loss_percent(), profile.title());
        writeln!(
            out,
            "{name:<19} RTT p50 {p50:>3.0} ms, p95 {p95:>3.0} ms, loss {loss:.2} %  {title}"
        )?;
    }
    Ok(())
}

fn channel(args: &SampleArgs, named: bool) -> io::Result<Channel> {
    if let Some(name) = &args.stray {
        let help = format!("help: payrig link sample --profile {name}");
        return Err(bad_input(format!("`{name}`: a profile is named with --profile\n{help}")));
    }
    let Some(rtt) = args.rtt else { return load(&args.profile).map(Channel::Profile) };
    if named {
        return Err(bad_input("--rtt takes the place of a profile; leave out --profile".into()));
    }
    if rtt < Lapse::from_ms(10) || rtt.0 % 2_000 != 0 {
        let why = "each way takes whole milliseconds, 5 at least: take an even number from 10ms on";
        return Err(bad_input(format!("--rtt {rtt}: {why}")));
    }
    if rtt > Lapse::from_secs(60) {
        return Err(bad_input(format!("--rtt {rtt}: no round trip takes more than a minute")));
    }
    if args.loss >= Rate::ONE {
        let why = "nothing would ever arrive, and no payment would end; take less";
        return Err(bad_input(format!("--loss {}: {why}", args.loss)));
    }
    let by_the_clock = |what: &str, lasts: Option<Lapse>| match (lasts, args.every) {
        (Some(lasts), Some(every)) if lasts >= every => Err(bad_input(format!(
            "--{what} {lasts}: the next would begin before its end; --every must be longer"
        ))),
        (lasts, every) => Ok(lasts.zip(every).map(|(lasts, every)| Every { lasts, every })),
    };
    let (outage, hold) = (by_the_clock("outage", args.outage)?, by_the_clock("hold", args.hold)?);
    if args.every.is_some() && outage.is_none() && hold.is_none() {
        return Err(bad_input("--every: of what? add --outage TIME or --hold TIME".into()));
    }
    Ok(Channel::Plain(Plain { rtt, loss: args.loss, outage, hold }))
}

fn print_samples(out: &mut impl Write, channel: &Channel, args: &SampleArgs) -> io::Result<()> {
    let exchange = match args.exchange {
        Kind::Persistent => Exchange::Persistent,
        Kind::Connect => Exchange::Connect,
        Kind::Tls => Exchange::Tls,
    };
    let kernel = match args.kernel {
        Linux::V6_1 => Kernel::V6_1,
        Linux::V6_18 => Kernel::V6_18,
    };
    writeln!(out, "start_s,duration_s")?;
    for payment in sample(channel, args.seed, exchange, kernel).take(args.count) {
        let start = seconds(payment.start.as_ms());
        let duration = payment.duration.map(|d| seconds(d.as_ms())).unwrap_or_default();
        writeln!(out, "{start},{duration}")?;
    }
    Ok(())
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}
