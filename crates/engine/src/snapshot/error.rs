//! Why a snapshot cannot be built or read.

use crate::network::Key;
use thiserror::Error;

/// Why a snapshot cannot be built or read. Messages are French: they reach the person who runs the command.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum SnapshotError {
    /// The bytes are not a snapshot.
    #[error(
        "ce fichier n’est pas un instantané caloduc ; régénérez-le avec `caloduc releases publish N`"
    )]
    NotASnapshot,
    /// Written by a later version of the program.
    #[error(
        "instantané au format {found}, plus récent que celui de ce programme ({known}) ; mettez caloduc à jour"
    )]
    Newer {
        /// The format of the file.
        found: u32,
        /// The format this program writes.
        known: u32,
    },
    /// Written by an earlier version of the program, in a format no longer read.
    #[error(
        "instantané au format {found}, trop ancien pour ce programme (format {known}) ; régénérez-le avec `caloduc releases publish N`"
    )]
    Older {
        /// The format of the file.
        found: u32,
        /// The format this program writes.
        known: u32,
    },
    /// Fewer or more bytes than the header says.
    #[error(
        "instantané incomplet : {found} octets au lieu de {expected} ; restaurez-le ou régénérez-le avec `caloduc releases publish N`"
    )]
    Length {
        /// Bytes said by the header.
        expected: u64,
        /// Bytes given.
        found: u64,
    },
    /// The header, the directory or a block does not match its checksum.
    #[error(
        "instantané altéré ({part}) ; restaurez-le ou régénérez-le avec `caloduc releases publish N`"
    )]
    Corrupt {
        /// Which part, by name.
        part: String,
    },
    /// Two rows of the edition have the same key.
    #[error("deux lignes portent la clé « {0} »")]
    DuplicateKey(Key),
    /// A coordinate of this row is not a number.
    #[error("la géométrie de « {0} » contient une coordonnée impossible")]
    ImpossibleCoordinate(String),
    /// More rows or vertices than the format can number.
    #[error("trop de données pour un instantané ({0})")]
    TooLarge(&'static str),
}
