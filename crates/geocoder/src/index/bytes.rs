//! What number or text is at this place of the file? Every read is bounds-checked; a place
//! outside gives zero or nothing, so that no byte of a file can stop a program.

/// Reads a little-endian `u16`, 0 outside.
pub fn u16_at(data: &[u8], at: usize) -> u16 {
    data.get(at..at.saturating_add(2))
        .and_then(|b| b.try_into().ok())
        .map_or(0, u16::from_le_bytes)
}

/// Reads a little-endian `u32`, 0 outside.
pub fn u32_at(data: &[u8], at: usize) -> u32 {
    data.get(at..at.saturating_add(4))
        .and_then(|b| b.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

/// Reads a little-endian `u64`, 0 outside.
pub fn u64_at(data: &[u8], at: usize) -> u64 {
    data.get(at..at.saturating_add(8))
        .and_then(|b| b.try_into().ok())
        .map_or(0, u64::from_le_bytes)
}

/// Reads a little-endian `u128`, 0 outside.
pub fn u128_at(data: &[u8], at: usize) -> u128 {
    data.get(at..at.saturating_add(16))
        .and_then(|b| b.try_into().ok())
        .map_or(0, u128::from_le_bytes)
}

/// Reads a little-endian `i32`, 0 outside.
pub fn i32_at(data: &[u8], at: usize) -> i32 {
    u32_at(data, at) as i32
}

/// Reads a UTF-8 text, empty when outside or not UTF-8.
pub fn str_at(data: &[u8], at: usize, len: usize) -> &str {
    data.get(at..at.saturating_add(len))
        .and_then(|b| std::str::from_utf8(b).ok())
        .unwrap_or("")
}

/// Several parts in one block: a table of lengths, then the parts, each at a multiple of 8.
pub fn pack(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|p| p.len() + 24).sum());
    let mut at = parts.len() * 16;
    for part in parts {
        out.extend_from_slice(&(at as u64).to_le_bytes());
        out.extend_from_slice(&(part.len() as u64).to_le_bytes());
        at += part.len().next_multiple_of(8);
    }
    for part in parts {
        out.extend_from_slice(part);
        out.resize(out.len().next_multiple_of(8), 0);
    }
    out
}

/// The bounds of the parts of a block, relative to it; empty ones where the table lies.
pub fn unpack<const N: usize>(block: &[u8]) -> [std::ops::Range<usize>; N] {
    std::array::from_fn(|i| {
        let start = u64_at(block, i * 16) as usize;
        let end = start.saturating_add(u64_at(block, i * 16 + 8) as usize);
        if start < N * 16 || end > block.len() {
            0..0
        } else {
            start..end
        }
    })
}
