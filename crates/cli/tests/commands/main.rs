//! Each command as a person types it, against the built binary: what it says, what it leaves, how it ends.

mod ask;
mod batch;
mod crashes;
mod doctor;
mod fetch;
mod import;
mod jobs;
mod real;
mod releases;
mod stage;
mod traps;
