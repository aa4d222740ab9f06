//! The event engine at a pace that is not its own.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Wake, Waker};

use super::*;
use crate::engine::Pace;

/// Reaches these moments, one for each wait, or what is waited for.
struct Script {
    reached: RefCell<VecDeque<Time>>,
    waits: Rc<RefCell<Vec<u64>>>,
    bell: Arc<Bell>,
}

#[derive(Default)]
struct Bell(AtomicU32);

impl Wake for Bell {
    fn wake(self: Arc<Bell>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Pace for Script {
    fn pass(&self, until: Time) -> Time {
        self.waits.borrow_mut().push(until.as_ms());
        self.reached.borrow_mut().pop_front().unwrap_or(until)
    }

    fn bell(&self) -> Option<Waker> {
        Some(Waker::from(Arc::clone(&self.bell)))
    }
}

fn paced(reached_ms: &[u64]) -> (EventEngine, Rc<RefCell<Vec<u64>>>, Arc<Bell>) {
    let reached = RefCell::new(reached_ms.iter().map(|ms| Time::from_ms(*ms)).collect());
    let (waits, bell) = (Rc::default(), Arc::default());
    let script = Script { reached, waits: Rc::clone(&waits), bell: Arc::clone(&bell) };
    (EventEngine::paced(1, Rc::new(script)), waits, bell)
}

#[test]
fn each_alarm_is_waited_for_and_a_bell_moves_the_clock_and_nothing_else() {
    let (mut engine, waits, _) = paced(&[3]);
    let log = Log::default();
    let program = logging(&log, |env, log| async move {
        sleep(&env, 7).await;
        log.note(&env, "alarm");
    });
    engine.add_host("a", program);
    play(&mut engine, 10);
    log.expect(&[(7, "alarm")], &engine);
    assert_eq!(*waits.borrow(), [7, 7, 10]);
}

#[test]
fn a_task_that_becomes_ready_rings_the_bell() {
    let (mut engine, _, bell) = paced(&[]);
    let door = Rc::new(Notify::new());
    let opened = Rc::clone(&door);
    engine.add_host(
        "a",
        boot(move |_| {
            let door = Rc::clone(&opened);
            async move { door.notified().await }
        }),
    );
    play(&mut engine, 1);
    let before = bell.0.load(Ordering::Relaxed);
    door.notify_one();
    assert!(bell.0.load(Ordering::Relaxed) > before);
}
