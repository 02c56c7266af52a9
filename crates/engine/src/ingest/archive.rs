//! What is inside this ZIP, and is it safe to inflate? Names that would leave the archive, encrypted members and ZIP
//! bombs are refused before anything is inflated; members are inflated one by one, when read, and never beyond the size
//! they declare.

use super::input::SharedBytes;
use super::read_error::ReadError;
use std::io::{Cursor, Read};
use std::sync::Arc;
use zip::ZipArchive;

/// Members one archive may have.
pub const MEMBERS_AT_MOST: usize = 10_000;
/// Bytes that the members of one archive, inner archives included, may inflate to.
pub const INFLATED_AT_MOST: u64 = 4 << 30;
/// Bytes that one member may inflate to.
pub const MEMBER_AT_MOST: u64 = 2 << 30;
/// Inflated over stored size, tolerated for members larger than [`RATIO_MATTERS_FROM`]. Blank-padded DBF files reach
/// 100; the format allows 1 032.
pub const RATIO_AT_MOST: u64 = 250;
/// Smaller members cannot hurt, whatever their ratio.
pub const RATIO_MATTERS_FROM: u64 = 32 << 20;

#[derive(Clone)]
struct Shared(SharedBytes);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

type Zip = ZipArchive<Cursor<Shared>>;

/// An archive whose members are listed and checked.
#[derive(Debug)]
pub struct Archive {
    /// Files, in the order of the archive; folders left out.
    pub members: Vec<Member>,
    /// Bytes that all of them inflate to.
    pub inflated: u64,
}

/// A file of an archive, not inflated yet.
#[derive(Clone)]
pub struct Member {
    zip: Zip,
    archive: Arc<str>,
    index: usize,
    path: String,
    size: u64,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.full_name(), self.size)
    }
}

impl Member {
    /// Path inside the archive, `/` between folders.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Size once inflated, as declared and as enforced.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// As reports name it.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.archive, self.path)
    }

    /// All its bytes.
    pub fn inflate(&self) -> Result<Vec<u8>, ReadError> {
        let bytes = self.inflate_at_most(self.size + 1)?;
        if bytes.len() as u64 == self.size {
            return Ok(bytes);
        }
        Err(self.malformed(format!(
            "le membre s’étend sur {} octets au lieu des {} annoncés",
            if bytes.len() as u64 > self.size {
                "plus d’".to_owned()
            } else {
                bytes.len().to_string()
            },
            self.size
        )))
    }

    /// Its first bytes, or all when it is shorter.
    pub fn head(&self, length: usize) -> Result<Vec<u8>, ReadError> {
        self.inflate_at_most(length as u64)
    }

    fn inflate_at_most(&self, length: u64) -> Result<Vec<u8>, ReadError> {
        let mut zip = self.zip.clone();
        let reader = zip
            .by_index(self.index)
            .map_err(|error| self.malformed(format!("membre illisible ({error})")))?;
        // The declared size is only a hint until it has been inflated.
        let mut bytes = Vec::with_capacity(length.min(self.size).min(1 << 20) as usize);
        reader
            .take(length)
            .read_to_end(&mut bytes)
            .map_err(|error| self.malformed(format!("décompression impossible ({error})")))?;
        Ok(bytes)
    }

    fn malformed(&self, what: String) -> ReadError {
        ReadError::Malformed {
            file: self.full_name(),
            place: "archive ZIP".into(),
            what,
        }
    }
}

/// Bytes at hand, or in an archive.
#[derive(Clone)]
pub enum Blob {
    /// At hand.
    File(SharedBytes),
    /// To be inflated.
    Member(Member),
}

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(bytes) => write!(f, "{} bytes", (**bytes).as_ref().len()),
            Self::Member(member) => member.fmt(f),
        }
    }
}

const HEAD: usize = 512;

impl Blob {
    /// All the bytes, inflated when needed.
    pub fn load(&self) -> Result<SharedBytes, ReadError> {
        match self {
            Self::File(bytes) => Ok(Arc::clone(bytes)),
            Self::Member(member) => Ok(Arc::new(member.inflate()?)),
        }
    }

    /// The first bytes, enough to recognise a format.
    pub fn head(&self) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::File(bytes) => {
                let bytes = (**bytes).as_ref();
                Ok(bytes[..bytes.len().min(HEAD)].to_vec())
            }
            Self::Member(member) => member.head(HEAD),
        }
    }

    /// Size in bytes, once inflated.
    pub fn size(&self) -> u64 {
        match self {
            Self::File(bytes) => (**bytes).as_ref().len() as u64,
            Self::Member(member) => member.size,
        }
    }
}

