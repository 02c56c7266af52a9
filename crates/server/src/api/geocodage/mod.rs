//! The national geocoder's routes, answered as it does: its clients work by changing the host.

pub(crate) mod csv;
pub(crate) mod refusal;
pub(crate) mod reverse;
pub(crate) mod search;
