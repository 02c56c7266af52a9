//! Answers worth keeping: the last ones, within a number of bytes. What is asked again is not made again.

use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// The last answers, oldest out first.
#[derive(Debug)]
pub(crate) struct Kept<K> {
    most_bytes: usize,
    inside: Mutex<Inside<K>>,
}

#[derive(Debug)]
struct Inside<K> {
    answers: HashMap<K, Bytes>,
    order: VecDeque<K>,
    bytes: usize,
}

/// What an answer takes besides its bytes, about.
const OVERHEAD: usize = 200;

impl<K: Hash + Eq + Clone> Kept<K> {
    pub(crate) fn within(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            inside: Mutex::new(Inside {
                answers: HashMap::new(),
                order: VecDeque::new(),
                bytes: 0,
            }),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<Bytes> {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.answers.get(key).cloned()
    }

    pub(crate) fn keep(&self, key: K, answer: Bytes) {
        let size = answer.len() + OVERHEAD;
        if size > self.most_bytes {
            return;
        }
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.answers.contains_key(&key) {
            return;
        }
        inside.bytes += size;
        inside.order.push_back(key.clone());
        inside.answers.insert(key, answer);
        while inside.bytes > self.most_bytes {
            let Some(oldest) = inside.order.pop_front() else {
                break;
            };
            if let Some(gone) = inside.answers.remove(&oldest) {
                inside.bytes -= gone.len() + OVERHEAD;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_answers_make_room_for_new_ones() {
        let kept = Kept::within(3 * (OVERHEAD + 10));
        for key in 0..5 {
            kept.keep(key, Bytes::from(vec![key; 10]));
        }
        let found: Vec<u8> = (0..5).filter(|key| kept.get(key).is_some()).collect();
        assert_eq!(found, [2, 3, 4]);
        kept.keep(9, Bytes::from(vec![0; 100_000]));
        assert!(kept.get(&9).is_none());
    }
}