/// Lists the members of a ZIP and refuses the archive when one of them is dangerous. `archive` names it in messages.
pub fn open(archive: &str, bytes: SharedBytes) -> Result<Archive, ReadError> {
    if (*bytes).as_ref().is_empty() {
        return Err(ReadError::Empty {
            file: archive.into(),
        });
    }
    let mut zip = Zip::new(Cursor::new(Shared(bytes))).map_err(|error| ReadError::Malformed {
        file: archive.into(),
        place: "archive ZIP".into(),
        what: format!("table des matières illisible ({error})"),
    })?;
    let too_large = |what: String| ReadError::TooLarge {
        file: archive.into(),
        what,
    };
    if zip.len() > MEMBERS_AT_MOST {
        return Err(too_large(format!(
            "{} membres dans l’archive, {MEMBERS_AT_MOST} au plus",
            zip.len()
        )));
    }
    let name: Arc<str> = archive.into();
    let mut found = Vec::with_capacity(zip.len());
    let (mut inflated, mut stored) = (0_u64, 0_u64);
    for index in 0..zip.len() {
        let entry = zip
            .by_index_raw(index)
            .map_err(|error| ReadError::Malformed {
                file: archive.into(),
                place: format!("membre {}", index + 1),
                what: format!("en-tête illisible ({error})"),
            })?;
        if entry.is_dir() {
            continue;
        }
        let path = safe_path(archive, &member_name(entry.name_raw()))?;
        if entry.encrypted() {
            return Err(ReadError::Encrypted {
                file: format!("{archive}/{path}"),
            });
        }
        let (size, packed) = (entry.size(), entry.compressed_size());
        if size > MEMBER_AT_MOST {
            return Err(too_large(format!(
                "le membre {path} occuperait {} Mo décompressé, {} Mo au plus",
                size >> 20,
                MEMBER_AT_MOST >> 20
            )));
        }
        if size > RATIO_MATTERS_FROM && size / packed.max(1) > RATIO_AT_MOST {
            return Err(too_large(format!(
                "le membre {path} se décompresse {} fois (de {packed} à {size} octets), {RATIO_AT_MOST} fois au plus : bombe ZIP probable",
                size / packed.max(1)
            )));
        }
        inflated = inflated.saturating_add(size);
        stored = stored.saturating_add(packed);
        if inflated > INFLATED_AT_MOST {
            return Err(too_large(format!(
                "l’archive occuperait plus de {} Mo décompressée",
                INFLATED_AT_MOST >> 20
            )));
        }
        found.push((index, path, size));
    }
    let length = zip.clone().into_inner().into_inner().as_ref().len() as u64;
    if stored > length {
        return Err(too_large(
            "les membres se recouvrent dans l’archive : bombe ZIP probable".into(),
        ));
    }
    let members = found
        .into_iter()
        .map(|(index, path, size)| Member {
            zip: zip.clone(),
            archive: Arc::clone(&name),
            index,
            path,
            size,
        })
        .collect();
    Ok(Archive { members, inflated })
}

/// UTF-8 when it is, else the ZIP format's own CP437.
fn member_name(raw: &[u8]) -> String {
    std::str::from_utf8(raw).map_or_else(
        |_not_utf8| {
            raw.iter()
                .map(|&byte| match byte {
                    0..=0x7f => char::from(byte),
                    _ => CP437[usize::from(byte) - 128],
                })
                .collect()
        },
        str::to_owned,
    )
}

#[rustfmt::skip]
const CP437: [char; 128] = [
    'Ç','ü','é','â','ä','à','å','ç','ê','ë','è','ï','î','ì','Ä','Å','É','æ','Æ','ô','ö','ò','û','ù','ÿ','Ö','Ü','¢','£','¥','₧','ƒ',
    'á','í','ó','ú','ñ','Ñ','ª','º','¿','⌐','¬','½','¼','¡','«','»','░','▒','▓','│','┤','╡','╢','╖','╕','╣','║','╗','╝','╜','╛','┐',
    '└','┴','┬','├','─','┼','╞','╟','╚','╔','╩','╦','╠','═','╬','╧','╨','╤','╥','╙','╘','╒','╓','╫','╪','┘','┌','█','▄','▌','▐','▀',
    'α','ß','Γ','π','Σ','σ','µ','τ','Φ','Θ','Ω','δ','∞','φ','ε','∩','≡','±','≥','≤','⌠','⌡','÷','≈','°','∙','·','√','ⁿ','²','■','\u{a0}',
];

/// The member's path with `/` between folders, if it stays inside the archive.
fn safe_path(archive: &str, name: &str) -> Result<String, ReadError> {
    let path = name.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':');
    let dangerous = path.starts_with('/')
        || drive
        || path.contains('\0')
        || path.split('/').any(|part| part == "..");
    if dangerous || path.is_empty() {
        return Err(ReadError::UnsafeName {
            file: archive.into(),
            member: name.chars().filter(|c| !c.is_control()).take(120).collect(),
        });
    }
    Ok(path)
}
