//! What workers do with batches.

use super::*;
use crate::batches::{BatchState, Completion, Progress};
use std::collections::HashSet;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(a_batch_goes_through_its_steps_in_order),
        case!(a_small_batch_does_not_wait_for_a_large_one),
        case!(a_dead_worker_s_task_is_done_by_another_and_counts_once),
        case!(a_reader_that_died_half_way_leaves_no_row_twice),
        case!(the_end_waits_for_every_chunk),
        case!(many_workers_share_the_tasks_and_none_is_done_twice),
        case!(a_run_stays_on_what_it_was_begun_on),
        case!(a_batch_that_kills_its_workers_is_given_up),
    ]
}

async fn a_batch_goes_through_its_steps_in_order(location: Location) {
    let batches = open(&location).await;
    give(&batches, 1).await;
    read(&batches, 2).await;
    let steps: Vec<Step> = work_through(&batches, START)
        .await
        .into_iter()
        .map(|(_, step)| step)
        .collect();
    assert_eq!(
        steps,
        [
            Step::Answer { seq: 1 },
            Step::Answer { seq: 2 },
            Step::Finish
        ]
    );
    let batch = look(&batches, 1).await;
    assert_eq!((batch.state, batch.row_count), (BatchState::Done, Some(20)));
    let progress = batches.progress(&batch).await.unwrap();
    assert_eq!(
        progress,
        Progress {
            rows_done: 20,
            rows_cut: 20
        }
    );
    assert_eq!(batches.facets(&batch.key, 1).await.unwrap().len(), 2);
    assert_eq!(batches.summaries(&batch.key, 1).await.unwrap().len(), 2);
    assert_eq!(
        batches.chunks(&batch.key).await.unwrap(),
        vec![(1, 0, 10), (2, 10, 10)]
    );
}

async fn a_small_batch_does_not_wait_for_a_large_one(location: Location) {
    let batches = open(&location).await;
    let large = give(&batches, 1).await;
    read(&batches, 50).await;
    let mut now = START;
    for _ in 0..3 {
        now = now.plus(Duration::from_millis(5));
        let task = claim(&batches, "worker", now).await.unwrap();
        assert_eq!(task.batch, large);
        batches.complete(&task, &done("x"), now).await.unwrap();
    }
    let small = give(&batches, 2).await;
    read(&batches, 1).await;
    let mut turns = 0;
    while look(&batches, 2).await.state != BatchState::Done {
        now = now.plus(Duration::from_millis(5));
        let task = claim(&batches, "worker", now).await.unwrap();
        match task.step {
            Step::Finish => batches.finish_run(&task, "{}", now).await.unwrap(),
            _ => batches.complete(&task, &done("x"), now).await.unwrap(),
        };
        turns += 1;
        assert!(turns <= 5, "the small batch waits");
    }
    assert_eq!(look(&batches, 2).await.key, small);
    assert_eq!(look(&batches, 1).await.state, BatchState::Running);
}

async fn a_dead_worker_s_task_is_done_by_another_and_counts_once(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    read(&batches, 1).await;
    let dead = claim(&batches, "dead", START).await.unwrap();
    assert_eq!(claim(&batches, "other", after(59)).await, None);
    let other = claim(&batches, "other", after(60)).await.unwrap();
    assert_eq!(other.step, dead.step);
    // It was only slow: what it brings now is not written.
    let late = batches.complete(&dead, &done("late"), after(61)).await;
    assert_eq!(late.unwrap(), Completion::TooLate);
    let in_time = batches.complete(&other, &done("right"), after(62)).await;
    assert_eq!(in_time.unwrap(), Completion::Written);
    let twice = batches.complete(&other, &done("again"), after(63)).await;
    assert_eq!(twice.unwrap(), Completion::TooLate);
    let kept = batches.answers(&key, 1, 1).await.unwrap().unwrap();
    assert_eq!(kept.answers, b"right");
    // A lease is prolonged by its holder only.
    let task = claim(&batches, "last", after(64)).await.unwrap();
    assert!(batches.prolong(&task, after(200)).await.unwrap());
    assert!(!batches.prolong(&other, after(200)).await.unwrap());
    assert_eq!(claim(&batches, "thief", after(150)).await, None);
}

