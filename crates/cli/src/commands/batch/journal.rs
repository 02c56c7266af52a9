//! The answers given so far, in `OUT.partial`: what a batch interrupted is taken up again from.
//!
//! A line of JSON says of what; then, for each chunk in order, its number (8 bytes), its length and its checksum (4 bytes
//! each, little-endian), its answers. What an interruption left incomplete at the end is not read.

use anyhow::{Context, bail};
use caloduc_engine::batch::{BatchError, Journal};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a batch is about: with the same, the same bytes come out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// Hash of the file.
    pub(super) input: String,
    /// What was asked.
    pub(super) options: String,
    /// The address index; empty when it is not asked.
    pub(super) addresses: String,
    /// The release, pinned at the start.
    pub(super) release: Option<u32>,
    /// When it was made.
    pub(super) edition: String,
}

/// The file.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    file: File,
    identity: Identity,
    /// Where the answers of each chunk are, and how long.
    chunks: Vec<(u64, u32)>,
    end: u64,
}

const FRAME_HEAD: usize = 16;

impl Kept {
    /// A new one, in place of any other.
    pub(super) fn begin(path: &Path, identity: &Identity) -> anyhow::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .with_context(|| format!("« {} » n’a pas pu être créé", path.display()))?;
        let mut line = serde_json::to_vec(identity)?;
        line.push(b'\n');
        file.write_all(&line)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            identity: identity.clone(),
            chunks: Vec::new(),
            end: line.len() as u64,
        })
    }

    /// The one that is there; `None` when there is none, or none worth reading.
    pub(super) fn open(path: &Path) -> anyhow::Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .with_context(|| format!("« {} » n’a pas pu être ouvert", path.display()))?;
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        reader.by_ref().take(1 << 20).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            // Interrupted before its first line.
            return Ok(None);
        }
        let Ok(identity) = serde_json::from_slice(&line) else {
            bail!(
                "« {} » n’est pas un test interrompu : supprimez-le, puis relancez sans --resume",
                path.display()
            );
        };
        let mut kept = Self {
            path: path.to_owned(),
            identity,
            chunks: Vec::new(),
            end: line.len() as u64,
            file: file.try_clone()?,
        };
        let mut answers = Vec::new();
        while let Some(length) = next_frame(&mut reader, kept.chunks.len() as u64, &mut answers)? {
            kept.chunks.push((kept.end + FRAME_HEAD as u64, length));
            kept.end += FRAME_HEAD as u64 + u64::from(length);
        }
        file.set_len(kept.end)?;
        Ok(Some(kept))
    }

    /// The release it was begun on.
    pub(super) fn release(&self) -> Option<u32> {
        self.identity.release
    }

    /// Refuses to go on with something else.
    pub(super) fn must_be(&self, asked: &Identity) -> anyhow::Result<()> {
        let ours = &self.identity;
        let other = if ours.input != asked.input {
            "le fichier testé a changé"
        } else if ours.options != asked.options {
            "les options ne sont pas les mêmes"
        } else if ours.addresses != asked.addresses {
            "l’index d’adresses a changé"
        } else if ours != asked {
            "l’édition des données n’est plus la même"
        } else {
            return Ok(());
        };
        bail!(
            "reprise impossible : {other} depuis le début du test ; relancez sans --resume pour recommencer, ou remettez ce qu’il y avait"
        );
    }

    /// Whether some answers are in it.
    pub(super) fn is_worth_keeping(&self) -> bool {
        !self.chunks.is_empty()
    }

    /// Everything is done.
    pub(super) fn remove(self) -> anyhow::Result<()> {
        fs::remove_file(&self.path)
            .with_context(|| format!("« {} » n’a pas pu être supprimé", self.path.display()))
    }
}

