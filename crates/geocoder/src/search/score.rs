//! How alike are the text and the label, on addok's scale? People's thresholds (0.4 to 0.8) are set on it.

use smallvec::SmallVec;

use crate::text::Words;

type Pairs = SmallVec<[u16; 96]>;

/// The pairs of neighbouring letters of a text, spaces included, sorted.
#[derive(Clone, Debug, Default)]
pub struct Bigrams(Pairs);

impl Bigrams {
    /// Folds a text and takes its pairs.
    pub fn of(text: &str) -> Self {
        let words = Words::new(text);
        let mut letters: SmallVec<[u8; 96]> = SmallVec::new();
        for word in words.iter() {
            if !letters.is_empty() {
                letters.push(b' ');
            }
            letters.extend_from_slice(word.as_bytes());
        }
        let mut pairs: Pairs = letters
            .windows(2)
            .map(|w| u16::from_be_bytes([w[0], w[1]]))
            .collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Shared pairs over all pairs, counted with their repetitions: 0 to 1.
    pub fn similarity(&self, other: &Self) -> f64 {
        let (mut i, mut j, mut shared) = (0, 0, 0_usize);
        while i < self.0.len() && j < other.0.len() {
            match self.0[i].cmp(&other.0[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    i += 1;
                    j += 1;
                }
            }
        }
        let all = self.0.len() + other.0.len() - shared;
        if all == 0 {
            0.0
        } else {
            shared as f64 / all as f64
        }
    }
}

/// addok's score: similarity, 0.1 × importance and, with a bias, 0.1 × exp(−(km/50)²), over their ceilings.
pub fn score(similarity: f64, importance: f64, distance_m: Option<f64>) -> f64 {
    let near = distance_m.map(|d| 0.1 * (-(d / 50_000.0).powi(2)).exp());
    let ceiling = 1.1 + if near.is_some() { 0.1 } else { 0.0 };
    ((similarity + 0.1 * importance + near.unwrap_or(0.0)) / ceiling).clamp(0.0, 1.0)
}

/// Our confidence that the first answer is the one meant, 0 to 1: from its cost beside its length,
/// and from how much worse the next one is. Calibrated on the recall bench (`docs/benchmarks.md`).
pub fn confidence(cost: f32, margin: f32, name_len: usize) -> f64 {
    let cost = f64::from(cost.max(0.0));
    let length = (name_len.max(3) as f64 / 10.0).powf(0.5).min(1.3);
    let doubt = cost / length;
    let base = 1.0 / (1.0 + (1.35 * (doubt - 3.1)).exp());
    let certainty = 1.0 - 0.5 * (-f64::from(margin.max(0.0)) / 0.35).exp();
    (base * certainty).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_scores_one_and_another_none() {
        let a = Bigrams::of("12 Rue des Haies 75020 Paris");
        assert_eq!(
            a.similarity(&Bigrams::of("12 rue des haies 75020 PARIS")),
            1.0
        );
        assert_eq!(a.similarity(&Bigrams::of("zzz")), 0.0);
        assert_eq!(score(1.0, 1.0, None), 1.0);
    }
}
