//! Place to answer: which heat or cold network passes near this point, and what follows from it.
//!
//! The engine receives bytes and values and gives back bytes and values. It never opens a file, never reads the clock,
//! the environment or the network, and never prints: time, randomness and storage come in as arguments.
//!
//! Reading order: [`network`] (the words), [`crs`] (where things are), [`ingest`] (files to rows), [`report`] (what was
//! wrong with them), [`release`] (rows to a numbered edition), [`snapshot`] (an edition as one flat file),
//! [`eligibility`] (a point against a snapshot), [`table`] and [`batch`] (a file of rows, each with its verdict).

pub mod area;
pub mod batch;
pub mod crs;
pub mod eligibility;
pub mod ingest;
pub mod network;
pub mod place;
mod proximity;
pub mod release;
pub mod report;
pub mod snapshot;
pub mod table;
pub mod tiles;
pub mod transition;
