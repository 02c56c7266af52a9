//! Any file of rows in, any format of results out: which reader does this file need, and which writer that name?

mod open;
mod result;

pub use open::{Input, open, preview};
pub use result::{ResultFormat, Written, writer};
