//! What can go wrong with what is kept, said to a person: what happened, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do what was asked. Messages are French, for people.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Written by a later caloduc.
    #[error(
        "Le dossier de données « {} » a été écrit par une version plus récente de caloduc (format {found}, alors que cette version s’arrête au format {known})\u{a0}: mettez caloduc à jour, ou désignez un autre dossier avec --data-dir. Rien n’a été modifié.",
        dir.display()
    )]
    NewerFormat {
        /// The data directory, or the backup file.
        dir: PathBuf,
        /// Its format.
        found: u32,
        /// The last format this program knows.
        known: u32,
    },
    /// An upgrade needs to be alone.
    #[error(
        "Le dossier de données « {} » doit être mis à niveau, mais un autre caloduc s’en sert\u{a0}: arrêtez-le (service compris), puis relancez.",
        dir.display()
    )]
    InUse {
        /// The data directory.
        dir: PathBuf,
    },
    /// Another import holds the lock and the caller did not want to wait.
    #[error(
        "Un autre import ou une restauration est en cours dans « {} »\u{a0}: attendez sa fin, puis relancez.",
        dir.display()
    )]
    Busy {
        /// The data directory.
        dir: PathBuf,
    },
    /// No such draft or release.
    #[error(
        "L’édition n°\u{a0}{number} n’existe pas\u{a0}: « caloduc releases list » donne les numéros connus."
    )]
    UnknownEdition {
        /// The number asked for.
        number: u32,
    },
    /// Releases are immutable.
    #[error(
        "L’édition n°\u{a0}{number} a été publiée\u{a0}: elle ne peut plus être supprimée. Seul un brouillon peut l’être\u{202f}; pour revenir en arrière, publiez une édition antérieure."
    )]
    NotADraft {
        /// The number asked for.
        number: u32,
    },
    /// There is nothing to go back to.
    #[error(
        "Aucune édition n’a été publiée avant celle en service\u{a0}: il n’y a rien à quoi revenir."
    )]
    NothingBefore,
    /// No edition has such pipes.
    #[error(
        "Aucune édition n’a de tracé de clé «\u{a0}{key}\u{a0}»\u{a0}: la clé est en tête de la fiche du réseau (« heat:7501C »), et un réseau sans tracé n’a rien à cacher."
    )]
    NoSuchLine {
        /// The key asked for.
        key: caloduc_engine::network::Key,
    },
    /// Its line is published already.
    #[error(
        "Le tracé de «\u{a0}{key}\u{a0}» n’est pas publié comme zone tampon\u{a0}: « caloduc releases buffer --list » donne ceux qui le sont."
    )]
    NotAnArea {
        /// The key asked for.
        key: caloduc_engine::network::Key,
    },
    /// Checked before big work.
    #[error(
        "Il n’y a pas assez de place sous « {} »\u{a0}: il faut environ {}, il reste {}. Libérez de la place puis relancez\u{202f}; les données en service n’ont pas changé.",
        dir.display(), size(*needed_bytes), size(*free_bytes)
    )]
    NoRoom {
        /// Where.
        dir: PathBuf,
        /// Estimate of what the work writes, bytes.
        needed_bytes: u64,
        /// What the file system has left, bytes.
        free_bytes: u64,
    },
    /// The disk filled up while writing.
    #[error(
        "Le disque est plein\u{a0}: l’écriture de « {} » n’a pas pu être terminée. Libérez de la place puis relancez\u{202f}; les données en service n’ont pas changé.",
        path.display()
    )]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// Any other refusal of the system.
    #[error("{action} « {} »\u{a0}: {source}.", path.display())]
    Io {
        /// What was being done, in French, with a capital.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An input path that is not there or cannot be used.
    #[error("« {} »\u{a0}: {problem}.", path.display())]
    Input {
        /// The path as given.
        path: PathBuf,
        /// What is wrong and what to do, in French.
        problem: String,
    },
    /// Something kept is not what was written.
    #[error("{what} Lancez « caloduc doctor --verify », puis restaurez une sauvegarde si besoin.")]
    Damaged {
        /// What and where, in French, a sentence.
        what: String,
    },
    /// A backup that cannot be trusted.
    #[error("La sauvegarde « {} » est refusée\u{a0}: {problem} Rien n’a été modifié.", path.display())]
    BadBackup {
        /// The file.
        path: PathBuf,
        /// Why, in French, a sentence.
        problem: String,
    },
    /// The catalogue answered with an error.
    #[error("La base de données ne répond pas comme prévu\u{a0}: {0}.")]
    Catalogue(#[source] sqlx::Error),
    /// Written by a later caloduc.
    #[error(
        "La base des tests d’adresses a été écrite par une version plus récente de caloduc (format {found}, alors que cette version s’arrête au format {known})\u{a0}: mettez caloduc à jour. Rien n’a été modifié."
    )]
    NewerDatabase {
        /// Its format.
        found: usize,
        /// The last format this program knows.
        known: usize,
    },
    /// An address of a database that cannot be one.
    #[error(
        "L’adresse de la base de données (DATABASE_URL) est illisible\u{a0}: {problem}. Elle s’écrit postgres://utilisateur:mot-de-passe@machine/base."
    )]
    DatabaseAddress {
        /// What is wrong, without the address.
        problem: String,
    },
    /// The storage of people's files answered with an error, or not at all.
    #[error("{what}\u{a0}: {problem}.")]
    Bucket {
        /// What could not be done, in French, with a capital.
        what: &'static str,
        /// What it said; no key is ever in it.
        problem: String,
    },
    /// A file that is not where it was kept.
    #[error("Le fichier n’est plus là\u{a0}: donnez-le de nouveau.")]
    UploadGone,
    /// The engine could not build or read an edition.
    #[error("{what}\u{a0}: {problem}")]
    Engine {
        /// What was being done, in French, with a capital.
        what: &'static str,
        /// What the engine said.
        problem: String,
    },
}

