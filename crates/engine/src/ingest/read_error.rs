//! Why can a file not be read at all? What, where and what to do, in French.

use crate::report::{Finding, Place, Severity};
use thiserror::Error;

/// A file that gives nothing. Rows that are wrong are findings, not errors.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Zero bytes, or nothing but blanks.
    #[error("{file} : fichier vide")]
    Empty {
        /// File as named by the person.
        file: String,
    },
    /// Not what its name or the person said.
    #[error("{file} : ce n’est pas {expected} ; {found}")]
    NotRecognised {
        /// File as named by the person.
        file: String,
        /// With its article: `un fichier GeoJSON`.
        expected: &'static str,
        /// What the bytes look like.
        found: String,
    },
    /// Of the right kind, but broken.
    #[error("{file}, {place} : {what}")]
    Malformed {
        /// File as named by the person.
        file: String,
        /// `octet 1204`, `ligne 3`.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// Over a limit that protects the machine.
    #[error("{file} : {what}")]
    TooLarge {
        /// File as named by the person.
        file: String,
        /// The size met and the limit.
        what: String,
    },
    /// Protected by a password.
    #[error("{file} : contenu chiffré par un mot de passe")]
    Encrypted {
        /// File as named by the person.
        file: String,
    },
    /// A companion file is missing.
    #[error("{file} : il manque {part}")]
    MissingPart {
        /// File as named by the person.
        file: String,
        /// Which one.
        part: String,
    },
    /// A member's name would leave its archive.
    #[error("{file} : nom de membre dangereux « {member} »")]
    UnsafeName {
        /// Archive as named by the person.
        file: String,
        /// The name as stored.
        member: String,
    },
    /// Understood, but not a thing we read.
    #[error("{file} : {what}")]
    Unsupported {
        /// File as named by the person.
        file: String,
        /// What was met.
        what: String,
        /// What to do instead.
        remedy: String,
    },
}

impl ReadError {
    /// Stable machine name in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "file-empty",
            Self::NotRecognised { .. } => "file-not-recognised",
            Self::Malformed { .. } => "file-malformed",
            Self::TooLarge { .. } => "file-too-large",
            Self::Encrypted { .. } => "file-encrypted",
            Self::MissingPart { .. } => "file-part-missing",
            Self::UnsafeName { .. } => "archive-unsafe-name",
            Self::Unsupported { .. } => "file-unsupported",
        }
    }

    /// File as named by the person.
    pub fn file(&self) -> &str {
        match self {
            Self::Empty { file }
            | Self::NotRecognised { file, .. }
            | Self::Malformed { file, .. }
            | Self::TooLarge { file, .. }
            | Self::Encrypted { file }
            | Self::MissingPart { file, .. }
            | Self::UnsafeName { file, .. }
            | Self::Unsupported { file, .. } => file,
        }
    }

    /// What to do about it, in French.
    pub fn remedy(&self) -> String {
        match self {
            Self::Empty { .. } => "Exportez-le de nouveau depuis le logiciel d’origine.".into(),
            Self::NotRecognised { .. } => {
                "Vérifiez le fichier et son extension, ou exportez-le en GeoJSON (cartes) ou en CSV (tableaux).".into()
            }
            Self::Malformed { .. } => {
                "Le fichier est incomplet ou abîmé : téléchargez-le ou exportez-le de nouveau.".into()
            }
            Self::TooLarge { .. } => {
                "Découpez le fichier, ou donnez directement son contenu décompressé.".into()
            }
            Self::Encrypted { .. } => "Enregistrez-le sans mot de passe.".into(),
            Self::MissingPart { .. } => {
                "Donnez ensemble les fichiers .shp, .dbf, .prj et .cpg, ou leur archive ZIP.".into()
            }
            Self::UnsafeName { .. } => {
                "Refaites l’archive avec des noms de fichiers simples, sans « .. » ni chemin absolu.".into()
            }
            Self::Unsupported { remedy, .. } => remedy.clone(),
        }
    }

    /// The same as a line of the report.
    pub fn finding(&self) -> Finding {
        Finding {
            severity: Severity::Error,
            code: self.code().to_owned(),
            place: Place {
                file: Some(self.file().to_owned()),
                ..Place::default()
            },
            message: self.to_string(),
            remedy: self.remedy(),
        }
    }
}
