//! A rig that plays a script, for tests of the runner and the suite. It has no terminal inside.

use contract::event::{Channel, Phase, Tap};
use contract::rig::TerminalInfo;
use contract::{
    Action, Bounds, EventKind, Expect, Fault, FaultNo, FaultSpan, Header, Lapse, News, Rig,
    RigFault, RigInfo, RigRequest, Source, TerminalId, Time, Trigger,
};

use crate::plan::{Moment, Move, Plan};

pub(crate) const T1: TerminalId = TerminalId(1);

/// Says at given times what it was told to say, and remembers its orders.
pub(crate) struct FakeRig {
    pub(crate) info: RigInfo,
    pub(crate) now: Time,
    /// What will happen, sorted by time.
    pub(crate) script: Vec<(Time, EventKind)>,
    /// What it was ordered to do, and when.
    pub(crate) orders: Vec<(Time, Action)>,
    /// Fails at the order with this index.
    pub(crate) fails_at: Option<usize>,
    /// Whether healing ends faults, as it must.
    pub(crate) heals: bool,
    /// Whether each key makes it say at once that it is idle.
    pub(crate) idle_on_key: bool,
    faults: Vec<FaultNo>,
    pending: Vec<EventKind>,
}

impl FakeRig {
    pub(crate) fn new(script: Vec<(Time, EventKind)>) -> FakeRig {
        FakeRig {
            info: info(),
            now: Time(0),
            script,
            orders: Vec::new(),
            fails_at: None,
            heals: true,
            idle_on_key: false,
            faults: Vec::new(),
            pending: Vec::new(),
        }
    }
}

fn news(at: Time, kind: EventKind) -> News {
    News { at, terminal: Some(T1), source: Source::Terminal, kind }
}

impl Rig for FakeRig {
    fn info(&self) -> &RigInfo {
        &self.info
    }

    fn now(&self) -> Time {
        self.now
    }

    fn act(&mut self, action: &Action) -> Result<(), RigFault> {
        if self.fails_at == Some(self.orders.len()) {
            return Err(RigFault::Broken("the cable fell out".into()));
        }
        self.orders.push((self.now, action.clone()));
        match action {
            Action::FaultOn { no, fault, .. } => {
                self.faults.push(*no);
                self.pending.push(EventKind::FaultOn { no: *no, fault: fault.clone().into() });
            }
            Action::Heal if self.heals => {
                self.pending.extend(self.faults.drain(..).map(EventKind::FaultOff));
            }
            Action::Press { .. } if self.idle_on_key => self.pending.push(idle()),
            _ => {}
        }
        Ok(())
    }

    fn advance(
        &mut self,
        until: Time,
        watch: &[Trigger],
        out: &mut Vec<News>,
    ) -> Result<(), RigFault> {
        out.extend(self.pending.drain(..).map(|kind| news(self.now, kind)));
        while let Some((at, _)) = self.script.first()
            && *at <= until
        {
            let (at, kind) = self.script.remove(0);
            self.now = self.now.max(at);
            let awaited = watch.iter().any(|trigger| trigger.matches(&kind));
            out.push(news(self.now, kind));
            if awaited {
                return Ok(());
            }
        }
        self.now = self.now.max(until);
        Ok(())
    }
}

pub(crate) fn info() -> RigInfo {
    RigInfo {
        rig: "fake".into(),
        terminals: vec![TerminalInfo { id: T1, tid: "T0000001".into(), mid: "M1".into() }],
        taps: vec![Tap::Screen, Tap::Ledger],
        channels: vec![Channel::Screen],
        ..Header::blank().rig
    }
}

pub(crate) fn plan(until: Time, moves: Vec<Move>) -> Plan {
    Plan {
        scenario: "smoke/fake".into(),
        title: contract::trace::Title { en: "A fake".into(), zh: "假的".into() },
        request: RigRequest {
            rig: "event".into(),
            seed: 1,
            terminals: 1,
            firmware: "reference".into(),
            link: "good".into(),
            poll: "wechat".into(),
            wire: "plain87".into(),
            callbacks: "wechat".into(),
            channels: vec![Channel::Screen],
            keep_connection: false,
            hosts: 1,
            magic_amounts: false,
            taps: true,
        },
        until,
        steps: Vec::new(),
        moves,
        bounds: Bounds::default(),
        expect: vec![nothing_paid()],
        covers: Vec::new(),
        captures: 0,
        needs: Vec::new(),
    }
}

/// A script has no payments; a run that neither has nor forbids any would show nothing.
fn nothing_paid() -> Expect {
    let seen = Trigger::from_word("captured").unwrap();
    let (terminal, within, after) = (None, None, None);
    Expect { line: 1, seen, terminal, at_least: 0, at_most: Some(0), within, after }
}

pub(crate) fn at(step: u32, ms: u64, action: Action) -> Move {
    Move { step, moment: Moment::At(Time::from_ms(ms)), action }
}

pub(crate) fn on(step: u32, word: &str, plus: Lapse, action: Action) -> Move {
    let trigger = Trigger::from_word(word).unwrap();
    Move { step, moment: Moment::On { trigger, terminal: None, plus }, action }
}

pub(crate) fn press(key: &str) -> Action {
    Action::Press { terminal: T1, key: key.into() }
}

pub(crate) fn outage() -> Action {
    let fault = Fault::LinkOutage { way: contract::fault::Way::Both };
    let span = FaultSpan::For(Lapse::from_secs(3_600));
    Action::FaultOn { no: FaultNo(1), terminal: T1, fault, span }
}

pub(crate) fn idle() -> EventKind {
    EventKind::Screen { phase: Phase::Idle, text: "READY".into() }
}
