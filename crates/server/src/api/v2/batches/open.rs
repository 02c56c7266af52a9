//! Which batch does this link open, and what may be done with it?

use crate::http::problem::{Code, Problem, sentence};
use crate::jobs::{self, JobError, Jobs, remedy};
use crate::state::AppState;
use caloduc_engine::batch::BatchError;
use caloduc_store::StoreError;
use caloduc_store::batches::{Access, Batch, Link};
use std::sync::Arc;

/// A batch that a link opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) batch: Batch,
    pub(crate) access: Access,
    /// The link, as given.
    pub(crate) link: Link,
}

/// Opens what a link leads to.
pub(crate) async fn open(state: &AppState, id: &str) -> Result<Opened, Problem> {
    let jobs = state.jobs_or_problem()?;
    let unknown = || Problem::new(Code::BatchNotFound).at("id");
    let link = Link::parse(id).ok_or_else(unknown)?;
    let found = jobs.batches.find(&link, jobs::now()).await;
    let (batch, access) = found.map_err(JobError::from)?.ok_or_else(unknown)?;
    Ok(Opened {
        jobs,
        batch,
        access,
        link,
    })
}

impl Opened {
    /// Goes on for its owner only.
    pub(crate) fn owned(self) -> Result<Self, Problem> {
        match self.access {
            Access::Owner => Ok(self),
            Access::Reader => Err(Problem::new(Code::ReadOnlyLink)),
        }
    }

    /// Goes on when it was tested whole at least once.
    pub(crate) fn tested(self) -> Result<Self, Problem> {
        if self.batch.shown_run.is_some() {
            Ok(self)
        } else {
            Err(Problem::new(Code::BatchNotReady)
                .detail("Ce test n’a pas encore de résultat entier.")
                .remedy("Attendez que son état soit « done »."))
        }
    }

    /// The same batch as it is now.
    pub(crate) async fn again(mut self) -> Result<Self, Problem> {
        let batch = self.jobs.batches.batch(&self.batch.key).await;
        let batch = batch.map_err(JobError::from)?;
        self.batch = batch.ok_or_else(|| Problem::new(Code::BatchNotFound))?;
        Ok(self)
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Batch(BatchError::NoAddressIndex) => Self::new(Code::NoAddresses),
            JobError::Batch(error @ (BatchError::Read(_) | BatchError::Write(_))) => {
                Self::internal(&error)
            }
            JobError::Batch(error) => {
                let problem = Self::new(Code::UnreadableFile).detail(sentence(&error.to_string()));
                match (remedy::for_programs(&error), remedy::for_pages(&error)) {
                    (Some(programs), Some(pages)) => problem.remedy(programs).on_page(pages),
                    _ => problem,
                }
            }
            JobError::TooManyForAMap(_) => {
                Self::new(Code::BatchNotReady).detail(sentence(&error.to_string()))
            }
            JobError::Store(error @ StoreError::UploadGone) => {
                Self::new(Code::BatchNotReady).detail(error.to_string())
            }
            JobError::Store(error @ StoreError::Bucket { .. }) => {
                tracing::error!(%error, "the storage of files did not answer");
                Self::new(Code::NoBatches)
                    .detail("L’endroit où les fichiers sont gardés ne répond pas.")
                    .retry_after_s(5)
            }
            JobError::Store(error) if error.is_out_of_room() => Self::new(Code::NoRoom),
            JobError::GroundGone => {
                Self::new(Code::BatchNotReady).detail(sentence(&JobError::GroundGone.to_string()))
            }
            other => Self::internal(&other),
        }
    }
}
