//! What people do with batches.

use super::*;
use crate::batches::{
    Access, BatchState, ChangeOrder as By, ChangeQuery, ChangeRecord, Completion, Correction,
    Purpose, Refused,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(a_batch_is_found_by_its_link_and_the_link_is_not_kept),
        case!(a_database_is_opened_again_with_what_it_held),
        case!(a_draft_waits_until_it_is_launched),
        case!(a_client_that_keeps_too_much_is_refused),
        case!(a_shared_link_looks_and_ends),
        case!(erasing_leaves_nothing),
        case!(a_batch_whose_time_has_come_opens_no_more),
        case!(a_cancelled_batch_is_worked_on_no_more),
        case!(a_new_run_is_shown_once_it_is_whole),
        case!(a_followed_edition_leaves_a_batch_done_and_its_history_grows),
        case!(changes_are_filtered_sorted_and_read_piece_by_piece),
        case!(a_correction_replaces_the_answers_it_was_made_on_and_no_others),
    ]
}

async fn a_batch_is_found_by_its_link_and_the_link_is_not_kept(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    let (batch, access) = batches.find(&link(1), START).await.unwrap().unwrap();
    assert_eq!((batch.key.clone(), access), (key, Access::Owner));
    assert_eq!(
        (batch.name.as_str(), batch.state),
        ("Parc 1", BatchState::Queued)
    );
    assert_eq!(batches.find(&link(2), START).await.unwrap(), None);
    // Nothing of what is kept is the link.
    assert!(!format!("{batch:?}").contains(link(1).as_str()));
    batches.rename(&batch.key, "Parc d’été").await.unwrap();
    assert_eq!(look(&batches, 1).await.name, "Parc d’été");
}

async fn a_database_is_opened_again_with_what_it_held(location: Location) {
    let batches = open(&location).await;
    give(&batches, 1).await;
    let client = batches.client("192.0.2.1");
    batches.close().await;
    let again = Batches::open(&location, [9; 32]).await.unwrap();
    assert_eq!(look(&again, 1).await.name, "Parc 1");
    // The salt is the first one: quotas survive a restart.
    assert_eq!(again.client("192.0.2.1"), client);
    assert_ne!(again.client("192.0.2.2"), client);
}

async fn a_draft_waits_until_it_is_launched(location: Location) {
    let batches = open(&location).await;
    let draft = NewBatch {
        start: Start::Later,
        ..new(1)
    };
    let key = batches.create(&draft, &GENEROUS, START).await.unwrap();
    let key = key.unwrap();
    assert_eq!(look(&batches, 1).await.state, BatchState::Draft);
    assert_eq!(claim(&batches, "worker", START).await, None);
    assert!(batches.describe(&key, "{\"a\":1}").await.unwrap());
    let nothing = Quota {
        working: 0,
        ..GENEROUS
    };
    assert_eq!(
        batches.launch(&key, &nothing).await.unwrap(),
        Err(Refused::Working)
    );
    assert_eq!(batches.launch(&key, &GENEROUS).await.unwrap(), Ok(true));
    assert_eq!(batches.launch(&key, &GENEROUS).await.unwrap(), Ok(false));
    assert!(!batches.describe(&key, "{}").await.unwrap());
    let batch = look(&batches, 1).await;
    assert_eq!(
        (batch.state, batch.options.as_str()),
        (BatchState::Queued, "{\"a\":1}")
    );
    assert!(claim(&batches, "worker", START).await.is_some());
}

