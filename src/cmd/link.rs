//! `payrig link`: which kinds of 4G there are, what their numbers are and where they come from,
//! and how long payments take over them.
//!
//! It prints; the link itself is `sim`'s.

use std::io::{self, Write};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use sim::link::{Channel, Exchange, Kernel, Profile, profile_names, sample};

/// Kinds of 4G link, their numbers and their sources
#[derive(Debug, Parser)]
#[command(name = "link")]
struct Link {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the built-in profiles, best first
    List,
    /// Print a profile with the source of each number
    Show {
        /// Built-in name, path of a .toml file, or trace:BASE for a Mahimahi recording
        name: String,
    },
    /// Print how long payments take, as CSV
    Sample(SampleArgs),
}

#[derive(Debug, Args)]
struct SampleArgs {
    /// Built-in name, path of a .toml file, or trace:BASE for a Mahimahi recording
    #[arg(long, value_name = "NAME", default_value = "lte-good", env = "PAYRIG_LINK")]
    profile: String,
    /// How many payments
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    count: usize,
    /// Same seed, same times
    #[arg(long, value_name = "S", default_value_t = 1, env = "PAYRIG_SEED")]
    seed: u64,
    /// What happens on each payment
    #[arg(long, value_enum, default_value_t = Kind::Persistent)]
    exchange: Kind,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Request and answer on a connection that stays open
    Persistent,
    /// A new connection, then request and answer
    Connect,
}

/// The command's words, for the command line and its documentation.
pub(crate) fn command() -> clap::Command {
    Link::command()
}

/// Carries it out. 0: done; 2: bad input, the reason is on stderr.
pub(crate) fn run(matches: &clap::ArgMatches) -> i32 {
    let link = Link::from_arg_matches(matches).map_err(|e| bad_input(e.to_string()));
    match link.and_then(print) {
        Ok(()) => 0,
        // Who reads only the beginning, as `head` does, has what he wants.
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(why) => {
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(io::stderr(), "error: {why}");
            2
        }
    }
}

fn bad_input(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

fn load(name: &str) -> io::Result<Profile> {
    Profile::load(name).map_err(bad_input)
}

fn print(link: Link) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match link.what {
        What::List => print_list(&mut out)?,
        What::Show { name } => out.write_all(load(&name)?.text().as_bytes())?,
        What::Sample(args) => print_samples(&mut out, &load(&args.profile)?, &args)?,
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
            "{name:<12} RTT p50 {p50:>3.0} ms, p95 {p95:>3.0} ms, loss {loss:.2} %  {title}"
        )?;
    }
    Ok(())
}

/// A payment that TCP gave up on has no duration.
fn print_samples(out: &mut impl Write, profile: &Profile, args: &SampleArgs) -> io::Result<()> {
    let exchange = match args.exchange {
        Kind::Persistent => Exchange::Persistent,
        Kind::Connect => Exchange::Connect,
    };
    writeln!(out, "start_s,duration_s")?;
    for payment in sample(&Channel::Profile(profile.clone()), args.seed, exchange, Kernel::V6_18).take(args.count) {
        let start = seconds(payment.start.as_ms());
        let duration = payment.duration.map(|d| seconds(d.as_ms())).unwrap_or_default();
        writeln!(out, "{start},{duration}")?;
    }
    Ok(())
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}
