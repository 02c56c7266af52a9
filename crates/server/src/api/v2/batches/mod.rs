//! `/api/v2/batches…`: a file of addresses given, followed, looked at, downloaded, shared, erased. Whoever holds its
//! link owns it; a shared link looks and downloads.

pub(crate) mod act;
pub(crate) mod atom;
pub(crate) mod body;
pub(crate) mod changes;
pub(crate) mod events;
pub(crate) mod open;
pub(crate) mod receive;
pub(crate) mod results;
pub(crate) mod rows;
pub(crate) mod uploads;