async fn a_client_that_keeps_too_much_is_refused(location: Location) {
    let batches = open(&location).await;
    let quota = Quota {
        working: 2,
        kept: 3,
        bytes: 3500,
    };
    for n in [1, 2] {
        batches
            .create(&new(n), &quota, START)
            .await
            .unwrap()
            .unwrap();
    }
    let refused = batches.create(&new(3), &quota, START).await.unwrap();
    assert_eq!(refused, Err(Refused::Working));
    for n in [1, 2] {
        batches.cancel(&link(n).key()).await.unwrap();
    }
    batches
        .create(&new(3), &quota, START)
        .await
        .unwrap()
        .unwrap();
    let refused = batches.create(&new(4), &quota, START).await.unwrap();
    assert_eq!(refused, Err(Refused::Kept));
    batches.erase(&link(1).key()).await.unwrap();
    let heavy = NewBatch {
        bytes: 2000,
        ..new(4)
    };
    let refused = batches.create(&heavy, &quota, START).await.unwrap();
    assert_eq!(refused, Err(Refused::Bytes));
    let other = NewBatch {
        client: "somebody else".to_owned(),
        ..new(5)
    };
    batches
        .create(&other, &quota, START)
        .await
        .unwrap()
        .unwrap();
}

async fn a_shared_link_looks_and_ends(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    batches
        .share(&key, &link(9), START, after(100))
        .await
        .unwrap();
    let (batch, access) = batches.find(&link(9), START).await.unwrap().unwrap();
    assert_eq!((batch.key, access), (key.clone(), Access::Reader));
    assert_eq!(batches.find(&link(9), after(100)).await.unwrap(), None);
    assert_eq!(batches.shares(&key, START).await.unwrap().len(), 1);
    assert_eq!(batches.shares(&key, after(100)).await.unwrap(), vec![]);
    batches.unshare(&key).await.unwrap();
    assert_eq!(batches.find(&link(9), START).await.unwrap(), None);
}

