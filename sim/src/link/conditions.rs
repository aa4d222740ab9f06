//! What faults impose on a link while they are in force.
//!
//! It knows no connections and does not report; `Link` asks it about each packet.

use std::collections::BTreeMap;

use contract::fault::{DnsMode, ModemMode, NatMode, Rate, Way};
use contract::{Fault, FaultNo, Lapse, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::bearer::{Direction, Fate, RateQueue, delivered};
use super::nat::NatRule;
use crate::env;

/// The faults in force, by number.
#[derive(Debug, Default)]
pub(super) struct Conditions(BTreeMap<FaultNo, Condition>);

/// Random numbers are in boxes: they take 300 bytes, and most faults need none.
#[derive(Debug)]
enum Condition {
    Outage(Way),
    WeakSignal {
        loss: Rate,
        rtt: Lapse,
        rng: Box<ChaCha8Rng>,
    },
    Congestion {
        queues: [RateQueue; 2],
        wait: Lapse,
        rng: Box<ChaCha8Rng>,
    },
    Nat(NatRule),
    AsymmetricLoss {
        loss: Rate,
        rng: Box<ChaCha8Rng>,
    },
    Fallback {
        queues: [RateQueue; 2],
        rtt: Lapse,
    },
    DataExhausted(NatRule),
    /// It does nothing to a packet by itself.
    Beside(Option<Obstacle>),
}

/// What keeps a new connection from coming about, apart from lost packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Obstacle {
    /// The modem has no network: fails at once.
    NoNetwork,
    /// The modem takes the order and fails after the longest time that one may take.
    DeafModem,
    /// The host's name can't be resolved.
    NoName(DnsMode),
    /// The name leads to an address where nobody answers.
    DeadAddress,
    /// The carrier refuses it.
    Refused,
}

impl Conditions {
    /// Puts a fault in force. `false` when it is no fault of a link. `stream` names its random
    /// numbers.
    pub(super) fn impose(&mut self, no: FaultNo, fault: &Fault, seed: u64, stream: &str) -> bool {
        let rng = || Box::new(env::rng(seed, &format!("{stream} fault {}", no.0)));
        let condition = match *fault {
            Fault::LinkOutage { way } => Condition::Outage(way),
            Fault::LinkWeakSignal { loss, rtt } => Condition::WeakSignal { loss, rtt, rng: rng() },
            Fault::LinkCongestion { rate_kbps, queue } => {
                let queues = [RateQueue::new(rate_kbps), RateQueue::new(rate_kbps)];
                Condition::Congestion { queues, wait: queue, rng: rng() }
            }
            Fault::NatIdle { idle, mode } => {
                Condition::Nat(NatRule { idle, mode, imposed: Some(no) })
            }
            Fault::AsymmetricLoss { loss } => Condition::AsymmetricLoss { loss, rng: rng() },
            Fault::RatFallback { rate_kbps, rtt } => {
                let queues = [RateQueue::new(rate_kbps), RateQueue::new(rate_kbps)];
                Condition::Fallback { queues, rtt }
            }
            // The carrier's gateway forgets all that was.
            Fault::SimDataExhausted { mode } => {
                Condition::DataExhausted(NatRule { idle: Lapse::ZERO, mode, imposed: Some(no) })
            }
            Fault::ModemDead { mode: ModemMode::AtError } => {
                Condition::Beside(Some(Obstacle::DeafModem))
            }
            Fault::ModemDead { .. } | Fault::SimRemoved | Fault::ApnMisconfig => {
                Condition::Beside(Some(Obstacle::NoNetwork))
            }
            Fault::DnsFail { mode } => Condition::Beside(Some(Obstacle::NoName(mode))),
            Fault::DnsStale => Condition::Beside(Some(Obstacle::DeadAddress)),
            Fault::HalfOpen => Condition::Beside(None),
            _ => return false,
        };
        self.0.insert(no, condition);
        true
    }

    pub(super) fn lift(&mut self, no: FaultNo) {
        self.0.remove(&no);
        if self.0.is_empty() {
            // An emptied map keeps room for eleven faults, and a fleet has many links.
            self.0 = BTreeMap::new();
        }
    }

    /// What becomes of a packet whose fate was `base` without them; `touched` gets the faults
    /// that lost or delayed it.
    pub(super) fn bend(
        &mut self,
        (at, direction, bytes): (Time, Direction, usize),
        base: Fate,
        touched: &mut Vec<FaultNo>,
    ) -> Fate {
        let mut fate = base;
        for (no, condition) in &mut self.0 {
            let Some(delay) = condition.delay(at, direction, bytes) else {
                touched.push(*no);
                fate = Fate::Lost;
                continue;
            };
            if delay > Lapse::ZERO {
                touched.push(*no);
            }
            if let Fate::Delivered(travel) = fate {
                fate = delivered(travel + delay);
            }
        }
        fate
    }

