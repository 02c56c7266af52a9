//! What do all answers have in common? Problems, parameters, limits, headers, the client's address.

pub(crate) mod client;
pub(crate) mod kept;
pub(crate) mod limiter;
pub(crate) mod params;
pub(crate) mod problem;
pub(crate) mod range;
pub(crate) mod security;
pub(crate) mod stream;
