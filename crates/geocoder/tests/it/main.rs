//! The geocoder from outside: corpus of hard cases, index files, answers, rows, hostile bytes.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::disallowed_methods)]

mod contract;
mod corpus;
mod hostile;
mod index;
mod responses;
mod rows;
mod territory;
