//! People's files in a bucket of storage that speaks like S3: several machines share it, none keeps a copy.
//!
//! A file is received on the local disk, then sent in parts; it is read back through a local file that has no name, gone
//! when closed. A part that fails is tried again for a while, then the whole is given up and said.

use super::folder::FolderUploads;
use super::{ORPHAN_AFTER, Receiving, UploadName, Uploads};
use crate::disk::Disk;
use crate::error::StoreError;
use crate::runtime::Bridge;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::list::PaginatedListStore;
use object_store::{BackoffConfig, ClientOptions, MultipartUpload, ObjectStoreExt};
use object_store::{PutPayload, RetryConfig, path::Path as Key};
use std::collections::HashSet;
use std::fs::File;
use std::future::Future;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Bytes of a part: the most of a file that is held in memory.
const PART_BYTES: u64 = 8 << 20;
/// How often a part is tried again, and for how long.
const RETRIES: usize = 4;
const RETRIED_FOR: Duration = Duration::from_secs(30);
/// How long a part may take.
const PART_TIMEOUT: Duration = Duration::from_mins(2);

/// Where a bucket is and what opens it. The keys are never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BucketAddress {
    /// Its name.
    pub bucket: String,
    /// What its names begin with, without slashes at the ends; empty for none.
    pub prefix: String,
    /// Address of the service (`https://s3.exemple.fr`); Amazon's own when empty.
    pub endpoint: String,
    /// Region; the service's default when empty.
    pub region: String,
    /// Key and secret; those of the environment (`AWS_ACCESS_KEY_ID`…) or of the machine's role when absent.
    pub keys: Option<(String, String)>,
}

impl BucketAddress {
    /// Reads `s3://bucket/prefix`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let fits = !bucket.is_empty() && bucket.chars().all(plain);
        fits.then(|| Self {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            ..Self::default()
        })
    }
}

impl std::fmt::Debug for BucketAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

/// Files in a bucket.
#[derive(Debug)]
pub struct BucketUploads {
    store: Arc<AmazonS3>,
    prefix: String,
    /// Files on their way.
    scratch: FolderUploads,
    bridge: Bridge,
}

impl BucketUploads {
    /// The bucket; nothing is asked of it yet. `scratch` is a local folder for files on their way.
    pub fn open(address: &BucketAddress, scratch: &Path) -> Result<Self, StoreError> {
        // The first to say so wins, and whoever did says the same.
        let _said = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&address.bucket)
            .with_disable_bulk_delete(true)
            .with_client_options(
                ClientOptions::new()
                    .with_timeout(PART_TIMEOUT)
                    .with_connect_timeout(Duration::from_secs(5))
                    .with_allow_http(address.endpoint.starts_with("http://")),
            )
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(100),
                    max_backoff: Duration::from_secs(5),
                    base: 2.0,
                },
                max_retries: RETRIES,
                retry_timeout: RETRIED_FOR,
            });
        if !address.endpoint.is_empty() {
            builder = builder.with_endpoint(&address.endpoint);
        }
        if !address.region.is_empty() {
            builder = builder.with_region(&address.region);
        }
        if let Some((key, secret)) = &address.keys {
            builder = builder
                .with_access_key_id(key)
                .with_secret_access_key(secret);
        }
        let refused = |error| failed("Le dépôt de fichiers est mal désigné", &error);
        let bridge = Bridge::start()
            .map_err(|e| StoreError::io("Impossible de démarrer un fil pour", scratch, e))?;
        Ok(Self {
            store: Arc::new(builder.build().map_err(refused)?),
            prefix: address.prefix.clone(),
            scratch: FolderUploads::open(scratch)?,
            bridge,
        })
    }

    /// Whether the bucket answers, and lets names be read.
    pub fn check(&self) -> Result<(), StoreError> {
        self.ask(
            "Le dépôt de fichiers ne répond pas",
            |store, prefix| async move { store.list_paginated(Some(&prefix), page(None)).await },
        )?;
        Ok(())
    }

    fn key(&self, name: &UploadName) -> Key {
        Key::from(format!("{}/{}", self.prefix, name.as_str()).trim_start_matches('/'))
    }

    /// Asks the bucket and waits.
    fn ask<T, F>(
        &self,
        what: &'static str,
        question: impl FnOnce(Arc<AmazonS3>, String) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let prefix = match self.prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let answer = self.bridge.run(question(Arc::clone(&self.store), prefix));
        answer.map_err(|error| failed(what, &error))
    }

    /// Sends a file longer than a part; what was sent is taken back when a part fails.
    fn send_in_parts(&self, file: &mut File, bytes: u64, key: Key) -> Result<(), StoreError> {
        const WHAT: &str = "Le fichier n’a pas pu être envoyé au dépôt";
        let mut sending: Box<dyn MultipartUpload> =
            self.ask(
                WHAT,
                |store, _| async move { store.put_multipart(&key).await },
            )?;
        let mut sent = 0;
        while sent < bytes {
            let part = read_part(file, bytes - sent)?;
            sent += part.len() as u64;
            let (back, put) = self.bridge.run(async move {
                let put = sending.put_part(PutPayload::from(part)).await;
                (sending, put)
            });
            sending = back;
            if let Err(error) = put {
                // Parts that cannot be taken back now are for the bucket's own rule on unfinished uploads.
                let _taken_back = self.bridge.run(async move { sending.abort().await });
                return Err(failed(WHAT, &error));
            }
        }
        let ended = self.bridge.run(async move { sending.complete().await });
        ended.map(drop).map_err(|error| failed(WHAT, &error))
    }
}

