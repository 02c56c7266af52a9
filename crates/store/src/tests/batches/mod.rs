//! The promises of the database of batches: one suite, run on SQLite and on PostgreSQL.

mod arrivals;
mod encrypted;
mod life;
mod uploads;
mod work;

use crate::batches::{
    Batch, BatchKey, Batches, Claim, Done, Link, Location, NewBatch, NewChunk, Pin, Quota, Start,
    Step, Worker,
};
use crate::moment::UnixMs;
use caloduc_trial_postgres::TrialPostgres;
use std::future::Future;
use std::pin::Pin as Pinned;
use std::time::Duration;

const LEASE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const START: UnixMs = UnixMs(1_800_000_000_000);
const GENEROUS: Quota = Quota {
    working: 100,
    kept: 100,
    bytes: 1 << 40,
};

/// A promise: its sentence, and what shows it on an empty database that several processes may open.
type Case = (
    &'static str,
    fn(Location) -> Pinned<Box<dyn Future<Output = ()>>>,
);

/// Wraps an asynchronous test as a case.
macro_rules! case {
    ($name:path) => {
        (stringify!($name), |location| Box::pin($name(location)))
    };
}
pub(super) use case;

fn cases() -> Vec<Case> {
    let cases = life::cases().into_iter().chain(work::cases());
    cases.chain(arrivals::cases()).collect()
}

fn run(location_of: impl Fn(&str) -> Location) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for (number, (name, case)) in cases().into_iter().enumerate() {
        println!("{name}");
        runtime.block_on(case(location_of(&format!("case{number}"))));
    }
}

#[test]
fn the_promises_hold_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    run(|name| Location::Sqlite(dir.path().join(format!("{name}.db"))));
}

#[test]
fn the_promises_hold_on_postgresql() {
    let Some(server) = TrialPostgres::start() else {
        return;
    };
    run(|name| Location::Postgres(server.database(name)));
}

async fn open(location: &Location) -> Batches {
    Batches::open(location, [3; 32]).await.unwrap()
}

fn link(n: u8) -> Link {
    Link::new([n; 20])
}

fn after(seconds: u64) -> UnixMs {
    START.plus(Duration::from_secs(seconds))
}

fn worker(name: &str) -> Worker {
    Worker {
        name: name.to_owned(),
        addresses: "index-1".to_owned(),
    }
}

fn new(n: u8) -> NewBatch {
    NewBatch {
        link: link(n),
        owner: None,
        client: "somebody".to_owned(),
        name: format!("Parc {n}"),
        file_name: "parc.csv".to_owned(),
        upload: format!("{n:032x}"),
        bytes: 1000,
        arrival: None,
        options: "{}".to_owned(),
        start: Start::Now,
        expires: START.plus(30 * DAY),
    }
}

async fn give(batches: &Batches, n: u8) -> BatchKey {
    batches
        .create(&new(n), &GENEROUS, START)
        .await
        .unwrap()
        .unwrap()
}

fn chunk(seq: u32) -> NewChunk {
    NewChunk {
        seq,
        first_row: u64::from(seq - 1) * 10,
        row_count: 10,
        questions: format!("questions {seq}").into_bytes(),
    }
}

fn done(text: &str) -> Done {
    Done {
        answers: text.as_bytes().to_vec(),
        facets: vec![1, 2, 3],
        places: vec![4, 5],
        summary: "{\"rows\":10}".to_owned(),
        changes: Vec::new(),
    }
}

fn pin() -> Pin {
    Pin {
        release: Some(1),
        addresses: Some("index-1".to_owned()),
    }
}

async fn claim(batches: &Batches, name: &str, now: UnixMs) -> Option<Claim> {
    batches.claim(&worker(name), now, LEASE).await.unwrap()
}

/// Reads the file of a batch just given: so many chunks of ten rows.
async fn read(batches: &Batches, chunks: u32) -> Claim {
    let reading = claim(batches, "reader", START).await.unwrap();
    assert_eq!(reading.step, Step::Read);
    batches.pin(&reading, &pin()).await.unwrap().unwrap();
    let cut: Vec<NewChunk> = (1..=chunks).map(chunk).collect();
    batches
        .add_chunks(&reading, &cut, START.plus(LEASE))
        .await
        .unwrap();
    batches
        .finish_reading(&reading, u64::from(chunks) * 10, START)
        .await
        .unwrap();
    reading
}

/// Works until there is nothing left to do; the steps, in order.
async fn work_through(batches: &Batches, now: UnixMs) -> Vec<(BatchKey, Step)> {
    let mut steps = Vec::new();
    while let Some(task) = claim(batches, "worker", now).await {
        batches.pin(&task, &pin()).await.unwrap();
        match task.step {
            Step::Read => panic!("every file was read"),
            Step::Answer { seq } => {
                let answers = done(&format!("answers {seq}"));
                batches.complete(&task, &answers, now).await.unwrap();
            }
            Step::Finish => {
                batches.finish_run(&task, "{}", now).await.unwrap();
            }
        }
        steps.push((task.batch, task.step));
    }
    steps
}

async fn look(batches: &Batches, n: u8) -> Batch {
    let (batch, _) = batches.find(&link(n), START).await.unwrap().unwrap();
    batch
}
