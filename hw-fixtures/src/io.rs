//! The thread that waits for sockets, ports and pipes, so that the rig's own thread never does.
//! Knows nothing of what passes through them.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::thread::{self, JoinHandle};

use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinSet, LocalSet};

mod line;
mod pump;

pub use line::{Duplex, Reader, Writer, pipes, serial, socket};
pub use pump::{Piped, Reset, pump};

/// A task of this thread.
type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Makes a task on the thread.
type Job = Box<dyn FnOnce() -> Task + Send>;

/// A thread with a runtime. When it is dropped, its tasks end and what they hold is closed.
pub struct Io {
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Io {
    /// Starts it.
    ///
    /// # Errors
    /// When the machine gives no thread or no poll set.
    pub fn start() -> io::Result<Io> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let (jobs, inbox) = unbounded_channel();
        let thread = thread::Builder::new()
            .name("io".to_owned())
            .spawn(move || LocalSet::new().block_on(&runtime, work(inbox)))?;
        Ok(Io { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs a task there.
    pub fn run<F: Future<Output = ()> + 'static>(&self, job: impl FnOnce() -> F + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // It ends only with `self`, or by a panic that was printed.
            let _ = jobs.send(Box::new(move || Box::pin(job())));
        }
    }
}

async fn work(mut inbox: UnboundedReceiver<Job>) {
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            job = inbox.recv() => match job {
                Some(job) => drop(tasks.spawn_local(job())),
                None => return,
            },
            Some(_) = tasks.join_next() => {}
        }
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take() {
            // A panic there was printed already.
            let _ = thread.join();
        }
    }
}
