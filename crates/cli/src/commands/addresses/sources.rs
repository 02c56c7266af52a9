//! Which files can an index be made of? Files and folders named at the terminal, each told by what is in it.

use anyhow::{Context, anyhow};
use caloduc_geocoder::SourceKind;
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A file that gives something to the index.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    pub kind: SourceKind,
    pub bytes: u64,
}

/// What was found under the paths named.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub files: Vec<Source>,
    /// Files of folders that are of no use here.
    pub ignored: Vec<PathBuf>,
}

impl Sources {
    /// Looks at files, and at all that is under folders. A file named itself must be of use; in a folder it may be
    /// anything.
    pub fn find(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut found = Self::default();
        let mut seen = HashSet::new();
        for path in paths {
            let metadata = fs::metadata(path).map_err(|e| unreadable(path, &e))?;
            if metadata.is_dir() {
                let mut inside = Vec::new();
                walk(path, &mut inside)?;
                for file in inside {
                    found.look_at(&file, Named::ByItsFolder, &mut seen)?;
                }
            } else {
                found.look_at(path, Named::Itself, &mut seen)?;
            }
        }
        if found.files.is_empty() {
            return Err(anyhow!(
                "aucun fichier utile ; il faut au moins un fichier de la BAN (adresses-XX.csv.gz) ou une table \
                 de communes"
            ));
        }
        Ok(found)
    }

    /// About how long the index will be: a row takes some 200 bytes in a CSV, 30 once compressed, 60 in an index.
    pub fn expected_index_bytes(&self) -> u64 {
        self.files
            .iter()
            .filter(|f| matches!(f.kind, SourceKind::Addresses | SourceKind::Places))
            .map(|f| {
                if f.path.extension().is_some_and(|e| e == "gz") {
                    f.bytes * 2
                } else {
                    f.bytes / 3
                }
            })
            .sum()
    }

    fn look_at(
        &mut self,
        path: &Path,
        named: Named,
        seen: &mut HashSet<PathBuf>,
    ) -> anyhow::Result<()> {
        let identity = path
            .canonicalize()
            .unwrap_or_else(|_unreadable| path.to_owned());
        if !seen.insert(identity) {
            return Ok(());
        }
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        let bytes = file.metadata().map_or(0, |m| m.len());
        let kind = SourceKind::of(file).with_context(|| format!("« {} »", path.display()));
        match (kind, named) {
            (Ok(Some(kind)), _) => self.files.push(Source {
                path: path.to_owned(),
                kind,
                bytes,
            }),
            (Ok(None) | Err(_), Named::ByItsFolder) => self.ignored.push(path.to_owned()),
            (Ok(None), Named::Itself) => {
                return Err(anyhow!(
                    "« {} » : ce n’est ni un fichier d’adresses ou de lieux-dits de la BAN, ni une \
                     table de communes (COG, populations, La Poste), ni un GeoJSON de contours de communes",
                    path.display()
                ));
            }
            (Err(error), Named::Itself) => return Err(error),
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Itself,
    ByItsFolder,
}

fn unreadable(path: &Path, error: &std::io::Error) -> anyhow::Error {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "n’existe pas ; vérifiez le chemin".to_owned(),
        std::io::ErrorKind::PermissionDenied => {
            "lecture interdite ; vérifiez les droits".to_owned()
        }
        _ => format!("illisible ({error})"),
    };
    anyhow!("« {} » : {why}", path.display())
}

/// Files under a folder, sorted; hidden ones left out, links to folders not followed.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| unreadable(folder, &e))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            walk(&path, found)?;
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
