//! What is kept and where? Everything of a deployment under one data directory: a catalogue of editions (SQLite), the
//! immutable artefacts they are made of, the address index. All the SQL and all the file layout are in this room.
//!
//! Invariants, said as absences:
//! - no file that has its final name is ever written to or truncated: only renamed over, or unlinked;
//! - no row refers to an artefact that is not on the disk, synced;
//! - no number is given twice, no release is edited or removed;
//! - no line that is not to be published is in a snapshot or in a file of an edition;
//! - no clock is read: moments come in as arguments;
//! - nothing but one inserted row changes which edition is current, so a crash leaves the old one or the new one.
//!
//! [`Store`] blocks; asynchronous callers go through `spawn_blocking`. The catalogue underneath is asynchronous.
//! Reading order: `layout` (names and locks), `disk` (durable writes), `objects`, `catalogue` (SQL), then what people
//! ask: `editions`, `import`, `areas`, `current`, `publication`, `addresses`, `backup`, `verify`; and `demonstration`, shown while nothing is kept.
//! [`batches`] is apart: people's files, in a database of their own.

mod addresses;
mod areas;
mod backup;
pub mod batches;
mod catalogue;
mod current;
pub mod demonstration;
mod disk;
mod editions;
mod error;
mod import;
mod inputs;
mod layout;
pub mod mapped;
mod moment;
mod objects;
mod publication;
mod runtime;
mod store;
mod translated;
mod verify;

pub use addresses::PendingAddressIndex;
pub use areas::{AreaProgress, Line, PublishedArea};
pub use backup::{BackupSummary, BulkProgress};
pub use catalogue::{EditionState, Publication, Release};
pub use current::{Change, CurrentRelease, CurrentWatch};
pub use demonstration::Demonstration;
pub use disk::{WriteGate, check_room, free_bytes};
pub use editions::Published;
pub use error::{StoreError, size};
pub use import::{ImportOptions, ImportOutcome, ImportStep, KeyChanges};
pub use layout::WhenBusy;
pub use mapped::HeldBytes;
pub use moment::{Moment, UnixMs};
pub use publication::{EditionFile, EditionFiles};
pub use store::{OpenOptions, Store};
pub use verify::Verification;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod tests;
