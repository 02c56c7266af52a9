//! Files on their way, piece by piece.

use super::*;
use crate::batches::{Added, NewArrival, Refused, UploadName};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(pieces_follow_each_other_and_count_once),
        case!(another_process_sees_how_far_a_file_came),
        case!(a_client_cannot_expect_more_than_he_may_keep),
        case!(a_file_that_came_becomes_one_batch_and_counts_once),
        case!(a_file_that_never_came_whole_is_forgotten_in_time),
    ]
}

fn expected(n: u8, bytes: u64) -> NewArrival {
    NewArrival {
        link: link(n),
        client: "somebody".to_owned(),
        file_name: "parc.csv".to_owned(),
        bytes,
        expires: START.plus(DAY),
    }
}

fn piece(n: u8) -> UploadName {
    UploadName::new([n; 16])
}

async fn expect(batches: &Batches, n: u8) -> BatchKey {
    let new = expected(n, 100);
    batches
        .expect(&new, &GENEROUS, START)
        .await
        .unwrap()
        .unwrap()
}

async fn pieces_follow_each_other_and_count_once(location: Location) {
    let batches = open(&location).await;
    let key = expect(&batches, 1).await;
    let add = async |at, bytes, n| batches.add_piece(&key, at, bytes, &piece(n)).await.unwrap();
    assert_eq!(add(0, 60, 1).await, Added::Kept);
    assert_eq!(add(0, 60, 2).await, Added::Misplaced);
    assert_eq!(add(60, 41, 3).await, Added::Misplaced);
    let (one, two) = tokio::join!(add(60, 40, 4), add(60, 40, 5));
    assert_ne!(one, two);
    let winner = if one == Added::Kept { 4 } else { 5 };
    assert_eq!(
        batches.pieces(&key).await.unwrap(),
        [piece(1), piece(winner)]
    );
    let came = batches.arrival(&link(1), START).await.unwrap().unwrap();
    assert_eq!((came.received, came.bytes), (100, 100));
    assert_eq!(batches.uploads_in_use().await.unwrap().len(), 2);
    assert_eq!(batches.forget_arrival(&key).await.unwrap().len(), 2);
    assert_eq!(batches.arrival(&link(1), START).await.unwrap(), None);
    assert_eq!(add(100, 0, 6).await, Added::Misplaced);
    assert!(batches.uploads_in_use().await.unwrap().is_empty());
}

async fn another_process_sees_how_far_a_file_came(location: Location) {
    let (one, other) = (open(&location).await, open(&location).await);
    let key = expect(&one, 1).await;
    one.add_piece(&key, 0, 30, &piece(1)).await.unwrap();
    let came = other.arrival(&link(1), START).await.unwrap().unwrap();
    assert_eq!((came.received, came.file_name.as_str()), (30, "parc.csv"));
    let added = other.add_piece(&came.key, 30, 70, &piece(2)).await.unwrap();
    assert_eq!(added, Added::Kept);
    assert_eq!(one.pieces(&key).await.unwrap(), [piece(1), piece(2)]);
}

async fn a_client_cannot_expect_more_than_he_may_keep(location: Location) {
    let batches = open(&location).await;
    give(&batches, 9).await;
    let quota = Quota {
        kept: 3,
        bytes: 1150,
        ..GENEROUS
    };
    let ask = async |n, bytes| {
        batches
            .expect(&expected(n, bytes), &quota, START)
            .await
            .unwrap()
    };
    assert!(ask(1, 100).await.is_ok());
    assert_eq!(ask(2, 51).await, Err(Refused::Bytes));
    assert!(ask(2, 50).await.is_ok());
    assert_eq!(ask(3, 0).await, Err(Refused::Kept));
    // The same rule for a file that comes at once.
    let create = async |batch| batches.create(&batch, &quota, START).await.unwrap();
    assert_eq!(create(new(4)).await, Err(Refused::Kept));
}

async fn a_file_that_came_becomes_one_batch_and_counts_once(location: Location) {
    let batches = open(&location).await;
    let arrival = expect(&batches, 1).await;
    batches
        .add_piece(&arrival, 0, 100, &piece(1))
        .await
        .unwrap();
    let quota = Quota {
        kept: 1,
        bytes: 100,
        ..GENEROUS
    };
    let become_batch = async |n| {
        let batch = NewBatch {
            arrival: Some(arrival.clone()),
            bytes: 100,
            ..new(n)
        };
        batches.create(&batch, &quota, START).await.unwrap()
    };
    assert!(become_batch(2).await.is_ok());
    assert_eq!(batches.arrival(&link(1), START).await.unwrap(), None);
    assert_eq!(
        batches.uploads_in_use().await.unwrap(),
        [new(2).upload],
        "its pieces are needed no more"
    );
    batches.erase(&link(2).key()).await.unwrap();
    assert_eq!(become_batch(3).await, Err(Refused::Taken));
}

async fn a_file_that_never_came_whole_is_forgotten_in_time(location: Location) {
    let batches = open(&location).await;
    let key = expect(&batches, 1).await;
    assert!(batches.expired_arrivals(START).await.unwrap().is_empty());
    let later = START.plus(DAY);
    assert_eq!(batches.expired_arrivals(later).await.unwrap(), [key]);
    assert_eq!(batches.arrival(&link(1), later).await.unwrap(), None);
}
