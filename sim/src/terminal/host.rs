//! The terminal's line to the acquirer: connects, asks, waits for the answer that belongs to the
//! question.

use contract::{FieldText, Lapse, Message, OrderId, Purpose, Time};
use tokio::io::AsyncWriteExt;

use super::Config;
use super::clock::Clock;
use super::policy::Policy;
use super::stans::{Stans, stan_of};
use crate::acquirer::PORT;
use crate::env::{BoxStream, Env};
use crate::iso8583::key::Key;
use crate::iso8583::mac::MacKey;
use crate::iso8583::{Framer, Profile, Requirement, read_frame, write_frame};
use crate::wire::services::Services;
use crate::wire::{Pdu, security};

/// How long connecting may take: 10 s (assumption, between the SYN repeats of common stacks).
const CONNECT: Lapse = Lapse::from_secs(10);

/// How long an answer may take: 20 s (assumption; card terminals wait up to 60 s, but a customer
/// stands at the till).
pub(super) const ANSWER: Lapse = Lapse::from_secs(20);

/// How long an answer to an echo may take: 5 s (assumption).
const PROBE: Lapse = Lapse::from_secs(5);

/// A connection that was used within this time is believed to stand: 30 s (assumption, half of the
/// shortest idle time that the fault catalogue gives a NAT).
const TRUSTED: Lapse = Lapse::from_secs(30);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nothing of the request left the terminal.
    NotSent,
    /// It left, and nothing came back in time.
    Silence,
    /// It left, and what came back was not made by the host, or was changed on its way.
    Forged,
}

/// A connection and what was read of it beyond the last frame.
struct Line {
    stream: BoxStream,
    framer: Framer,
}

/// The line. Broken or silent connections are dropped; the next question makes a new one.
pub(super) struct Host {
    pub(super) tid: FieldText,
    pub(super) mid: FieldText,
    pub(super) keep: bool,
    policy: &'static dyn Policy,
    wire: &'static Profile,
    line: Option<Line>,
    hosts: &'static [&'static str],
    /// Which of the hosts is connected to next.
    turn: usize,
    master: Option<Key>,
    /// The session's key, where messages are sealed.
    mac: Option<MacKey>,
    /// The batch that the host gave at sign-in; `None` before.
    batch: Option<u32>,
    version: u16,
    pub(super) clock: Clock,
    pub(super) stans: Stans,
    /// The terminal knows of no payment.
    pub(super) blank: bool,
    /// First order of the open batch, and last of all, as a blank terminal was told.
    pub(super) told: (Option<OrderId>, Option<OrderId>),
    /// The lowest version that the host serves, where this one is below.
    pub(super) least_version: Option<u16>,
    /// The newest version, where the host said that this one is older.
    pub(super) newest_version: Option<u16>,
    /// Whether the host said that the merchant's SMS service is off.
    pub(super) sms_off: bool,
    pub(super) last_use: Time,
}

impl Host {
    pub(super) fn new(config: &Config, clock: Clock, stans: Stans) -> Host {
        let Config { keep_connection: keep, policy, wire, hosts, version, .. } = *config;
        let field = |text: &str| FieldText::new(text).unwrap_or_default();
        let (tid, mid, master) = (field(&config.tid), field(&config.mid), config.master.clone());
        let (line, mac, batch, last_use) = (None, None, None, Time(0));
        let (sms_off, turn) = (false, 0);
        Host {
            tid,
            mid,
            keep,
            policy,
            wire,
            line,
            hosts,
            turn,
            master,
            mac,
            batch,
            version,
            clock,
            stans,
            blank: false,
            told: (None, None),
            least_version: None,
            newest_version: None,
            sms_off,
            last_use,
        }
    }

    /// A request of this purpose with a STAN of its own and the terminal's fields.
    pub(super) fn request(&mut self, purpose: Purpose) -> Message {
        let count = self.stans.take();
        self.request_as(purpose, count)
    }

    /// A request of this purpose with the STAN of this count.
    pub(super) fn request_as(&self, purpose: Purpose, count: u32) -> Message {
        Message {
            purpose,
            answer: false,
            stan: stan_of(count),
            tid: self.tid,
            mid: self.mid,
            order: None,
            amount: None,
            currency: None,
            code: None,
            response: None,
            batch: self.batch.or(Some(1)),
        }
    }

    /// Asks, and waits for the answer. Signs in before, if that is still due.
    pub(super) async fn ask(
        &mut self,
        env: &Env,
        request: impl Into<Pdu>,
    ) -> Result<Pdu, NoAnswer> {
        self.sign_in(env).await?;
        let mut request = request.into();
        // The sign-in may have opened a batch; only a settlement is about the one before.
        if !matches!(request.message.purpose, Purpose::Settlement | Purpose::BatchUpload) {
            request.message.batch = self.batch;
        }
        // An order that was not paid yet belongs to the open batch.
        if let Some(original) = request.original.as_mut().filter(|known| known.batch == 0) {
            original.batch = self.batch.unwrap_or_default();
        }
        self.exchange(env, request).await
    }

    /// The open batch, as the host says. Signs in before, if that is still due.
    pub(super) async fn batch(&mut self, env: &Env) -> Result<u32, NoAnswer> {
        self.sign_in(env).await?;
        self.batch.ok_or(NoAnswer::NotSent)
    }

