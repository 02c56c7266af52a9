//! What text does this XML hold? Bytes to characters by mark or declaration, and entities to characters without ever
//! following one outside the file.

use encoding_rs::Encoding;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart};
use std::borrow::Cow;

/// The characters of an XML file: by its mark, else by its declaration, else UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if Encoding::for_bom(bytes).is_some() {
        return encoding_rs::UTF_8.decode(bytes).0;
    }
    let head = &bytes[..bytes.len().min(200)];
    let declared = memchr::memmem::find(head, b"encoding=")
        .map(|at| &head[at + 9..])
        .and_then(|rest| {
            let quote = *rest.first()?;
            let rest = &rest[1..];
            rest.iter()
                .position(|&byte| byte == quote)
                .map(|end| &rest[..end])
        })
        .and_then(Encoding::for_label);
    match std::str::from_utf8(bytes) {
        Ok(text) if declared.is_none_or(|encoding| encoding == encoding_rs::UTF_8) => {
            Cow::Borrowed(text)
        }
        Ok(_) | Err(_) => {
            declared
                .filter(|encoding| *encoding != encoding_rs::UTF_8)
                .unwrap_or(encoding_rs::WINDOWS_1252)
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

/// Adds the character an entity stands for; an entity of the file's own stands for nothing.
pub fn push_entity(entity: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        text.push(character);
    } else if let Some(known) = resolve_xml_entity(entity) {
        text.push_str(known);
    }
}

/// The attribute whose name, without prefix, is `name`.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().into_inner() == name)
        .map(|attribute| {
            quick_xml::escape::unescape(&attribute.value).map_or_else(
                |_unknown_entity| attribute.value.to_string(),
                Cow::into_owned,
            )
        })
}
