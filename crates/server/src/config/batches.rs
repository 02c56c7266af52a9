//! How long are people's files kept, and how many?

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Files of addresses people give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchSettings {
    /// Days a batch is kept.
    pub days: u32,
    /// Days a link given to others opens it.
    pub share_days: u32,
    /// Longest file, bytes.
    pub file_bytes: u64,
    /// Hours a file given in pieces may take to come whole.
    pub upload_hours: u32,
    /// Batches of one client at work at the same time.
    pub working: u32,
    /// Batches kept for one client.
    pub kept: u32,
    /// Bytes of files kept for one client.
    pub kept_bytes: u64,
    /// Tasks done at the same time by this process; 0 for as many as the machine has cores.
    pub workers: usize,
    /// Seconds after which the task of a worker that gives no sign is given to another.
    pub lease_seconds: u32,
}

impl Default for BatchSettings {
    fn default() -> Self {
        Self {
            days: 30,
            share_days: 7,
            file_bytes: 2 << 30,
            upload_hours: 24,
            working: 4,
            kept: 200,
            kept_bytes: 8 << 30,
            workers: 0,
            lease_seconds: 20,
        }
    }
}

const DAY: Duration = Duration::from_hours(24);

impl BatchSettings {
    /// How long a batch is kept.
    pub fn kept_for(&self) -> Duration {
        DAY * self.days
    }

    /// How long a file given in pieces may take.
    pub fn awaited_for(&self) -> Duration {
        Duration::from_hours(1) * self.upload_hours
    }

    /// How long a link given to others opens it.
    pub fn shared_for(&self) -> Duration {
        DAY * self.share_days
    }

    /// How long a worker may give no sign.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(u64::from(self.lease_seconds.max(1)))
    }

    /// Tasks done at the same time.
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            count => count,
        }
    }
}