async fn erasing_leaves_nothing(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    read(&batches, 2).await;
    work_through(&batches, START).await;
    batches
        .share(&key, &link(9), START, after(100))
        .await
        .unwrap();
    let upload = batches.erase(&key).await.unwrap();
    assert_eq!(upload, Some(format!("{:032x}", 1)));
    assert_eq!(batches.find(&link(1), START).await.unwrap(), None);
    assert_eq!(batches.find(&link(9), START).await.unwrap(), None);
    assert_eq!(batches.questions(&key, 1).await.unwrap(), None);
    assert_eq!(batches.answers(&key, 1, 1).await.unwrap(), None);
    assert_eq!(batches.runs(&key).await.unwrap(), vec![]);
    assert_eq!(
        batches.uploads_in_use().await.unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(batches.erase(&key).await.unwrap(), None);
    if let Location::Sqlite(path) = &location {
        let bytes = std::fs::read(path).unwrap();
        let journal = std::fs::read(path.with_extension("db-wal")).unwrap_or_default();
        for needle in ["questions 1", "answers 1", "Parc 1"] {
            let found = |bytes: &[u8]| bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
            assert!(
                !found(&bytes) && !found(&journal),
                "{needle} is still there"
            );
        }
    }
}

async fn a_batch_whose_time_has_come_opens_no_more(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    let late = START.plus(30 * DAY);
    assert_eq!(batches.find(&link(1), late).await.unwrap(), None);
    assert_eq!(batches.expired(START).await.unwrap(), vec![]);
    assert_eq!(batches.expired(late).await.unwrap(), vec![key]);
}

async fn a_cancelled_batch_is_worked_on_no_more(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    read(&batches, 2).await;
    let held = claim(&batches, "worker", START).await.unwrap();
    assert!(batches.cancel(&key).await.unwrap());
    assert!(!batches.cancel(&key).await.unwrap());
    assert_eq!(look(&batches, 1).await.state, BatchState::Cancelled);
    assert_eq!(claim(&batches, "other", START).await, None);
    // What was being answered may still be written; nothing follows from it.
    batches.complete(&held, &done("late"), START).await.unwrap();
    assert_eq!(claim(&batches, "other", after(1000)).await, None);
}

async fn a_new_run_is_shown_once_it_is_whole(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    // Nothing to test again before the first test ended.
    let begun = batches.start_run(&key, Purpose::Again, START).await;
    assert_eq!(begun.unwrap(), None);
    read(&batches, 2).await;
    work_through(&batches, START).await;
    let begun = batches.start_run(&key, Purpose::Again, START).await;
    assert_eq!(begun.unwrap(), Some(2));
    let batch = look(&batches, 1).await;
    assert_eq!(
        (batch.state, batch.run, batch.shown_run),
        (BatchState::Queued, 2, Some(1))
    );
    assert!(batches.answers(&key, 1, 1).await.unwrap().is_some());
    let first = claim(&batches, "worker", START).await.unwrap();
    assert_eq!(
        (first.step, first.purpose),
        (Step::Answer { seq: 1 }, Purpose::Again)
    );
    let earlier = batches.earlier_answers(&first).await.unwrap().unwrap();
    assert_eq!(earlier.answers, b"answers 1");
    batches.give_back(&first).await.unwrap();
    let steps = work_through(&batches, START).await;
    assert_eq!(steps.len(), 3);
    let batch = look(&batches, 1).await;
    assert_eq!((batch.state, batch.shown_run), (BatchState::Done, Some(2)));
    assert_eq!(batches.answers(&key, 1, 1).await.unwrap(), None);
    assert!(batches.answers(&key, 2, 1).await.unwrap().is_some());
}

async fn a_followed_edition_leaves_a_batch_done_and_its_history_grows(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    read(&batches, 1).await;
    work_through(&batches, START).await;
    assert_eq!(batches.behind(1, 10).await.unwrap(), vec![]);
    assert_eq!(batches.behind(2, 10).await.unwrap(), vec![key.clone()]);
    batches
        .start_run(&key, Purpose::Follow, START)
        .await
        .unwrap();
    assert_eq!(look(&batches, 1).await.state, BatchState::Done);
    assert_eq!(batches.behind(2, 10).await.unwrap(), vec![]);
    let task = claim(&batches, "worker", START).await.unwrap();
    let second = Pin {
        release: Some(2),
        addresses: None,
    };
    assert_eq!(batches.pin(&task, &second).await.unwrap(), Some(second));
    let change = ChangeRecord {
        row_index: 4,
        transition: "rapprochement".to_owned(),
        before: "{}".to_owned(),
        after: "{\"a\":1}".to_owned(),
    };
    let moved = Done {
        changes: vec![change.clone()],
        ..done("new")
    };
    batches.complete(&task, &moved, START).await.unwrap();
    // What moved is told once the whole file was tested.
    assert_eq!(batches.changes(&key, &ten()).await.unwrap(), vec![]);
    work_through(&batches, START).await;
    let told = batches.changes(&key, &ten()).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].run, &told[0].change), (2, &change));
    assert_eq!(batches.history(&key, 4).await.unwrap(), told);
    assert_eq!(batches.history(&key, 5).await.unwrap(), vec![]);
    let counts = batches.change_counts(&key).await.unwrap();
    assert_eq!(counts, vec![(2, "rapprochement".to_owned(), 1)]);
    let runs = batches.runs(&key).await.unwrap();
    let releases: Vec<_> = runs.iter().map(|run| run.release).collect();
    assert_eq!(releases, vec![Some(1), Some(2)]);
    assert_eq!(batches.behind(2, 10).await.unwrap(), vec![]);
}