impl StoreError {
    /// An error of the system while doing `action` to `path`; a full disk gets its own words.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        if is_full(&source) {
            Self::DiskFull {
                path: path.to_owned(),
            }
        } else {
            Self::Io {
                action,
                path: path.to_owned(),
                source,
            }
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// Whether the disk had no room, before or during the work.
    pub fn is_out_of_room(&self) -> bool {
        matches!(self, Self::NoRoom { .. } | Self::DiskFull { .. })
    }
}

/// SQLite's result codes for a full disk or quota: the primary one, and that of the shared memory of its journal, which
/// is the first thing to find no room.
const SQLITE_FULL: [&str; 2] = ["13", "4874"];
/// PostgreSQL's code for a full disk.
const POSTGRES_FULL: &str = "53100";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let full = match &error {
            sqlx::Error::Database(db) => {
                let code = db.code();
                code.is_some_and(|code| SQLITE_FULL.contains(&&*code) || code == POSTGRES_FULL)
                    || db.message().contains("disk is full")
            }
            sqlx::Error::Io(io) => is_full(io),
            _ => false,
        };
        if full {
            Self::DiskFull {
                path: PathBuf::from(crate::layout::CATALOGUE),
            }
        } else {
            Self::Catalogue(error)
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// A size for a French reader: `1,2 Go`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["ko", "Mo", "Go", "To"];
    if bytes < 1000 {
        return format!("{bytes}\u{a0}octets");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1}\u{a0}{}", UNITS[unit]).replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_like_french() {
        assert_eq!(size(12), "12\u{a0}octets");
        assert_eq!(size(1_234), "1,2\u{a0}ko");
        assert_eq!(size(83_000_000), "83,0\u{a0}Mo");
        assert_eq!(size(5_400_000_000_000_000), "5400,0\u{a0}To");
    }

    #[test]
    fn a_full_disk_is_told_from_other_refusals() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(StoreError::io("Écriture de", Path::new("x"), full).is_out_of_room());
        assert!(!StoreError::io("Écriture de", Path::new("x"), denied).is_out_of_room());
    }
}
