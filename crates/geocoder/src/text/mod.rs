//! What are the words of this text? Accents, capitals, punctuation, abbreviations, ordinals and
//! figures are brought to one spelling, the same for the names of the index and for questions.

pub mod abbreviation;
pub mod fold;
pub mod key;
pub mod numeral;
pub mod phonetic;

pub use fold::Words;
pub use key::NameKey;
