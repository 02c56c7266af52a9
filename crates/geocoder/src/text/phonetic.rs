//! How does a French name sound? A light key: spellings heard alike give the same letters.
//! It works on joined words, so that glued and split spellings sound the same.

use super::key::Letters;

/// The sound of lower-case letters and digits.
///
/// Capitals stand for sounds: `C` (ch), `A` (an, en), `I` (in, ain, un), `O` (on), `U` (ou), `J` (j, soft g).
#[expect(
    clippy::match_same_arms,
    reason = "one line for each spelling, grouped by what is written"
)]
pub fn sound(word: &[u8]) -> Letters {
    let mut out = Letters::default();
    let at = |i: usize| word.get(i).copied().unwrap_or(0);
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let mut i = 0;
    while i < word.len() {
        let (a, b, c) = (at(i), at(i + 1), at(i + 2));
        let (letter, used) = match (a, b, c) {
            (b'e', b'a', b'u') => (b'o', 3),
            (b'a', b'u', _) => (b'o', 2),
            (b's', b'c', b'h') => (b'C', 3),
            (b'c' | b's', b'h', _) => (b'C', 2),
            (b'p', b'h', _) => (b'f', 2),
            (b't', b'h', _) => (b't', 2),
            (b'r', b'h', _) => (b'r', 2),
            (b'o', b'u', _) => (b'U', 2),
            (b'o', b'e', b'u') => (b'e', 3),
            (b'o', b'i' | b'y', _) => (b'W', 2),
            (b'a' | b'e', b'i' | b'y', b'n' | b'm') if !vowel(at(i + 3)) && at(i + 3) != c => {
                (b'I', 3)
            }
            (b'a' | b'e', b'i' | b'y', _) => (b'e', 2),
            (b'e', b'u', _) => (b'e', 2),
            (b'i', b'e', b'n') if !vowel(at(i + 3)) && at(i + 3) != b'n' => {
                out.push(b'i');
                (b'I', 3)
            }
            (b'a' | b'e', b'n' | b'm', n) if !vowel(n) && n != b && n != b'h' => (b'A', 2),
            (b'i' | b'y' | b'u', b'n' | b'm', n) if !vowel(n) && n != b && n != b'h' => (b'I', 2),
            (b'o', b'n' | b'm', n) if !vowel(n) && n != b && n != b'h' => (b'O', 2),
            (b'q', b'u', _) => (b'k', 2),
            (b'q' | b'k', _, _) => (b'k', 1),
            (b'c', b'c', b'e' | b'i' | b'y') => {
                out.push(b'k');
                (b's', 2)
            }
            (b'c', b'e' | b'i' | b'y', _) => (b's', 1),
            (b'c', b'k', _) => (b'k', 2),
            (b'c', _, _) => (b'k', 1),
            (b'g', b'e', b'a' | b'o') => (b'J', 2),
            (b'g', b'e' | b'i' | b'y', _) => (b'J', 1),
            (b'g', b'u', b'e' | b'i') => (b'g', 2),
            (b'g', b'n', _) => (b'n', 2),
            (b'j', _, _) => (b'J', 1),
            (b'w', _, _) => (b'v', 1),
            (b'y', _, _) => (b'i', 1),
            (b'z', _, _) => (b's', 1),
            (b'i', b'l', b'l') => (b'i', 3),
            (b'h', _, _) => (0, 1),
            (other, _, _) => (other, 1),
        };
        if letter != 0 && out.as_slice().last() != Some(&letter) {
            out.push(letter);
        }
        i += used;
    }
    while out.as_slice().len() > 2
        && matches!(
            out.as_slice().last(),
            Some(b's' | b't' | b'x' | b'd' | b'p' | b'e')
        )
    {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        sound(a.as_bytes()).as_slice() == sound(b.as_bytes()).as_slice()
    }

    #[test]
    fn spellings_heard_alike_meet() {
        assert!(same("dupuytren", "dupuitrain") || same("philippe", "filipe"));
        assert!(same("quinault", "kinault"));
        assert!(same("beaurepaire", "borepaire"));
        assert!(same("lafayette", "lafaiete"));
        assert!(same("jaures", "jores"));
        assert!(!same("haies", "lilas"));
    }
}
