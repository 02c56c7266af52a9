//! What do programs ask? The API of the national service (`v1`), ours (`v2`), and its description.

mod geometry;
mod json;
pub(crate) mod openapi;
mod question;
pub(crate) mod v1;
pub(crate) mod v2;
