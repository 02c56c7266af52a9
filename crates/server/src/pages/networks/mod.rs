//! Which networks are there, and what is known of each? The list with its filters, its files, and the sheets.

mod chart;
mod export;
mod filter;
mod list;
mod order;
mod sheet;
mod timeline;

pub use export::{csv, xlsx};
pub use filter::Filter;
pub use list::{FilterForm, get as list};
pub use sheet::get as sheet;
