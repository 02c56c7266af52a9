//! What do programs ask? The API of the national service (`v1`), ours (`v2`), and its description.

pub(crate) mod dcat;
pub(crate) mod downloads;
pub(crate) mod feeds;
pub(crate) mod geocodage;
mod geometry;
pub(crate) mod json;
pub(crate) mod openapi;
pub(crate) mod question;
pub(crate) mod tiles;
pub(crate) mod v1;
pub(crate) mod v2;

pub(crate) use geometry::rounded_box;
