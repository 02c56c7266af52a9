//! How do official files come here? Over HTTP, one after the other: taken up again where they were cut, checked whole
//! before they replace what was there, asked for again after the delay that the server names.
//!
//! Invariants, said as absences: no file that has its final name is ever written to, only renamed over; what was there
//! stays when anything fails; no connection leaves HTTPS by a redirect; nothing waits for ever.
//!
//! Reading order: [`Sources`] (which files, from where), [`Client`] (one file), `check` (is it whole?).

mod check;
mod client;
mod error;
mod sources;

pub use check::Content;
pub use client::{Client, Fetched, Patience, Wanted};
pub use error::FetchError;
pub use sources::{Official, Sources};
