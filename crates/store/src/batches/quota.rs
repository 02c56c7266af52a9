//! May this client keep one more file, begin one more test? One rule, whatever way the file comes.

/// How much one client may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Batches at work at the same time.
    pub working: u32,
    /// Batches kept, files on their way included.
    pub kept: u32,
    /// Bytes of files kept, or announced.
    pub bytes: u64,
}

/// Why a batch or a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Too many at work.
    Working,
    /// Too many kept.
    Kept,
    /// Too many bytes kept.
    Bytes,
    /// The file on its way has become a batch already, or is gone.
    Taken,
}

/// What the client `$1` keeps: batches, and files on their way but for `$2`, which becomes the batch asked about.
pub(super) const HOLDINGS: &str = "SELECT COUNT(*) AS kept, CAST(COALESCE(SUM(at_work), 0) AS BIGINT) AS working,
        CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes
     FROM (SELECT bytes, CASE WHEN working THEN 1 ELSE 0 END AS at_work FROM batches WHERE client = $1
           UNION ALL SELECT bytes, 0 AS at_work FROM arrivals WHERE client = $1 AND link <> $2) theirs";

/// What [`HOLDINGS`] counts.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Holdings {
    kept: i64,
    working: i64,
    bytes: i64,
}

impl Holdings {
    /// Why no test begins.
    pub(super) fn refuses_work(&self, quota: &Quota) -> Option<Refused> {
        (self.working >= i64::from(quota.working)).then_some(Refused::Working)
    }

    /// Why a file of that many bytes is not kept beside them.
    pub(super) fn refuses_file(&self, quota: &Quota, bytes: u64) -> Option<Refused> {
        if self.kept >= i64::from(quota.kept) {
            Some(Refused::Kept)
        } else if (self.bytes as u64).saturating_add(bytes) > quota.bytes {
            Some(Refused::Bytes)
        } else {
            None
        }
    }
}
