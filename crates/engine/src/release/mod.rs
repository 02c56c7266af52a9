//! Which edition do these rows make, and what changed since the last one? Rows get their stable keys, communes their
//! codes, priority areas their links and networks the regulatory figures in force; two editions give a [`Diff`]; each
//! table goes to bytes and back through [`codec`].

mod assemble;
pub mod codec;
mod communes;
mod coverage;
mod diff;
mod findings;
mod identity;
mod links;
#[cfg(test)]
mod real;
mod regulatory;
mod row;
#[cfg(test)]
mod trial;

pub use assemble::{Assembled, assemble};
pub use communes::{DEPARTMENTS, Department, REGIONS, Region, departments_in, region_of};
pub use diff::{Change, Diff, Entry, Move, Tally, diff};
pub use regulatory::figures_history;
