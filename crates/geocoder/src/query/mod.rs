//! What does a question ask? Its words are read as house number, street, postcode and commune;
//! where they can be read in several ways, each is a reading, the likeliest first.

pub mod area;
pub mod parse;

pub(crate) use parse::read;
pub use parse::{Asked, Reading};
