//! Is this file whole? Its checksum when one is known, and what its format says of itself.

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What a file should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Compressed by gzip: read to its end, which has a checksum.
    Gzip,
    /// A ZIP archive: every member read, each of which has a checksum.
    Zip,
    /// JSON: begins and ends as an object or a list does.
    Json,
    /// Anything that is not empty.
    Any,
}

impl Content {
    /// What a file of this name should be.
    pub fn of_name(name: &str) -> Self {
        let ending = name.rsplit('.').next().unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "gz" => Self::Gzip,
            "zip" | "xlsx" | "ods" => Self::Zip,
            "json" | "geojson" => Self::Json,
            _ => Self::Any,
        }
    }
}

/// What is wrong with a file; `None` when nothing is.
pub(crate) fn problem(path: &Path, content: Content, sha256: Option<&str>) -> Option<String> {
    checked(path, content, sha256).unwrap_or_else(|error| Some(error.to_string()))
}

fn checked(path: &Path, content: Content, sha256: Option<&str>) -> io::Result<Option<String>> {
    if path.metadata()?.len() == 0 {
        return Ok(Some("il est vide".to_owned()));
    }
    if let Some(wanted) = sha256
        && !hash(path)?.eq_ignore_ascii_case(wanted)
    {
        return Ok(Some("son empreinte n’est pas celle annoncée".to_owned()));
    }
    let open = || File::open(path).map(BufReader::new);
    match content {
        Content::Gzip => {
            io::copy(&mut MultiGzDecoder::new(open()?), &mut io::sink())?;
        }
        Content::Zip => {
            let mut archive = zip::ZipArchive::new(open()?).map_err(io::Error::other)?;
            for at in 0..archive.len() {
                let mut member = archive.by_index(at).map_err(io::Error::other)?;
                io::copy(&mut member, &mut io::sink())?;
            }
        }
        Content::Json => {
            let mut text = Vec::new();
            open()?.read_to_end(&mut text)?;
            let text = text.trim_ascii();
            let closed = match text.first() {
                Some(b'{') => text.ends_with(b"}"),
                Some(b'[') => text.ends_with(b"]"),
                _ => false,
            };
            if !closed {
                return Ok(Some("ce n’est pas du JSON entier".to_owned()));
            }
        }
        Content::Any => {}
    }
    Ok(None)
}

fn hash(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
    }
    Ok(hash
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        }))
}
