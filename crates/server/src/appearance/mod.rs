//! How does whoever deploys the service dress it? A folder with up to three files: custom properties of the style sheet
//! (`tokens.css`), a mark (`mark.svg`) and texts (`texts.toml`). What is not there stays as it is.

mod texts;

pub use texts::{Sentences, Texts};

use axum::body::Bytes;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Folder of the data directory looked into when the configuration names none.
const DEFAULT_FOLDER: &str = "appearance";
const TOKENS: &str = "tokens.css";
const MARK: &str = "mark.svg";
const TEXTS: &str = "texts.toml";
/// Longest file read, bytes: these are loaded by every visitor.
const LONGEST_BYTES: u64 = 256 * 1024;

/// What is dressed otherwise.
#[derive(Debug, Clone, Default)]
pub struct Appearance {
    tokens: Option<Bytes>,
    mark: Option<Bytes>,
    texts: Texts,
    /// Changes whenever one of the files does.
    version: String,
}

/// Why the folder is refused: the service does not start half dressed.
#[derive(Debug, Error)]
pub enum AppearanceError {
    /// The configuration names a folder that is not there.
    #[error(
        "le dossier d’apparence « {} » n’existe pas ; créez-le ou corrigez la clé appearance",
        .0.display()
    )]
    NoFolder(PathBuf),
    /// A file that cannot be read.
    #[error("« {} » ne peut pas être lu : {source}", .path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that is not what its name says.
    #[error("« {} » : {why}", .path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: String,
    },
}

impl Appearance {
    /// Reads the folder that the configuration names; that of the data directory, if it is there, when it names none.
    pub fn load(named: &Path, data_dir: &Path) -> Result<Self, AppearanceError> {
        let folder = if named.as_os_str().is_empty() {
            data_dir.join(DEFAULT_FOLDER)
        } else if named.is_dir() {
            named.to_owned()
        } else {
            return Err(AppearanceError::NoFolder(named.to_owned()));
        };
        if !folder.is_dir() {
            return Ok(Self::default());
        }
        let tokens = read(&folder.join(TOKENS))?;
        let mark = read(&folder.join(MARK))?;
        let texts = read(&folder.join(TEXTS))?;
        if let Some(mark) = &mark
            && !mark.contains("<svg")
        {
            return Err(AppearanceError::Refused {
                path: folder.join(MARK),
                why: "ce n’est pas une image SVG".to_owned(),
            });
        }
        let mut hasher = crc32fast::Hasher::new();
        for file in [&tokens, &mark].into_iter().flatten() {
            hasher.update(file.as_bytes());
        }
        Ok(Self {
            version: format!("{:08x}", hasher.finalize()),
            texts: match texts {
                Some(texts) => Texts::read(&texts).map_err(|why| AppearanceError::Refused {
                    path: folder.join(TEXTS),
                    why,
                })?,
                None => Texts::default(),
            },
            tokens: tokens.map(Bytes::from),
            mark: mark.map(Bytes::from),
        })
    }

    /// The texts.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Address of the custom properties.
    pub fn tokens_address(&self) -> Option<String> {
        self.tokens.as_ref().map(|_| self.address(TOKENS))
    }

    /// Address of the mark.
    pub fn mark_address(&self) -> Option<String> {
        self.mark.as_ref().map(|_| self.address(MARK))
    }

    /// A file by its name, with its media type.
    pub fn file(&self, name: &str) -> Option<(Bytes, &'static str)> {
        match name {
            TOKENS => Some((self.tokens.clone()?, "text/css; charset=utf-8")),
            MARK => Some((self.mark.clone()?, "image/svg+xml")),
            _ => None,
        }
    }

    fn address(&self, name: &str) -> String {
        format!("/appearance/{}/{name}", self.version)
    }
}

/// A file as text; `None` when it is not there.
fn read(path: &Path) -> Result<Option<String>, AppearanceError> {
    let unreadable = |source| AppearanceError::Unreadable {
        path: path.to_owned(),
        source,
    };
    match path.metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(unreadable(e)),
        Ok(metadata) if metadata.len() > LONGEST_BYTES => {
            return Err(AppearanceError::Refused {
                path: path.to_owned(),
                why: format!("plus de {} Kio", LONGEST_BYTES / 1024),
            });
        }
        Ok(_) => {}
    }
    std::fs::read_to_string(path).map(Some).map_err(unreadable)
}

#[cfg(test)]
mod tests;
