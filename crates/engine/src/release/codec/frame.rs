//! The header, the checksum and the packing of the two sections.
//!
//! Little-endian: magic (8 bytes), version (u32), layer (u32, its place in [`Layer::ALL`]), rows (u64), then for the
//! attributes and for the geometry: packed length and raw length (u64 each, equal when the section is stored as it is),
//! then the CRC-32 of all the rest (u32), four zero bytes, and the two sections.

use super::CodecError;
use crate::network::Layer;
use std::io::Read;

const MAGIC: &[u8; 8] = b"CALODUCL";
/// Latest version this program writes and reads.
pub(super) const VERSION: u32 = 1;
const HEADER: usize = 64;
const CRC_AT: usize = 56;
/// A section may unpack to at most this many times its packed size, plus [`SLACK`].
const MAX_RATIO: u64 = 256;
const SLACK: u64 = 1 << 20;

/// The two streams of a layer.
#[derive(Default)]
pub(super) struct Sections {
    pub(super) rows: u64,
    pub(super) attributes: Vec<u8>,
    pub(super) geometry: Vec<u8>,
}

/// The blob of these sections.
pub(super) fn pack(layer: Layer, sections: &Sections) -> Vec<u8> {
    let (attributes, geometry) = rayon::join(
        || pack_section(&sections.attributes),
        || pack_section(&sections.geometry),
    );
    let mut bytes = Vec::with_capacity(HEADER + attributes.len() + geometry.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&number_of(layer).to_le_bytes());
    for number in [
        sections.rows,
        attributes.len() as u64,
        sections.attributes.len() as u64,
        geometry.len() as u64,
        sections.geometry.len() as u64,
    ] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    debug_assert_eq!(bytes.len(), CRC_AT);
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&attributes);
    bytes.extend_from_slice(&geometry);
    let crc = checksum(&bytes);
    bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// The sections of a blob, and how many rows the header announces.
pub(super) fn unpack(layer: Layer, bytes: &[u8]) -> Result<(Sections, u64), CodecError> {
    let damaged = |what: &str| CodecError::Damaged {
        layer: layer.name(),
        what: what.to_owned(),
    };
    if bytes.len() < HEADER || &bytes[..8] != MAGIC {
        return Err(CodecError::NotALayer);
    }
    let version = u32_at(bytes, 8);
    if version > VERSION {
        return Err(CodecError::Newer {
            found: version,
            known: VERSION,
        });
    }
    if u32_at(bytes, CRC_AT) != checksum(bytes) {
        return Err(damaged("its checksum disagrees"));
    }
    let found = usize::try_from(u32_at(bytes, 12))
        .ok()
        .and_then(|number| Layer::ALL.get(number))
        .ok_or(CodecError::NotALayer)?;
    if *found != layer {
        return Err(CodecError::OtherLayer {
            found: found.name(),
            wanted: layer.name(),
        });
    }
    let [
        rows,
        packed_attributes,
        raw_attributes,
        packed_geometry,
        raw_geometry,
    ] = [16, 24, 32, 40, 48].map(|at| u64_at(bytes, at));
    let body = &bytes[HEADER..];
    if packed_attributes.checked_add(packed_geometry) != Some(body.len() as u64) {
        return Err(damaged("its length disagrees with its header"));
    }
    let (attributes, geometry) = body.split_at(packed_attributes as usize);
    let (attributes, geometry) = rayon::join(
        || unpack_section(attributes, raw_attributes),
        || unpack_section(geometry, raw_geometry),
    );
    let sections = Sections {
        rows,
        attributes: attributes.ok_or_else(|| damaged("its attributes cannot be unpacked"))?,
        geometry: geometry.ok_or_else(|| damaged("its geometry cannot be unpacked"))?,
    };
    Ok((sections, rows))
}

fn pack_section(raw: &[u8]) -> Vec<u8> {
    let packed = zstd::bulk::compress(raw, 1).unwrap_or_default();
    let fits = raw.len() as u64 <= ceiling(packed.len());
    let smaller = !packed.is_empty() && packed.len() < raw.len();
    if smaller && fits {
        packed
    } else {
        raw.to_vec()
    }
}

fn unpack_section(packed: &[u8], raw_length: u64) -> Option<Vec<u8>> {
    if packed.len() as u64 == raw_length {
        return Some(packed.to_vec());
    }
    if raw_length > ceiling(packed.len()) {
        return None;
    }
    let mut raw = Vec::with_capacity(usize::try_from(raw_length).ok()?);
    zstd::stream::read::Decoder::with_buffer(packed)
        .ok()?
        .take(raw_length + 1)
        .read_to_end(&mut raw)
        .ok()?;
    (raw.len() as u64 == raw_length).then_some(raw)
}

fn ceiling(packed_length: usize) -> u64 {
    (packed_length as u64)
        .saturating_mul(MAX_RATIO)
        .saturating_add(SLACK)
}

fn number_of(layer: Layer) -> u32 {
    Layer::ALL
        .iter()
        .position(|candidate| *candidate == layer)
        .expect("ALL holds every layer") as u32
}

/// CRC-32 of everything but its own four bytes.
fn checksum(bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..CRC_AT]);
    hasher.update(&bytes[CRC_AT + 4..]);
    hasher.finalize()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// Puts the right checksum on altered bytes, for tests of what lies behind it.
#[cfg(test)]
pub(super) fn reseal(bytes: &mut [u8]) {
    let crc = checksum(bytes);
    bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
}
