//! Which files did the person mean, and what is in them? Paths to named bytes: files, folders (all that is under them,
//! sorted, hidden names left out).
//!
//! These files belong to somebody else, who may write to them at any time. Most are copied to memory; only those past
//! [`MAPPED_FROM_BYTES`] are mapped. A file that changed while it was read is refused.

use crate::error::StoreError;
use crate::mapped;
use caloduc_engine::ingest::InputFile;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Smaller files are read to memory.
const MAPPED_FROM_BYTES: u64 = 256 << 20;

/// Archives hold about that many times their size.
const INFLATION: u64 = 6;

/// The files of an import, found but not read.
#[derive(Debug)]
pub(crate) struct Inputs {
    found: Vec<Found>,
    /// Copies of what is read in a better form.
    set_aside: Vec<PathBuf>,
}

#[derive(Debug)]
struct Found {
    path: PathBuf,
    explicit: bool,
    stamp: Stamp,
}

/// What tells that a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

fn refused(path: &Path, problem: impl Into<String>) -> StoreError {
    StoreError::Input {
        path: path.to_owned(),
        problem: problem.into(),
    }
}

fn look(path: &Path) -> Result<fs::Metadata, StoreError> {
    fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            refused(path, "ce fichier n’existe pas\u{202f}; vérifiez le chemin")
        }
        std::io::ErrorKind::PermissionDenied => {
            refused(path, "lecture interdite\u{202f}; vérifiez les droits")
        }
        _ => refused(path, format!("illisible ({e})")),
    })
}

impl Inputs {
    /// Finds the files under `paths`, in the order given; a file that is named and also in a named folder counts once.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self, StoreError> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut folders = Vec::new();
        let mut set_aside = Vec::new();
        for path in paths {
            let metadata = look(path)?;
            if metadata.is_dir() {
                folders.push((found.len(), path));
            } else if metadata.is_file() {
                if seen.insert(identity(path)) {
                    found.push(Found {
                        path: path.clone(),
                        explicit: true,
                        stamp: Stamp::of(&metadata),
                    });
                }
                parts_beside(path, &mut found, &mut seen);
            } else {
                return Err(refused(
                    path,
                    "ce n’est ni un fichier ni un dossier\u{202f}; enregistrez d’abord les données dans un fichier",
                ));
            }
        }
        // From the last, so that earlier places stay right.
        for (place, folder) in folders.into_iter().rev() {
            let mut inside = Vec::new();
            walk(folder, &mut inside, &mut seen)?;
            if inside.is_empty() && paths.len() == 1 {
                return Err(refused(folder, "ce dossier ne contient aucun fichier"));
            }
            let (copies, inside): (Vec<Found>, Vec<Found>) =
                inside.into_iter().partition(|file| is_copy(&file.path));
            set_aside.extend(copies.into_iter().map(|copy| copy.path));
            found.splice(place..place, inside);
        }
        Ok(Self { found, set_aside })
    }

    /// Files of folders that are not read, because what they hold is there in a form that says more.
    pub(crate) fn set_aside(&self) -> &[PathBuf] {
        &self.set_aside
    }

    /// About how many bytes the files hold once inflated.
    pub(crate) fn inflated_bytes(&self) -> u64 {
        let packed = ["zip", "kmz", "gz"];
        let weight = |found: &Found| {
            let ending = found
                .path
                .extension()
                .and_then(|e| e.to_str())
                .unwrap_or_default()
                .to_lowercase();
            found.stamp.bytes
                * if packed.contains(&ending.as_str()) {
                    INFLATION
                } else {
                    1
                }
        };
        self.found.iter().map(weight).sum()
    }

    /// The bytes of every file.
    pub(crate) fn load(&self) -> Result<Vec<InputFile>, StoreError> {
        self.found.iter().map(Found::load).collect()
    }

    /// Refuses files that changed since they were found. To be asked once nothing looks at the bytes any more.
    pub(crate) fn check_unchanged(&self) -> Result<(), StoreError> {
        self.found.iter().try_for_each(Found::check_unchanged)
    }
}

impl Found {
    fn load(&self) -> Result<InputFile, StoreError> {
        let failed = |e: std::io::Error| {
            refused(
                &self.path,
                format!("illisible ({e})\u{202f}; vérifiez le fichier et ses droits"),
            )
        };
        let mut file = File::open(&self.path).map_err(failed)?;
        let bytes = if self.stamp.bytes < MAPPED_FROM_BYTES {
            let mut bytes = Vec::with_capacity(self.stamp.bytes as usize);
            // One more than announced, so that growth is seen and memory stays bounded.
            file.by_ref()
                .take(self.stamp.bytes + 1)
                .read_to_end(&mut bytes)
                .map_err(failed)?;
            if bytes.len() as u64 != self.stamp.bytes {
                return Err(self.changed());
            }
            Arc::new(bytes)
        } else {
            self.check_unchanged()?;
            mapped::map_foreign(&file).map_err(failed)?
        };
        let name = self
            .path
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        Ok(InputFile {
            name,
            bytes,
            explicit: self.explicit,
        })
    }

