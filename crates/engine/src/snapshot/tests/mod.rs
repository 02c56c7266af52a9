//! The file: what opens, what is refused, what survives any byte.
#![allow(clippy::disallowed_methods)]

pub(crate) mod bytes;
