//! What goes with the files: the notice that says what they are, the licence, what changed since the edition before, the
//! checksums.

use crate::export::{Edited, Format, Written};
use crate::moment::Day;
use crate::table::Placed;
use std::fmt::Write as _;

/// The notice's name.
pub const NOTICE: &str = "LISEZMOI.md";
/// The licence's name.
pub const LICENCE: &str = "LICENCE.txt";
/// The checksums' name.
pub const SUMS: &str = "SHA256SUMS";
/// What changed, for people.
pub const CHANGES: &str = "CHANGEMENTS.txt";
/// What changed, for programs.
pub const CHANGES_JSON: &str = "changes.json";

/// The licence of the data: which one, what it asks, where its text is.
pub(crate) fn licence(edited: &Edited<'_>, day: Day) -> String {
    format!(
        "Ces données sont publiées sous la Licence Ouverte 2.0 (Etalab), compatible avec CC BY 4.0.\n\
         Texte : https://www.etalab.gouv.fr/licence-ouverte-open-licence/\n\n\
         Vous pouvez les reproduire, les transformer et les exploiter, y compris commercialement, à condition de citer\n\
         leur source et la date de leur dernière mise à jour. Mention prête à recopier\u{a0}:\n\n\
         {}\n",
        attribution(edited, day)
    )
}

/// The sentence that the licence asks for.
pub fn attribution(edited: &Edited<'_>, day: Day) -> String {
    let fictional = if edited.stamp.fictional {
        " (territoire fictif)"
    } else {
        ""
    };
    let edition = edited.stamp.release.map_or(String::new(), |number| {
        format!("édition n°\u{a0}{number} du ")
    });
    format!(
        "Tracés des réseaux de chaleur et de froid{fictional}, {edition}{}, Licence Ouverte 2.0",
        day.french()
    )
}

/// Checksums as `sha256sum -c` reads them.
pub(crate) fn sums(written: &[Written]) -> String {
    let lines = written
        .iter()
        .map(|file| format!("{}  {}\n", file.sha256, file.name));
    lines.collect()
}

/// The notice.
pub(crate) fn notice(
    edited: &Edited<'_>,
    day: Day,
    formats: &[Format],
    tables: &[Placed<'_>],
) -> String {
    let mut text = String::from("# Réseaux de chaleur et de froid\n\n");
    if edited.stamp.fictional {
        text.push_str(
            "**Territoire fictif\u{a0}: rien de ce que contiennent ces fichiers n’existe.**\n\n",
        );
    }
    if let Some(number) = edited.stamp.release {
        let _infallible = write!(text, "Édition n°\u{a0}{number} du {}.", day.french());
    } else {
        let _infallible = write!(text, "Données du {}.", day.french());
    }
    text.push_str(" Les tracés sont indicatifs et ne remplacent pas une déclaration DT-DICT.\n\n");
    let _infallible = write!(text, "{}.\n\n## Fichiers\n\n", attribution(edited, day));
    text.push_str("| format | où | système de coordonnées |\n|---|---|---|\n");
    for format in formats {
        let (place, crs) = format.described(day);
        let _infallible = writeln!(text, "| {} | `{place}` | {crs} |", format.title());
    }
    let _infallible = writeln!(
        text,
        "\n`{SUMS}` donne l’empreinte de chaque fichier (`sha256sum -c {SUMS}`), `{LICENCE}` la licence, `schemas/` la description des tables (Table Schema, JSON Schema).{}",
        if edited.changes.is_some() {
            format!(
                " `{CHANGES}` et `{CHANGES_JSON}` disent ce qui a changé depuis l’édition précédente."
            )
        } else {
            String::new()
        }
    );
    text.push_str(
        "\nDans l’archive compatible, ce que ses champs ne peuvent pas dire (clé, codes INSEE, ouverture aux raccordements, \
         noms des projets) est dans le membre « caloduc » de chaque objet GeoJSON, à côté de « properties »\u{a0}; outre-mer, \
         ses coordonnées sont en Lambert-93 comme les autres et n’y mesurent pas de distances. Les autres formats ont les tables et \
         les champs qui suivent.\n",
    );
    if tables
        .iter()
        .any(|placed| placed.table.name.ends_with("-areas"))
    {
        text.push_str(
            "\nÀ la demande de leurs exploitants, certains tracés sont publiés comme une zone tampon (tables dont le nom finit par \
             `-areas`, fichiers `…_zones_tampon` de l’archive compatible)\u{a0}: les conduites sont quelque part dans le polygone, dont \
             le contour suit une grille et non le tracé\u{a0}; les distances se mesurent jusqu’à lui.\n",
        );
    }
    for placed in tables {
        let table = &placed.table;
        let _infallible = write!(
            text,
            "\n## `{}`\u{a0}: {}\n\n{} objets, {}.\n\n| champ | type | sens |\n|---|---|---|\n",
            table.name,
            table.title,
            table.records.len(),
            table.geometry.name()
        );
        for column in &table.columns {
            let _infallible = writeln!(
                text,
                "| `{}` | {} | {} |",
                column.name,
                column.kind.french(),
                column.title
            );
        }
    }
    text
}
