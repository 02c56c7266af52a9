//! What is this file? Told by what is in it, never by its name.

use std::io::Read;

use super::ban::is_citycode;
use super::{SourceError, decoded};

/// How much of a file is looked at: enough for the first outline of a large commune.
const HEAD: usize = 1 << 20;

/// What a file gives to an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Addresses of the BAN.
    Addresses,
    /// Hamlets and named places of the BAN.
    Places,
    /// A table of communes: official code, populations, or La Poste's.
    Communes,
    /// A GeoJSON of communes' outlines.
    Outlines,
}

impl SourceKind {
    /// What a file is, plain or gzip; nothing when it is of no use to an index. Only its beginning is read.
    pub fn of(reader: impl Read + Send) -> Result<Option<Self>, SourceError> {
        let mut bytes = decoded(reader)?;
        let mut head = Vec::new();
        // The first lines tell a table; only a GeoJSON needs more.
        bytes.by_ref().take(1 << 16).read_to_end(&mut head)?;
        let text = head
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&head)
            .trim_ascii_start();
        if text.first() != Some(&b'{') {
            let line = text.split(|&b| b == b'\n').next().unwrap_or_default();
            return Ok(Self::of_table(line));
        }
        let room = HEAD.saturating_sub(head.len()) as u64;
        bytes.take(room).read_to_end(&mut head)?;
        Ok(names_a_commune(&head).then_some(Self::Outlines))
    }

    fn of_table(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line).to_lowercase();
        let has = |names: &[&str]| {
            line.split([';', ',', '\t', '|'])
                .map(|cell| cell.trim().trim_matches('"').trim_start_matches('#'))
                .any(|cell| names.contains(&cell))
        };
        if has(&["nom_lieu_dit"]) && has(&["code_insee"]) {
            Some(Self::Places)
        } else if has(&["numero"]) && has(&["nom_voie", "voie_nom"]) {
            Some(Self::Addresses)
        } else if has(&["com"]) && has(&["libelle", "commune"])
            || has(&["code_commune_insee"]) && has(&["code_postal"])
        {
            Some(Self::Communes)
        } else {
            None
        }
    }
}

/// Whether the text has `"code": "01001"` or its like, as the first outline of communes does.
fn names_a_commune(head: &[u8]) -> bool {
    [&b"\"code\""[..], b"\"insee\"", b"\"INSEE_COM\""]
        .into_iter()
        .any(|key| {
            memchr::memmem::find_iter(head, key).any(|at| {
                let mut rest = head
                    .get(at + key.len()..)
                    .unwrap_or_default()
                    .iter()
                    .copied()
                    .filter(|b| !b.is_ascii_whitespace());
                let opens = rest.next() == Some(b':') && rest.next() == Some(b'"');
                let value: Vec<u8> = rest.take_while(|&b| b != b'"').take(6).collect();
                opens && std::str::from_utf8(&value).is_ok_and(is_citycode)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<SourceKind> {
        SourceKind::of(text.as_bytes()).ok().flatten()
    }

    #[test]
    fn files_are_told_by_what_is_in_them() {
        for (text, expected) in [
            (
                "\u{feff}id;id_fantoir;numero;rep;nom_voie;code_insee\n",
                Some(SourceKind::Addresses),
            ),
            (
                "id;nom_lieu_dit;code_postal;code_insee;lon;lat\n",
                Some(SourceKind::Places),
            ),
            (
                "TYPECOM,COM,REG,LIBELLE,COMPARENT\n",
                Some(SourceKind::Communes),
            ),
            ("REG;DEP;COM;Commune;PMUN\n", Some(SourceKind::Communes)),
            (
                "#Code_commune_INSEE;Nom_commune;Code_postal\n",
                Some(SourceKind::Communes),
            ),
            ("DEP,REG,CHEFLIEU,LIBELLE\n", None),
            ("identifiant_reseau,nom_reseau\n", None),
            (
                "\n {\"features\":[{\"properties\":{\"nom\":\"Ain\",\n\"code\" : \"01001\"}}]}",
                Some(SourceKind::Outlines),
            ),
            (
                "{\"features\":[{\"properties\":{\"nom\":\"Ain\",\"code\":\"01\"}}]}",
                None,
            ),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
        assert!(matches!(SourceKind::of(&b""[..]), Ok(None)));
    }
}
