//! Who does the work? As many tasks of this process as it has cores, each taking what is next, whoever gave it; others
//! may run on other machines. A worker that is told to stop ends the task at hand.

use super::follow;
use super::open::{Jobs, Room};
use super::steps;
use super::{JobError, now};
use crate::state::AppState;
use caloduc_store::StoreError;
use caloduc_store::batches::{Claim, Worker};
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often an idle worker looks for what another process was given.
const IDLE: Duration = Duration::from_millis(500);
/// How long a failure is waited on before trying again.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// The workers of this process.
#[derive(Debug)]
pub(crate) struct Workers(Vec<JoinHandle<()>>);

impl Workers {
    /// Sets them to work.
    pub(crate) fn start(state: &AppState, jobs: &Arc<Jobs>) -> Self {
        let count = state.config().batches.worker_count();
        let mut tasks: Vec<JoinHandle<()>> = (0..count)
            .map(|_| tokio::spawn(work(state.clone(), Arc::clone(jobs))))
            .collect();
        tasks.push(tokio::spawn(follow::keep_up(
            state.clone(),
            Arc::clone(jobs),
        )));
        Self(tasks)
    }

    /// Waits until they have ended what they were at.
    pub(crate) async fn ended(self) {
        for task in self.0 {
            // A panic was reported when it happened; its task is given to another once its lease ends.
            let _ended = task.await;
        }
    }
}

async fn work(state: AppState, jobs: Arc<Jobs>) {
    let name = steps::hex(&super::open::random::<8>());
    while !state.is_stopping() {
        match turn(&state, &jobs, &name).await {
            Ok(Turn::Worked) => {}
            Ok(Turn::Idle) => wait(&state, &jobs, IDLE).await,
            Err(error) => {
                notice(&jobs, &error);
                wait(&state, &jobs, AFTER_FAILURE).await;
            }
        }
    }
}

/// What a turn was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Worked,
    Idle,
}

async fn turn(state: &AppState, jobs: &Arc<Jobs>, name: &str) -> Result<Turn, JobError> {
    if state.served().is_none() {
        return Ok(Turn::Idle);
    }
    let worker = Worker {
        name: name.to_owned(),
        addresses: state.addresses_version(),
    };
    let lease = state.config().batches.lease();
    let Some(claim) = jobs.batches.claim(&worker, now(), lease).await? else {
        return Ok(Turn::Idle);
    };
    jobs.room(Room::Some);
    let taken = tokio::select! {
        taken = steps::take(state, jobs, &claim) => taken,
        never = give_sign(jobs, &claim, lease) => match never {},
    };
    if taken.is_err() {
        // Another may do better, and at once; if this fails too, the lease will end.
        let _left_to_the_lease = jobs.batches.give_back(&claim).await;
    }
    taken.map(|()| Turn::Worked)
}

/// Says, as long as a task lasts, that its worker is alive.
async fn give_sign(jobs: &Jobs, claim: &Claim, lease: Duration) -> Infallible {
    loop {
        tokio::time::sleep(lease / 4).await;
        // What cannot be said now is said next time; at worst another takes the task over.
        let _said = jobs.batches.prolong(claim, now().plus(lease)).await;
    }
}

/// Tries to write until there is room for it, or the service stops.
pub(super) async fn until_there_is_room<T, W>(
    state: &AppState,
    jobs: &Jobs,
    write: impl Fn() -> W,
) -> Result<T, StoreError>
where
    W: Future<Output = Result<T, StoreError>>,
{
    loop {
        match write().await {
            Err(error) if error.is_out_of_room() && !state.is_stopping() => {
                jobs.room(Room::None);
                tracing::warn!("no room left: batches wait");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
            written => {
                if written.is_ok() {
                    jobs.room(Room::Some);
                }
                return written;
            }
        }
    }
}

fn notice(jobs: &Jobs, error: &JobError) {
    match error {
        JobError::Store(error) if error.is_out_of_room() => {
            jobs.room(Room::None);
            tracing::warn!("no room left: batches wait");
        }
        error => tracing::error!(%error, "a task of a batch failed"),
    }
}

/// Until there is something new, the service stops, or the time is over.
pub(super) async fn wait(state: &AppState, jobs: &Jobs, most: Duration) {
    tokio::select! {
        () = jobs.wake.notified() => {}
        () = state.stopped() => {}
        () = tokio::time::sleep(most) => {}
    }
}