    fn check_unchanged(&self) -> Result<(), StoreError> {
        if Stamp::of(&look(&self.path)?) == self.stamp {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    fn changed(&self) -> StoreError {
        refused(
            &self.path,
            "ce fichier a changé pendant sa lecture\u{202f}; attendez qu’il soit complet, puis relancez",
        )
    }
}

/// Whether this is the compatible archive of an export of ours, beside the same tables in our own formats.
fn is_copy(path: &Path) -> bool {
    let is_archive = path
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.ends_with("-opendata-fcu.zip"));
    let beside = |name: &str| path.with_file_name(name).exists();
    is_archive
        && beside(caloduc_formats::notice::SUMS)
        && [
            "geojson/heat.geojson",
            "caloduc.gpkg",
            "flatgeobuf",
            "geoparquet",
        ]
        .into_iter()
        .any(beside)
}

/// The other files of a Shapefile of which only the `.shp` is named, as every other program finds them.
fn parts_beside(path: &Path, found: &mut Vec<Found>, seen: &mut HashSet<PathBuf>) {
    let is_shapes = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("shp"));
    if !is_shapes {
        return;
    }
    for ending in ["dbf", "prj", "cpg", "DBF", "PRJ", "CPG"] {
        let part = path.with_extension(ending);
        match fs::metadata(&part) {
            Ok(metadata) if metadata.is_file() && seen.insert(identity(&part)) => {
                found.push(Found {
                    path: part,
                    explicit: false,
                    stamp: Stamp::of(&metadata),
                });
            }
            _ => {}
        }
    }
}

fn identity(path: &Path) -> PathBuf {
    path.canonicalize()
        .unwrap_or_else(|_unreadable| path.to_owned())
}

/// Files under a folder, sorted by path. Links to folders are not followed, so that there is no loop.
fn walk(
    folder: &Path,
    found: &mut Vec<Found>,
    seen: &mut HashSet<PathBuf>,
) -> Result<(), StoreError> {
    let failed = |e: std::io::Error| {
        refused(
            folder,
            format!("dossier illisible ({e})\u{202f}; vérifiez ses droits"),
        )
    };
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') || name == "__MACOSX" {
            continue;
        }
        let path = entry.path();
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        // A link that leads nowhere is nobody's data.
        let Ok(metadata) = fs::metadata(&path) else {
            continue;
        };
        if metadata.is_dir() && !is_link {
            walk(&path, found, seen)?;
        } else if metadata.is_file() && seen.insert(identity(&path)) {
            found.push(Found {
                path,
                explicit: false,
                stamp: Stamp::of(&metadata),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_files_sorted_and_named_files_count_once() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        };
        [
            "b.csv",
            "a/z.json",
            ".hidden",
            "a/.git/config",
            "__MACOSX/x",
            "c.csv",
        ]
        .into_iter()
        .for_each(write);
        let paths = [dir.path().to_owned(), dir.path().join("c.csv")];
        let inputs = Inputs::find(&paths).unwrap();
        let files = inputs.load().unwrap();
        let names: Vec<(&str, bool)> = files.iter().map(|f| (f.base_name(), f.explicit)).collect();
        assert_eq!(
            names,
            [("z.json", false), ("b.csv", false), ("c.csv", true)]
        );
        assert_eq!(files[0].bytes(), b"a/z.json");
        inputs.check_unchanged().unwrap();
        fs::write(dir.path().join("b.csv"), "longer than before").unwrap();
        assert!(
            inputs
                .check_unchanged()
                .unwrap_err()
                .to_string()
                .contains("a changé")
        );
        assert!(inputs.load().is_err());
    }

    #[test]
    fn a_shapefile_named_by_its_shapes_comes_with_its_other_parts() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.shp", "a.dbf", "a.prj", "b.dbf", "a.csv"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        let inputs = Inputs::find(&[dir.path().join("a.shp")]).unwrap();
        let files = inputs.load().unwrap();
        let names: Vec<(&str, bool)> = files.iter().map(|f| (f.base_name(), f.explicit)).collect();
        assert_eq!(names, [("a.shp", true), ("a.dbf", false), ("a.prj", false)]);
    }

    #[test]
    fn what_is_not_there_is_said() {
        let error = Inputs::find(&["nowhere.geojson".into()]).unwrap_err();
        assert!(error.to_string().contains("n’existe pas"), "{error}");
        let empty = tempfile::tempdir().unwrap();
        assert!(Inputs::find(&[empty.path().to_owned()]).is_err());
    }
}