async fn a_correction_replaces_the_answers_it_was_made_on_and_no_others(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    read(&batches, 1).await;
    work_through(&batches, START).await;
    let batch = look(&batches, 1).await;
    let old = batches.answers(&key, 1, 1).await.unwrap().unwrap();
    let replaced = batches.replace_answers(&batch, &old, &done("right")).await;
    assert!(replaced.unwrap());
    let replaced = batches.replace_answers(&batch, &old, &done("late")).await;
    assert!(!replaced.unwrap());
    let now = batches.answers(&key, 1, 1).await.unwrap().unwrap();
    assert_eq!(now.answers, b"right");
    let place = |text: &str| Correction {
        row_index: 3,
        place: text.to_owned(),
    };
    for text in ["a", "b"] {
        batches
            .keep_correction(&key, &place(text), START)
            .await
            .unwrap();
    }
    assert_eq!(
        batches.corrections(&key, 0..10).await.unwrap(),
        vec![place("b")]
    );
    assert_eq!(batches.corrections(&key, 4..10).await.unwrap(), vec![]);
    let stale = batches.finish_run(&read_claim(&key), "{}", START).await;
    assert_eq!(stale.unwrap(), Completion::TooLate);
}

/// The first ten changes.
fn ten() -> ChangeQuery {
    ChangeQuery {
        most: 10,
        ..ChangeQuery::default()
    }
}

async fn changes_are_filtered_sorted_and_read_piece_by_piece(location: Location) {
    let batches = open(&location).await;
    let key = give(&batches, 1).await;
    read(&batches, 1).await;
    work_through(&batches, START).await;
    for run in 2..=3 {
        let follow = Purpose::Follow;
        batches.start_run(&key, follow, START).await.unwrap();
        let task = claim(&batches, "worker", START).await.unwrap();
        batches.pin(&task, &pin()).await.unwrap();
        let changes = (0..3).map(|row_index| ChangeRecord {
            row_index,
            transition: if row_index == run { "b" } else { "a" }.to_owned(),
            before: String::new(),
            after: String::new(),
        });
        let moved = Done {
            changes: changes.collect(),
            ..done("new")
        };
        batches.complete(&task, &moved, START).await.unwrap();
        work_through(&batches, START).await;
    }
    let ask = async |transition: Option<&str>, order, skip, most| {
        let query = ChangeQuery {
            transition: transition.map(str::to_owned),
            order,
            skip,
            most,
        };
        let found = batches.changes(&key, &query).await.unwrap();
        let short = found.into_iter().map(|c| (c.run, c.change.row_index));
        short.collect::<Vec<(u32, u64)>>()
    };
    let newest = [(3, 0), (3, 1), (3, 2), (2, 0), (2, 1), (2, 2)];
    assert_eq!(ask(None, By::Newest, 0, 10).await, newest);
    assert_eq!(ask(None, By::Newest, 2, 2).await, newest[2..4]);
    assert_eq!(ask(None, By::Oldest, 0, 2).await, [(2, 0), (2, 1)]);
    assert_eq!(ask(None, By::Row, 0, 3).await, [(3, 0), (2, 0), (3, 1)]);
    assert_eq!(ask(None, By::RowBackwards, 0, 2).await, [(3, 2), (2, 2)]);
    assert_eq!(ask(None, By::Transition, 5, 2).await, [(2, 2)]);
    assert_eq!(ask(None, By::TransitionBackwards, 0, 1).await, [(2, 2)]);
    assert_eq!(ask(Some("b"), By::Newest, 0, 10).await, [(2, 2)]);
    assert_eq!(ask(Some("a' OR 1"), By::Newest, 0, 10).await, []);
    for (transition, count) in [(None, 6), (Some("a"), 5)] {
        let (mut last, mut seen) = (None, Vec::new());
        loop {
            let piece = batches.changes_after(&key, transition, last.as_ref(), 2);
            let piece = piece.await.unwrap();
            seen.extend(piece.iter().map(|c| (c.run, c.change.row_index)));
            last = piece.last().cloned();
            if last.is_none() {
                break;
            }
        }
        assert_eq!(seen, newest[..count]);
    }
}

/// A claim on a task that nobody holds.
fn read_claim(key: &BatchKey) -> Claim {
    Claim {
        batch: key.clone(),
        run: 1,
        purpose: Purpose::First,
        step: Step::Finish,
        pin: None,
        holder: "nobody".to_owned(),
        seq: 1_000_000_000,
    }
}