    /// The first thing in the way of a new connection: modem before name before carrier.
    pub(super) fn obstacle(&self) -> Option<(FaultNo, Obstacle)> {
        let all = self.0.iter().filter_map(|(no, condition)| Some((*no, condition.obstacle()?)));
        all.min_by_key(|(_, obstacle)| *obstacle)
    }

    /// The strictest NAT.
    pub(super) fn nat(&self, own: NatRule) -> NatRule {
        let imposed = self.0.values().filter_map(|condition| match condition {
            Condition::Nat(rule) | Condition::DataExhausted(rule) => Some(*rule),
            _ => None,
        });
        imposed.fold(own, |least, rule| if rule.idle < least.idle { rule } else { least })
    }
}

impl Condition {
    fn obstacle(&self) -> Option<Obstacle> {
        match self {
            Condition::Beside(obstacle) => *obstacle,
            Condition::DataExhausted(rule) if rule.mode == NatMode::Reset => {
                Some(Obstacle::Refused)
            }
            _ => None,
        }
    }

    /// What it adds to this packet's travel; `None` when it loses it.
    fn delay(&mut self, at: Time, direction: Direction, bytes: usize) -> Option<Lapse> {
        match self {
            Condition::Outage(Way::Both) => None,
            Condition::Outage(Way::Up) => (direction != Direction::Up).then_some(Lapse::ZERO),
            Condition::Outage(Way::Down) => (direction != Direction::Down).then_some(Lapse::ZERO),
            Condition::WeakSignal { loss, rtt, rng } => {
                let lost = rng.random_range(0..Rate::ONE.0) < loss.0;
                (!lost).then(|| direction.share_of(*rtt))
            }
            Condition::Congestion { queues, wait, rng } => {
                let drawn = Lapse::from_ms(rng.random_range(0..=wait.as_ms()));
                Some(queues[direction as usize].pass(at, bytes) + drawn)
            }
            Condition::AsymmetricLoss { loss, rng } => {
                let lost =
                    direction == Direction::Down && rng.random_range(0..Rate::ONE.0) < loss.0;
                (!lost).then_some(Lapse::ZERO)
            }
            Condition::Fallback { queues, rtt } => {
                Some(queues[direction as usize].pass(at, bytes) + direction.share_of(*rtt))
            }
            Condition::DataExhausted(rule) => (rule.mode == NatMode::Reset).then_some(Lapse::ZERO),
            Condition::Nat(_) | Condition::Beside(_) => Some(Lapse::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Fate = Fate::Delivered(Lapse::from_ms(30));

    fn imposed(fault: Fault) -> Conditions {
        let mut conditions = Conditions::default();
        assert!(conditions.impose(FaultNo(1), &fault, 1, "test"));
        conditions
    }

    fn bent(conditions: &mut Conditions, direction: Direction) -> (Fate, bool) {
        let mut touched = Vec::new();
        let fate = conditions.bend((Time(0), direction, 1_000), BASE, &mut touched);
        (fate, !touched.is_empty())
    }

    #[test]
    fn an_outage_loses_its_way_only_until_it_is_lifted() {
        let mut conditions = imposed(Fault::LinkOutage { way: Way::Down });
        assert_eq!(bent(&mut conditions, Direction::Up), (BASE, false));
        assert_eq!(bent(&mut conditions, Direction::Down), (Fate::Lost, true));
        conditions.lift(FaultNo(1));
        assert_eq!(bent(&mut conditions, Direction::Down), (BASE, false));
    }

    #[test]
    fn a_weak_signal_loses_its_share_and_delays_the_rest() {
        let (loss, rtt) = (Rate(200_000), Lapse::from_ms(500));
        let mut conditions = imposed(Fault::LinkWeakSignal { loss, rtt });
        let fates: Vec<Fate> = (0..5_000).map(|_| bent(&mut conditions, Direction::Up).0).collect();
        let lost = fates.iter().filter(|fate| **fate == Fate::Lost).count();
        assert!((900..1_100).contains(&lost), "{lost} of 5000");
        let late = Fate::Delivered(Lapse::from_ms(330));
        assert!(fates.iter().all(|fate| *fate == Fate::Lost || *fate == late));
    }

    #[test]
    fn congestion_queues_packets() {
        let mut conditions =
            imposed(Fault::LinkCongestion { rate_kbps: 8, queue: Lapse::from_ms(0) });
        let late = |ms: u64| (Fate::Delivered(Lapse::from_ms(30 + ms)), true);
        assert_eq!(bent(&mut conditions, Direction::Up), late(1_000));
        assert_eq!(bent(&mut conditions, Direction::Up), late(2_000));
        assert_eq!(bent(&mut conditions, Direction::Down), late(1_000));
    }

    #[test]
    fn other_faults_are_not_the_links_business() {
        assert!(!Conditions::default().impose(FaultNo(1), &Fault::PowerCut, 1, "test"));
    }
}
