//! An open connection: both ends, the packets between them, and what waits to be read.
//!
//! It knows lengths and times, not the bytes; it knows no NAT and no power: those stand between
//! it and the bearer. What happened since the last question is played through, in order of time,
//! before anything is answered.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Waker};

use contract::Time;

use super::HEADER_BYTES;
use super::handshake::Answer;
use super::kernel::Kernel;
use super::receiver::{Ack, Receiver};
use super::sender::Sender;
use crate::link::bearer::{Bearer, Direction, Fate};

/// What a segment carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::link) enum Payload {
    /// So many bytes, at most `MSS`.
    Data(usize),
    /// The end of this direction.
    Fin,
    /// The connection broke: a reset, or the own TCP gave up.
    Broken(io::ErrorKind),
}

impl Payload {
    fn bytes(self) -> usize {
        if let Payload::Data(bytes) = self { bytes } else { 0 }
    }
}

/// What the reading end of a direction finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::link) enum Front {
    /// Nothing is on its way.
    Idle,
    /// Nothing before this moment; then ask again.
    Wait(Time),
    /// This has arrived.
    Ready(Payload),
}

/// One end's TCP.
#[derive(Debug)]
struct End {
    sender: Sender,
    receiver: Receiver,
    /// It sends nothing any more.
    cut: bool,
}

#[derive(Debug)]
struct Packet {
    arrives: Time,
    sent: Time,
    /// Number and length.
    segment: Option<(u32, usize)>,
    ack: Ack,
}

/// One direction.
#[derive(Debug, Default)]
struct Lane {
    /// In order of arrival: nothing overtakes on a radio bearer in order (3GPP TS 36.322).
    packets: VecDeque<Packet>,
    /// When the last of them arrives.
    latest: Time,
    /// What was written and not read yet.
    unread: VecDeque<Payload>,
    /// How many of those have arrived.
    arrived: usize,
    broken: Option<(Time, io::ErrorKind)>,
    finished: bool,
    reader: Option<Waker>,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A packet arrives that went this way.
    Packet(Direction),
    /// The timer of the end that sends this way fires.
    Timer(Direction),
    /// The acknowledgement is due of the end that sends this way.
    Ack(Direction),
}

const WAYS: [Direction; 2] = [Direction::Up, Direction::Down];

/// A connection's two ends and what is between them, each by the direction that it sends in.
#[derive(Debug)]
pub(in crate::link) struct Flow {
    ends: [End; 2],
    lanes: [Lane; 2],
    /// What happens next, and when.
    next: Option<(Time, Step)>,
}

impl Flow {
    /// A connection whose handshake ends now with this answer, which the terminal acknowledges.
    pub(in crate::link) fn open(answer: Answer, kernel: Kernel, bearer: &mut dyn Bearer) -> Flow {
        let end = |echo| End {
            sender: Sender::new(kernel),
            receiver: Receiver::new(kernel, answer.at, echo),
            cut: false,
        };
        let ends = [end(answer.sent), end(answer.syn)];
        let mut flow = Flow { ends, lanes: Default::default(), next: None };
        flow.ends[0].sender.sample(answer.at, answer.at.since(answer.syn));
        flow.transmit(answer.at, Direction::Up, None, bearer);
        flow.look_ahead();
        flow
    }

    /// Sends a segment; after a FIN nothing is sent.
    pub(in crate::link) fn send(
        &mut self,
        at: Time,
        direction: Direction,
        payload: Payload,
        bearer: &mut dyn Bearer,
    ) {
        self.catch_up(at, bearer);
        let lane = &mut self.lanes[direction as usize];
        if lane.finished || self.ends[direction as usize].cut {
            return;
        }
        lane.finished = payload == Payload::Fin;
        lane.unread.push_back(payload);
        self.ends[direction as usize].sender.write(at, payload.bytes());
        self.flush(at, direction, bearer);
        self.look_ahead();
        self.wake();
    }

    /// What has arrived by now in this direction; who waits is woken when that changes.
    pub(in crate::link) fn front(
        &mut self,
        now: Time,
        direction: Direction,
        bearer: &mut dyn Bearer,
        task: &Context<'_>,
    ) -> Front {
        let front = self.arrived(now, direction, bearer);
        let reader = &mut self.lanes[direction as usize].reader;
        match reader {
            Some(known) => known.clone_from(task.waker()),
            None => *reader = Some(task.waker().clone()),
        }
        front
    }

    /// The same, for one who comes back by himself.
    pub(in crate::link) fn arrived(
        &mut self,
        now: Time,
        direction: Direction,
        bearer: &mut dyn Bearer,
    ) -> Front {
        self.catch_up(now, bearer);
        let lane = &self.lanes[direction as usize];
        if let Some(payload) = lane.unread.front().filter(|_| lane.arrived > 0) {
            return Front::Ready(*payload);
        }
        match lane.broken {
            Some((at, how)) if at <= now => return Front::Ready(Payload::Broken(how)),
            _ => {}
        }
        let next = self.next.filter(|_| !lane.unread.is_empty());
        let broken = lane.broken.map(|(at, _)| at);
        match next.map(|(at, _)| at).into_iter().chain(broken).min() {
            Some(at) => Front::Wait(at),
            None => Front::Idle,
        }
    }

