//! Collects what the taps see, and says when the runner waits for just that.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use contract::{EventKind, News, Source, TerminalId, Trigger};

use crate::env::{Clock, Tap};

/// The far end of every tap of a rig.
pub(crate) struct Recorder {
    clock: Rc<dyn Clock>,
    enabled: bool,
    news: RefCell<Vec<News>>,
    watch: RefCell<Vec<Trigger>>,
    stop: Rc<Stop>,
}

/// Set when time shall stop passing because something awaited happened.
#[derive(Default)]
pub struct Stop {
    raised: Cell<bool>,
}

impl Stop {
    /// Whether it is raised.
    pub fn raised(&self) -> bool {
        self.raised.get()
    }

    fn raise(&self) {
        self.raised.set(true);
    }

    fn lower(&self) {
        self.raised.set(false);
    }
}

impl Recorder {
    pub(crate) fn new(clock: Rc<dyn Clock>, enabled: bool) -> Rc<Recorder> {
        let (news, watch) = (RefCell::default(), RefCell::default());
        Rc::new(Recorder { clock, enabled, news, watch, stop: Rc::default() })
    }

    /// What an engine looks at to know when to stop.
    pub(crate) fn stop(&self) -> Rc<Stop> {
        Rc::clone(&self.stop)
    }

    /// From now on, stop at one of these.
    pub(crate) fn watch(&self, triggers: &[Trigger]) {
        self.stop.lower();
        let mut watch = self.watch.borrow_mut();
        watch.clear();
        watch.extend_from_slice(triggers);
    }

    /// Moves what was seen to the end of `news`.
    pub(crate) fn drain(&self, news: &mut Vec<News>) {
        news.append(&mut self.news.borrow_mut());
    }
}

impl Tap for Recorder {
    fn on(&self) -> bool {
        self.enabled
    }

    fn tell(&self, terminal: Option<TerminalId>, source: Source, kind: EventKind) {
        if !self.enabled {
            return;
        }
        if self.watch.borrow().iter().any(|trigger| trigger.matches(&kind)) {
            self.stop.raise();
        }
        self.news.borrow_mut().push(News { at: self.clock.now(), terminal, source, kind });
    }
}
