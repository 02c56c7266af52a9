//! Which data directory was meant, and is there anything in it?

use crate::arguments::Global;
use crate::failure::Failure;
use caloduc_server::{Config, ConfigError, Flags};
use caloduc_store::{Moment, OpenOptions, Store};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

impl Global {
    /// The whole configuration: the file, then the environment, then the options.
    pub fn configuration(&self) -> Result<Config, ConfigError> {
        let flags = Flags {
            data_dir: self.data_dir.clone(),
            listen: None,
        };
        Config::load(self.config.as_deref(), &flags)
    }

    /// The data directory: `--data-dir`, else the environment, else the configuration file, else `./caloduc-data`.
    pub fn data_directory(&self) -> Result<PathBuf, Failure> {
        let config = self
            .configuration()
            .map_err(|error| Failure::usage(error.to_string()))?;
        if config.data_dir.as_os_str().is_empty() {
            return Err(Failure::usage("le dossier de données n’a pas de nom"));
        }
        Ok(config.data_dir)
    }

    /// The store, its directory made when it is not there.
    pub fn store(&self) -> Result<Store, Failure> {
        Ok(open(&self.data_directory()?)?)
    }

    /// The store, unless nothing was ever kept there: looking must not make a directory.
    pub fn store_if_any(&self) -> Result<Option<Store>, Failure> {
        let dir = self.data_directory()?;
        if Store::is_made(&dir) {
            Ok(Some(open(&dir)?))
        } else {
            Ok(None)
        }
    }
}

fn open(dir: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(dir, OpenOptions::default())?)
}

/// The moment it is: the only place of the command line that reads the clock for what is kept.
pub fn now() -> Moment {
    Moment::from_system(SystemTime::now())
}