    /// So many bytes of the segment in front were read.
    pub(in crate::link) fn take(&mut self, direction: Direction, bytes: usize) {
        let lane = &mut self.lanes[direction as usize];
        if let Some(Payload::Data(left)) = lane.unread.front_mut() {
            *left = left.saturating_sub(bytes);
            if *left == 0 {
                lane.unread.pop_front();
                lane.arrived = lane.arrived.saturating_sub(1);
            }
        }
    }

    /// Plays through what happened up to now.
    pub(in crate::link) fn catch_up(&mut self, now: Time, bearer: &mut dyn Bearer) {
        while let Some((at, step)) = self.next.filter(|(at, _)| *at <= now) {
            match step {
                Step::Packet(way) => self.receive(at, way, bearer),
                Step::Timer(way) => self.fire(at, way, bearer),
                Step::Ack(way) => {
                    let End { sender, receiver, .. } = &mut self.ends[way as usize];
                    receiver.overdue(sender.timeout());
                    self.transmit(at, way, None, bearer);
                }
            }
            self.look_ahead();
        }
    }

    /// The end that sends in this direction is gone: what did not get through yet never will.
    pub(in crate::link) fn cut(&mut self, direction: Direction) {
        self.ends[direction as usize].cut = true;
        self.look_ahead();
    }

    /// What is on its way in this direction never arrives.
    pub(in crate::link) fn lose(&mut self, direction: Direction) {
        self.lanes[direction as usize].packets.clear();
        self.look_ahead();
    }

    /// Lets the reader of this direction find the connection broken at this moment.
    pub(in crate::link) fn break_off(
        &mut self,
        at: Time,
        direction: Direction,
        how: io::ErrorKind,
    ) {
        let lane = &mut self.lanes[direction as usize];
        lane.broken.get_or_insert((at, how));
        if let Some(reader) = lane.reader.take() {
            reader.wake();
        }
    }

    /// Whether a FIN was sent in this direction.
    pub(in crate::link) fn finished(&self, direction: Direction) -> bool {
        self.lanes[direction as usize].finished
    }

    /// Finds what happens next. At one moment packets come first.
    fn look_ahead(&mut self) {
        let mut next: Option<(Time, Step)> = None;
        let mut consider = |at: Option<Time>, step| {
            if let Some(at) = at.filter(|at| next.is_none_or(|next| (*at, step) < next)) {
                next = Some((at, step));
            }
        };
        for way in WAYS {
            let packet = self.lanes[way as usize].packets.front();
            consider(packet.map(|packet| packet.arrives), Step::Packet(way));
            if !self.ends[way as usize].cut {
                let End { sender, receiver, .. } = &self.ends[way as usize];
                consider(sender.timer(), Step::Timer(way));
                consider(receiver.delayed(), Step::Ack(way));
            }
        }
        self.next = next;
    }

    fn receive(&mut self, at: Time, way: Direction, bearer: &mut dyn Bearer) {
        let Some(packet) = self.lanes[way as usize].packets.pop_front() else { return };
        let back = way.other();
        let with_data = packet.segment.is_some();
        self.ends[back as usize].sender.acknowledge(at, &packet.ack, with_data);
        self.flush(at, back, bearer);
        let Some((number, bytes)) = packet.segment else { return };
        let End { sender, receiver, .. } = &mut self.ends[back as usize];
        let before = receiver.next();
        let segment = (number, bytes, packet.sent);
        let at_once = receiver.hear(at, segment, sender.timeout(), sender.smoothed());
        self.lanes[way as usize].arrived += (receiver.next() - before) as usize;
        if at_once {
            self.transmit(at, back, None, bearer);
        }
    }

    fn fire(&mut self, at: Time, way: Direction, bearer: &mut dyn Bearer) {
        if self.ends[way as usize].sender.fire(at) {
            self.flush(at, way, bearer);
        } else {
            self.cut(way);
            self.break_off(at, way.other(), io::ErrorKind::TimedOut);
        }
    }

    /// Sends the segments that are due.
    fn flush(&mut self, at: Time, way: Direction, bearer: &mut dyn Bearer) {
        for index in 0..self.ends[way as usize].sender.due.len() {
            let End { sender, receiver, .. } = &mut self.ends[way as usize];
            let number = sender.due[index];
            let segment = (number, sender.bytes(number));
            receiver.answering(at);
            self.transmit(at, way, Some(segment), bearer);
        }
        self.ends[way as usize].sender.due.clear();
    }

    /// Gives a packet to the bearer, with an acknowledgement as every packet.
    fn transmit(
        &mut self,
        at: Time,
        way: Direction,
        segment: Option<(u32, usize)>,
        bearer: &mut dyn Bearer,
    ) {
        let End { receiver, cut, .. } = &mut self.ends[way as usize];
        if *cut {
            return;
        }
        let ack = receiver.tell();
        let bytes = HEADER_BYTES + segment.map_or(0, |(_, bytes)| bytes);
        if let Fate::Delivered(delay) = bearer.fate(at, way, bytes) {
            let lane = &mut self.lanes[way as usize];
            lane.latest = lane.latest.max(at + delay);
            lane.packets.push_back(Packet { arrives: lane.latest, sent: at, segment, ack });
        }
    }

    /// Something new is on its way, perhaps sooner than those who wait were told.
    fn wake(&mut self) {
        for lane in self.lanes.iter_mut().filter(|lane| !lane.unread.is_empty()) {
            if let Some(reader) = lane.reader.take() {
                reader.wake();
            }
        }
    }
}
