//! How is the index file made, and how is it read? One versioned, checksummed file: a header, blocks
//! (one segment per department, then what is common to all), a directory and a trailer.

pub mod builder;
pub mod bytes;
pub mod department;
pub mod format;
pub mod global;
pub mod segment;
pub mod tree;
pub mod words;

pub use builder::{BuildError, BuildReport, IndexBuilder, Scratch};
pub use format::OpenError;
