//! What bounds a client and a request. All per process.

use super::Network;
use serde::{Deserialize, Serialize};

/// Limits, per process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests a client may make in a second, in the long run, to the API and the tiles; 0 for no limit.
    pub requests_per_second: u32,
    /// Requests a client may make at once before that counts.
    pub burst: u32,
    /// Clients that are not limited: by default the machine itself.
    pub exempt: Vec<Network>,
    /// Longest body of a request, bytes; files of rows are streamed and not concerned.
    pub body_bytes: usize,
    /// Longest file of rows, bytes; 0 for no limit.
    pub file_bytes: u64,
    /// Most questions of one `POST /api/v2/eligibility`.
    pub questions: usize,
    /// Files and lists of questions answered at the same time, all clients together.
    pub bulk_requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: 100,
            burst: 400,
            exempt: vec![Network::LOOPBACK_V4, Network::LOOPBACK_V6],
            body_bytes: 8 * 1024 * 1024,
            file_bytes: 0,
            questions: 10_000,
            bulk_requests: 16,
        }
    }
}