impl Uploads for BucketUploads {
    fn kind(&self) -> &'static str {
        "bucket"
    }

    fn receive(&self) -> Result<Receiving, StoreError> {
        self.scratch.receive()
    }

    fn keep(&self, mut received: Receiving, name: &UploadName) -> Result<(), StoreError> {
        let mut file = received.reopen()?;
        let bytes = received.bytes();
        received.flush()?;
        if bytes > PART_BYTES {
            return self.send_in_parts(&mut file, bytes, self.key(name));
        }
        let (whole, key) = (read_part(&mut file, bytes)?, self.key(name));
        self.ask(
            "Le fichier n’a pas pu être envoyé au dépôt",
            |store, _| async move { store.put(&key, PutPayload::from(whole)).await },
        )?;
        Ok(())
    }

    fn open(&self, name: &UploadName) -> Result<File, StoreError> {
        const WHAT: &str = "Le fichier n’a pas pu être lu dans le dépôt";
        let key = self.key(name);
        let kept = self.ask(WHAT, |store, _| async move { store.head(&key).await })?;
        let mut file = self.scratch.unnamed()?;
        let disk = Disk::clone(self.scratch.disk());
        let failed_here = |e| StoreError::io("Impossible d’écrire dans", self.scratch.folder(), e);
        let mut at = 0;
        while at < kept.size {
            let (key, range) = (self.key(name), at..(at + PART_BYTES).min(kept.size));
            let part = self.ask(WHAT, |store, _| async move {
                store.get_range(&key, range).await
            })?;
            disk.admit(part.len() as u64).map_err(failed_here)?;
            file.write_all(&part).map_err(failed_here)?;
            at += part.len() as u64;
            if part.is_empty() {
                return Err(StoreError::Bucket {
                    what: WHAT,
                    problem: "il y est plus court qu’annoncé".to_owned(),
                });
            }
        }
        file.seek(SeekFrom::Start(0)).map_err(failed_here)?;
        Ok(file)
    }

    fn erase(&self, name: &UploadName) -> Result<(), StoreError> {
        let key = self.key(name);
        self.ask(
            "Le fichier n’a pas pu être effacé du dépôt",
            |store, _| async move {
                match store.delete(&key).await {
                    Err(object_store::Error::NotFound { .. }) => Ok(()),
                    erased => erased,
                }
            },
        )
    }

    fn sweep(&self, in_use: &HashSet<String>, now: SystemTime) -> Result<usize, StoreError> {
        // What a process that was killed left on its own disk.
        self.scratch.sweep(&HashSet::new(), now)?;
        let mut erased = 0;
        let mut next = None;
        loop {
            let from = next.take();
            let found = self.ask("Le dépôt de fichiers n’a pas pu être lu", |store, prefix| async move {
                store.list_paginated(Some(&prefix), page(from)).await
            })?;
            for object in found.result.objects {
                let name = object.location.filename().and_then(UploadName::parse);
                let written = SystemTime::from(object.last_modified);
                let is_old = now
                    .duration_since(written)
                    .is_ok_and(|age| age > ORPHAN_AFTER);
                // What is not named like ours is not ours.
                if let Some(name) = name.filter(|name| is_old && !in_use.contains(name.as_str())) {
                    self.erase(&name)?;
                    erased += 1;
                }
            }
            next = found.page_token;
            if next.is_none() {
                return Ok(erased);
            }
        }
    }
}

fn page(from: Option<String>) -> object_store::list::PaginatedListOptions {
    object_store::list::PaginatedListOptions {
        page_token: from,
        ..Default::default()
    }
}

fn read_part(file: &mut File, left: u64) -> Result<Vec<u8>, StoreError> {
    let mut part = Vec::with_capacity(left.min(PART_BYTES) as usize);
    file.take(PART_BYTES)
        .read_to_end(&mut part)
        .map_err(|e| StoreError::io("Impossible de relire", Path::new("le fichier reçu"), e))?;
    Ok(part)
}

/// What the bucket said: it may hold the name of the bucket, never a key.
fn failed(what: &'static str, error: &object_store::Error) -> StoreError {
    match error {
        object_store::Error::NotFound { .. } => StoreError::UploadGone,
        other => StoreError::Bucket {
            what,
            problem: other.to_string(),
        },
    }
}