/// Reads the frame of the chunk numbered `index`: its length, or `None` when it is not whole.
fn next_frame(
    reader: &mut impl Read,
    index: u64,
    answers: &mut Vec<u8>,
) -> std::io::Result<Option<u32>> {
    let mut head = Vec::with_capacity(FRAME_HEAD);
    reader
        .by_ref()
        .take(FRAME_HEAD as u64)
        .read_to_end(&mut head)?;
    let Some((number, rest)) = head.split_first_chunk::<8>() else {
        return Ok(None);
    };
    let (Some((length, rest)), true) = (
        rest.split_first_chunk::<4>(),
        u64::from_le_bytes(*number) == index,
    ) else {
        return Ok(None);
    };
    let Some((sum, _)) = rest.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(*length);
    answers.clear();
    reader
        .by_ref()
        .take(u64::from(length))
        .read_to_end(answers)?;
    let whole =
        answers.len() == length as usize && crc32fast::hash(answers) == u32::from_le_bytes(*sum);
    Ok(whole.then_some(length))
}

impl Journal for Kept {
    fn recall(&mut self, index: u64) -> Result<Option<Vec<u8>>, BatchError> {
        let Some((start, length)) = self.chunks.get(index as usize).copied() else {
            return Ok(None);
        };
        let mut answers = vec![0; length as usize];
        self.file
            .seek(SeekFrom::Start(start))
            .and_then(|_| self.file.read_exact(&mut answers))
            .map_err(BatchError::Read)?;
        Ok(Some(answers))
    }

    fn record(&mut self, index: u64, answers: &[u8]) -> Result<(), BatchError> {
        let mut frame = Vec::with_capacity(FRAME_HEAD + answers.len());
        frame.extend_from_slice(&index.to_le_bytes());
        frame.extend_from_slice(&(answers.len() as u32).to_le_bytes());
        frame.extend_from_slice(&crc32fast::hash(answers).to_le_bytes());
        frame.extend_from_slice(answers);
        self.file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.file.write_all(&frame))
            .map_err(BatchError::Write)?;
        self.chunks
            .push((self.end + FRAME_HEAD as u64, answers.len() as u32));
        self.end += frame.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            input: "hash".to_owned(),
            options: "options".to_owned(),
            addresses: String::new(),
            release: Some(3),
            edition: "2026-09-01".to_owned(),
        }
    }

    #[test]
    fn what_was_cut_at_any_byte_is_read_up_to_its_last_whole_chunk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv.partial");
        let mut kept = Kept::begin(&path, &identity()).unwrap();
        let head = kept.end as usize;
        for (index, answers) in [b"abc".as_slice(), b"", b"defgh"].into_iter().enumerate() {
            kept.record(index as u64, answers).unwrap();
        }
        let whole = fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let known = match Kept::open(&path) {
                Ok(Some(mut kept)) => {
                    let known = kept.chunks.len();
                    assert_eq!(kept.recall(known as u64).unwrap(), None);
                    if known > 0 {
                        assert_eq!(kept.recall(0).unwrap().unwrap(), b"abc");
                    }
                    kept.record(known as u64, b"again").unwrap();
                    assert_eq!(kept.recall(known as u64).unwrap().unwrap(), b"again");
                    known
                }
                Ok(None) => 0,
                Err(_) => {
                    assert!(cut < head, "{cut}");
                    0
                }
            };
            let ends = [head + 19, head + 35, head + 56];
            assert_eq!(
                known,
                ends.iter().filter(|end| **end <= cut).count(),
                "{cut}"
            );
        }
    }

    #[test]
    fn something_else_is_refused_with_what_differs() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::begin(&folder.path().join("p"), &identity()).unwrap();
        kept.must_be(&identity()).unwrap();
        let other = |change: fn(&mut Identity)| {
            let mut other = identity();
            change(&mut other);
            kept.must_be(&other).unwrap_err().to_string()
        };
        assert!(other(|i| i.input.push('x')).contains("fichier testé"));
        assert!(other(|i| i.options.push('x')).contains("options"));
        assert!(other(|i| i.addresses.push('x')).contains("index d’adresses"));
        assert!(other(|i| i.edition.push('x')).contains("édition"));
    }
}
