//! What callers hand over: bytes with the name a person gave them.

use std::sync::Arc;

/// Bytes that several readers may look at without copying them: a mapped file, an upload, a member of an archive.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// One file of an import.
#[derive(Clone)]
pub struct InputFile {
    /// Path as the person named it, folders included, separated by `/`.
    pub name: String,
    /// What it holds.
    pub bytes: SharedBytes,
    /// Named by the person, as opposed to found in a folder: an explicit file that cannot be read fails the import.
    pub explicit: bool,
}

impl InputFile {
    /// A file named by the person.
    pub fn explicit(
        name: impl Into<String>,
        bytes: impl AsRef<[u8]> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            bytes: Arc::new(bytes),
            explicit: true,
        }
    }

    /// A file found in a folder or an archive.
    pub fn found(name: impl Into<String>, bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self {
            explicit: false,
            ..Self::explicit(name, bytes)
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// Last part of the name.
    pub fn base_name(&self) -> &str {
        base_name(&self.name)
    }

    /// Last part of the name without its ending.
    pub fn stem(&self) -> &str {
        stem(&self.name)
    }

    /// Ending in lower case, without the dot; empty when there is none.
    pub fn extension(&self) -> String {
        extension(&self.name)
    }
}

impl std::fmt::Debug for InputFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InputFile")
            .field("name", &self.name)
            .field("bytes", &self.bytes().len())
            .field("explicit", &self.explicit)
            .finish()
    }
}

/// Last part of a path written with `/` or `\`.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Last part of a path without its ending.
pub fn stem(path: &str) -> &str {
    let base = base_name(path);
    match base.rfind('.') {
        Some(dot) if dot > 0 => &base[..dot],
        _ => base,
    }
}

/// Ending of a path in lower case, without the dot.
pub fn extension(path: &str) -> String {
    let base = base_name(path);
    match base.rfind('.') {
        Some(dot) if dot > 0 => base[dot + 1..].to_lowercase(),
        _ => String::new(),
    }
}