async fn a_reader_that_died_half_way_leaves_no_row_twice(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    let dead = claim(&batches, "dead", START).await.unwrap();
    let first = [chunk(1), chunk(2)];
    let kept = batches.add_chunks(&dead, &first, after(60)).await;
    assert_eq!(kept.unwrap(), Completion::Written);
    // Answers begin before the reading ends.
    let early = claim(&batches, "worker", after(1)).await.unwrap();
    assert_eq!(early.step, Step::Answer { seq: 1 });
    batches.pin(&early, &pin()).await.unwrap();
    batches
        .complete(&early, &done("early"), after(2))
        .await
        .unwrap();
    let other = claim(&batches, "other", after(61)).await.unwrap();
    assert_eq!(other.step, Step::Read);
    let whole: Vec<NewChunk> = (1..=3).map(chunk).collect();
    batches
        .add_chunks(&other, &whole, after(120))
        .await
        .unwrap();
    let late = batches.add_chunks(&dead, &[chunk(3)], after(120)).await;
    assert_eq!(late.unwrap(), Completion::TooLate);
    batches.finish_reading(&other, 30, after(62)).await.unwrap();
    work_through(&batches, after(62)).await;
    let batch = look(&batches, 1).await;
    assert_eq!(batches.progress(&batch).await.unwrap().rows_done, 30);
    let kept = batches.answers(&key, 1, 1).await.unwrap().unwrap();
    assert_eq!(kept.answers, b"early");
}

async fn the_end_waits_for_every_chunk(location: Location) {
    let batches = open(&location).await;
    give(&batches, 1).await;
    read(&batches, 2).await;
    let one = claim(&batches, "one", START).await.unwrap();
    let two = claim(&batches, "two", START).await.unwrap();
    assert_ne!(one.step, two.step);
    assert_eq!(claim(&batches, "three", START).await, None);
    batches.complete(&one, &done("1"), START).await.unwrap();
    assert_eq!(claim(&batches, "three", START).await, None);
    batches.complete(&two, &done("2"), START).await.unwrap();
    let end = claim(&batches, "three", START).await.unwrap();
    assert_eq!(end.step, Step::Finish);
    // Whoever was to end it died.
    assert_eq!(look(&batches, 1).await.state, BatchState::Running);
    let end = claim(&batches, "four", after(60)).await.unwrap();
    batches.finish_run(&end, "{}", after(61)).await.unwrap();
    assert_eq!(look(&batches, 1).await.state, BatchState::Done);
}

async fn many_workers_share_the_tasks_and_none_is_done_twice(location: Location) {
    let first = open(&location).await;
    give(&first, 1).await;
    read(&first, 40).await;
    give(&first, 2).await;
    read(&first, 20).await;
    // As many connections as processes.
    let second = open(&location).await;
    let work = |batches: Batches, name: String| async move {
        let mut seen = Vec::new();
        let mut idle = 0;
        while idle < 20 {
            let task = batches.claim(&worker(&name), START, LEASE).await.unwrap();
            let Some(task) = task else {
                idle += 1;
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            batches.pin(&task, &pin()).await.unwrap();
            let written = match task.step {
                Step::Finish => batches.finish_run(&task, "{}", START).await,
                _ => batches.complete(&task, &done(&name), START).await,
            };
            assert_eq!(written.unwrap(), Completion::Written);
            seen.push((task.batch, task.seq));
        }
        seen
    };
    let workers: Vec<_> = (0..6)
        .map(|n| {
            let batches = if n % 2 == 0 { &first } else { &second };
            tokio::spawn(work(batches.clone(), format!("worker {n}")))
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    let distinct: HashSet<_> = all.iter().cloned().collect();
    assert_eq!((all.len(), distinct.len()), (62, 62));
    for n in [1, 2] {
        assert_eq!(look(&first, n).await.state, BatchState::Done);
    }
}

async fn a_run_stays_on_what_it_was_begun_on(location: Location) {
    let batches = open(&location).await;
    give(&batches, 1).await;
    read(&batches, 1).await;
    let other_index = Worker {
        name: "other".to_owned(),
        addresses: "index-2".to_owned(),
    };
    // Somebody who has another address index leaves it to those who have the right one…
    let none = batches.claim(&other_index, after(1), LEASE).await.unwrap();
    assert_eq!(none, None);
    // …for a while.
    let task = batches
        .claim(&other_index, after(31), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(task.pin, Some(pin()));
    batches.begin_again(&task).await.unwrap();
    let task = batches
        .claim(&other_index, after(32), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((task.step, &task.pin), (Step::Answer { seq: 1 }, &None));
    let new = Pin {
        release: Some(2),
        addresses: Some("index-2".to_owned()),
    };
    assert_eq!(batches.pin(&task, &new).await.unwrap(), Some(new.clone()));
    // The first to say it is right.
    assert_eq!(batches.pin(&task, &pin()).await.unwrap(), Some(new));
}

async fn a_batch_that_kills_its_workers_is_given_up(location: Location) {
    let batches = open(&location).await;
    give(&batches, 1).await;
    let mut now = START;
    let mut begun = 0;
    while claim(&batches, "worker", now).await.is_some() {
        begun += 1;
        now = now.plus(LEASE);
        assert!(begun < 20);
    }
    let batch = look(&batches, 1).await;
    assert_eq!(batch.state, BatchState::Failed);
    assert!(batch.problem.unwrap().contains("interrompu"));
    assert_eq!(begun, 8);
}
