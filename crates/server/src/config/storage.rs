//! Where do people's files wait?

use super::Secret;
use caloduc_store::batches::BucketAddress;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The storage of people's files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// `s3://bucket/prefix`, or a folder; empty: `uploads` in the data directory.
    pub place: String,
    /// Address of the service of the bucket (`https://s3.exemple.fr`); empty: Amazon's own.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// Key of the bucket; empty: `AWS_ACCESS_KEY_ID`, or the machine's role.
    pub access_key: Secret,
    /// Its secret; empty: `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: Secret,
}

/// A place for files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoragePlace {
    /// `uploads` in the data directory.
    DataDirectory,
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(BucketAddress),
}

impl Storage {
    /// What the settings say; what is wrong with them.
    pub fn place(&self) -> Result<StoragePlace, String> {
        if self.place.is_empty() {
            return Ok(StoragePlace::DataDirectory);
        }
        if !self.place.contains("://") {
            return Ok(StoragePlace::Folder(PathBuf::from(&self.place)));
        }
        let address = BucketAddress::parse(&self.place)
            .ok_or_else(|| "storage.place est un dossier, ou s3://bac/préfixe".to_owned())?;
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if !self.endpoint.is_empty() && !is_web(&self.endpoint) {
            return Err("storage.endpoint commence par https:// ou http://".to_owned());
        }
        let keys = match (self.access_key.expose(), self.secret_key.expose()) {
            (Some(key), Some(secret)) => Some((key.to_owned(), secret.to_owned())),
            (None, None) => None,
            _ => {
                return Err("storage.access_key et storage.secret_key vont ensemble".to_owned());
            }
        };
        Ok(StoragePlace::Bucket(BucketAddress {
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            keys,
            ..address
        }))
    }
}
