//! How does blocking code ask an asynchronous database? One small runtime per store, on its own thread.

use std::future::Future;
use std::sync::mpsc;
use tokio::runtime::{Builder, Runtime};

/// A runtime that may be asked from any thread, inside another runtime or not.
#[derive(Debug)]
pub(crate) struct Bridge {
    runtime: Option<Runtime>,
}

impl Bridge {
    pub(crate) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("caloduc-catalogue")
            .enable_all()
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
        })
    }

    /// Runs `future` on the store's thread and waits. From asynchronous code, call through `spawn_blocking`.
    pub(crate) fn run<F>(&self, future: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime
            .as_ref()
            .expect("the runtime lives as long as the bridge")
            .spawn(async move {
                // The receiver waits below, so the message always has somewhere to go.
                let _ = sender.send(future.await);
            });
        receiver.recv().expect("a catalogue task does not panic")
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A plain drop would panic inside another runtime.
            runtime.shutdown_background();
        }
    }
}