    /// Ends the exchange: closes the connection unless it is kept.
    pub(super) async fn done(&mut self, env: &Env) {
        self.last_use = env.now();
        if !self.keep
            && let Some(mut line) = self.line.take()
        {
            // The acquirer may have gone first; there is nothing to say about it.
            let _ = line.stream.shutdown().await;
        }
    }

    /// Signs in with the host unless that is done.
    pub(super) async fn sign_in(&mut self, env: &Env) -> Result<(), NoAnswer> {
        if self.batch.is_some() {
            return Ok(());
        }
        let (version, blank) = (Some(self.version), self.blank);
        let services = Services { version, blank, ..Services::default() };
        let request =
            Pdu { services: Some(Box::new(services)), ..self.request(Purpose::SignIn).into() };
        let answer = self.exchange(env, request).await.map_err(|_| NoAnswer::NotSent)?;
        if answer.response() != Some("00") {
            return Err(NoAnswer::NotSent);
        }
        if self.master.is_some() {
            self.mac = Some(self.session_key(&answer).ok_or(NoAnswer::NotSent)?);
        }
        self.batch = answer.message.batch.or(Some(1));
        let services = answer.services.map(|services| *services).unwrap_or_default();
        self.least_version = services.version;
        self.told = (services.first, services.last);
        if let Some(used) = services.stan {
            self.stans.skip(used);
        }
        Ok(())
    }

    /// The key that a sign-in brought; `None` when it is none, or for another terminal.
    fn session_key(&self, answer: &Pdu) -> Option<MacKey> {
        let key = answer.keys.as_ref()?.mac.unwrap(self.master.as_ref()?).ok()?;
        MacKey::new(self.wire.mac()?, key).ok()
    }

    /// The host wants a new sign-in before the next request.
    pub(super) fn sign_out(&mut self) {
        self.batch = None;
    }

    /// Keeps the connection alive, or finds out that it is dead.
    pub(super) async fn echo(&mut self, env: &Env) {
        let request = self.request(Purpose::Echo);
        // A dead connection is dropped inside; the next question makes a new one.
        let _ = env.timeout(PROBE, self.exchange(env, request.into())).await;
        self.last_use = env.now();
    }

    /// Before a sale: a connection that was idle for long may be dead without knowing it, and a
    /// sale that vanishes in it costs the customer a minute. Asks before, and makes a new one.
    pub(super) async fn probe(&mut self, env: &Env) {
        if self.line.is_some() && env.now().since(self.last_use) > TRUSTED {
            self.echo(env).await;
        }
    }

    async fn exchange(&mut self, env: &Env, request: Pdu) -> Result<Pdu, NoAnswer> {
        let key = self.mac.as_ref().filter(|_| security::carries_mac(&request.message));
        let frame = match key {
            Some(key) => request.seal(self.wire, key),
            None => request.encode(self.wire),
        };
        let frame = frame.map_err(|_| NoAnswer::NotSent)?;
        let mut line = match self.line.take() {
            Some(line) => line,
            None => self.connect(env).await?,
        };
        if write_frame(&mut line.stream, &frame).await.is_err() {
            // Some of it may have left.
            return Err(NoAnswer::Silence);
        }
        let answer = env.timeout(ANSWER, self.answer(&mut line, &request.message)).await;
        match answer {
            Some(Some((_, false))) => {
                self.sign_out();
                Err(NoAnswer::Forged)
            }
            Some(Some((answer, true))) => {
                self.line = Some(line);
                let says_now = matches!(request.message.purpose, Purpose::SignIn | Purpose::Echo);
                if let Some(time) = answer.host_time.filter(|_| says_now) {
                    self.clock.adopt(env.now(), time);
                }
                let demand = answer.header.map(|header| header.requirement());
                if demand == Some(Requirement::SignIn) {
                    self.sign_out();
                }
                let services = answer.services.as_deref();
                self.sms_off = services.is_some_and(|services| services.sms_off);
                if request.message.purpose == Purpose::Echo {
                    self.newest_version = services.and_then(|services| services.newest);
                }
                Ok(answer)
            }
            _ => {
                self.turn_to_next();
                Err(NoAnswer::Silence)
            }
        }
    }

    /// Connects to a host. The next try is at the next one when this one can't be reached.
    async fn connect(&mut self, env: &Env) -> Result<Line, NoAnswer> {
        for _ in self.hosts {
            let host = self.hosts.get(self.turn).copied().unwrap_or_default();
            match env.timeout(CONNECT, env.net.connect(host, PORT)).await {
                Some(Ok(stream)) => return Ok(Line { stream, framer: Framer::new(self.wire) }),
                _ => self.turn_to_next(),
            }
        }
        Err(NoAnswer::NotSent)
    }

    fn turn_to_next(&mut self) {
        self.turn = (self.turn + 1) % self.hosts.len().max(1);
    }

    /// Reads until the answer comes, and says whether it is to be trusted; `None` when the
    /// connection ends first.
    async fn answer(&self, line: &mut Line, request: &Message) -> Option<(Pdu, bool)> {
        loop {
            let frame = read_frame(&mut line.stream, &mut line.framer).await.ok()??;
            if let Ok(pdu) = Pdu::decode(self.wire, &frame)
                && self.policy.is_answer(request, &pdu.message)
            {
                let trusted = !self.policy.checks_mac()
                    || security::is_genuine(self.wire, &frame, &pdu.message, self.mac.as_ref());
                return Some((pdu, trusted));
            }
        }
    }
}
