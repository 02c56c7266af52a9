//! What is kept of people's files of addresses, for how long, and what remains to be done on them?
//!
//! A database of its own, apart from the catalogue: SQLite in the data directory, or PostgreSQL when several machines
//! share the work. Queries are written once, in the SQL both take; what differs is in [`database`]. What chunks, answers
//! and options hold is opaque here: bytes and texts of whoever tests.
//!
//! Invariants, said as absences:
//! - no link is kept, only its hash: who reads the database cannot open a batch with it;
//! - no answer is written by a worker whose lease another took over; a chunk done twice is written once;
//! - nothing outlives its batch: erasing it erases its file, questions, answers, links and history at once;
//! - no clock is read and no chance drawn: both come in as arguments.
//!
//! Reading order: `links`, `database`, `arrivals` (files on their way), `keep` (what people do), `queue` (what workers
//! do), `content` (what is read), `follow` (what moved), `uploads` (the files themselves).

mod arrivals;
mod content;
mod database;
mod follow;
mod keep;
mod links;
mod queue;
mod quota;
mod uploads;

pub use arrivals::{Added, Arrival, NewArrival};
pub use content::{Answers, RunInfo};
pub use database::{Batches, Location};
pub use follow::{ChangeOrder, ChangeQuery, ChangeRecord, Correction, RowChange};
pub use keep::{Access, Batch, BatchState, NewBatch, Progress, Share, Start};
pub use links::{BatchKey, Link};
pub use queue::{Claim, Completion, Done, NewChunk, Pin, Purpose, Step, Worker};
pub use quota::{Quota, Refused};
pub use uploads::{BucketAddress, BucketUploads, FolderUploads, Receiving, UploadName, Uploads};
