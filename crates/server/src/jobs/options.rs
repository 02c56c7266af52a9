//! What was understood, or said, of a file: kept with its batch.

use super::JobError;
use caloduc_engine::batch::{AskedColumns, BatchError, Layout, Mapping, Preview, Reading};
use caloduc_engine::eligibility::Service;
use caloduc_formats::batch as formats;
use caloduc_store::batches::Batch;
use serde::{Deserialize, Serialize};
use std::fs::File;

/// How a file is read and which of its columns make the question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Options {
    /// What the person said of how it is written.
    pub(crate) reading: Reading,
    /// How it is written.
    pub(crate) layout: Layout,
    /// Which columns make the question; `None` while nobody knows.
    pub(crate) mapping: Option<Mapping>,
    /// Whether cold is asked about.
    pub(crate) is_cold: bool,
}

impl Options {
    /// What the person says, and for the rest what the file looks like. Blocks.
    pub(crate) fn understand(
        file: &mut File,
        reading: Reading,
        asked: &AskedColumns,
        service: Service,
    ) -> Result<(Self, Preview), BatchError> {
        let preview = formats::preview(file, &reading)?;
        let named = !asked.address.is_empty() || asked.coordinates.is_some();
        let mapping = match Mapping::of(asked, &preview) {
            Ok(mapping) => Some(mapping),
            Err(error) if named => return Err(error),
            Err(_nothing_recognised) => None,
        };
        let options = Self {
            reading,
            layout: preview.layout.clone(),
            mapping,
            is_cold: service == Service::Cold,
        };
        Ok((options, preview))
    }

    /// As kept.
    pub(crate) fn text(&self) -> Result<String, JobError> {
        Ok(serde_json::to_string(self)?)
    }

    /// Those of a batch.
    pub(crate) fn of(batch: &Batch) -> Result<Self, JobError> {
        Ok(serde_json::from_str(&batch.options)?)
    }

    /// Heat or cold.
    pub(crate) fn service(&self) -> Service {
        if self.is_cold {
            Service::Cold
        } else {
            Service::Heat
        }
    }

    /// Titles of the columns that make the question.
    pub(crate) fn asked_titles(&self) -> Vec<String> {
        let title = |at: usize| self.layout.columns.get(at).cloned().unwrap_or_default();
        match &self.mapping {
            Some(Mapping::Address { columns }) => {
                columns.iter().map(|column| title(column.index)).collect()
            }
            Some(Mapping::Coordinates(columns)) => vec![title(columns.lon), title(columns.lat)],
            Some(Mapping::Points) | None => Vec::new(),
        }
    }
}
