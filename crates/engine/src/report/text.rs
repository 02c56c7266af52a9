//! The report as a person reads it, in French: files, then findings from the gravest, then one line for a manager.

use super::finding::{count, counted, typography};
use super::{FileOutcome, FileStatus, Finding, Place, Report, Severity};
use crate::network::Layer;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Findings of one code listed in full; the JSON has them all.
const LISTED: usize = 20;

impl Report {
    /// The whole report in French, ending with the manager's line.
    pub fn to_text(&self) -> String {
        let mut out = String::from("Rapport de qualité\n\nFichiers\n");
        for file in &self.files {
            let _ = writeln!(out, "  {}", file_line(file));
        }
        if self.files.is_empty() {
            out.push_str("  aucun\n");
        }
        for (severity, title) in [
            (Severity::Error, "Erreurs"),
            (Severity::Warning, "Avertissements"),
            (Severity::Information, "Informations"),
        ] {
            write_findings(&mut out, title, &self.findings, severity);
        }
        let _ = write!(out, "\n{}", self.managers_line());
        out.push_str(match self.summary.files_refused {
            0 => "\n",
            1 => " (un fichier refusé : rien n’est publiable)\n",
            _ => " (fichiers refusés : rien n’est publiable)\n",
        });
        typography(&out)
    }
}

fn file_line(file: &FileOutcome) -> String {
    let table = file.table.map_or("", |table| match table {
        Layer::Heat => "réseaux de chaleur",
        Layer::HeatUntraced => "réseaux de chaleur sans tracé",
        Layer::Cold => "réseaux de froid",
        Layer::ColdUntraced => "réseaux de froid sans tracé",
        Layer::Projects => "réseaux en construction",
        Layer::PriorityAreas => "PDP",
        Layer::Communes => "communes",
        Layer::Regulatory => "tableau réglementaire",
    });
    match file.status {
        FileStatus::Read => {
            let epsg = file
                .epsg
                .map_or(String::new(), |epsg| format!(", EPSG:{epsg}"));
            format!(
                "{} : {table}, {} sur {}{epsg}",
                file.file,
                counted(file.rows_kept, "ligne reprise", "lignes reprises"),
                count(file.rows_read),
            )
        }
        FileStatus::Ignored => format!("{} : ignoré", file.file),
        FileStatus::Refused => format!("{} : REFUSÉ", file.file),
    }
}

fn write_findings(out: &mut String, title: &str, findings: &[Finding], severity: Severity) {
    let mut by_code: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.severity == severity) {
        by_code.entry(&finding.code).or_default().push(finding);
    }
    let total: usize = by_code.values().map(Vec::len).sum();
    if total == 0 {
        return;
    }
    let _ = writeln!(out, "\n{title} ({})", count(total as u64));
    for (code, group) in by_code {
        let mut remedy = "";
        for finding in group.iter().take(LISTED) {
            let _ = writeln!(
                out,
                "  [{code}] {}{}",
                place_text(&finding.place),
                finding.message
            );
            if finding.remedy != remedy && !finding.remedy.is_empty() {
                let _ = writeln!(out, "      → {}", finding.remedy);
                remedy = &finding.remedy;
            }
        }
        if group.len() > LISTED {
            let _ = writeln!(
                out,
                "  [{code}] … et {}",
                counted(
                    (group.len() - LISTED) as u64,
                    "autre (voir le rapport JSON)",
                    "autres (voir le rapport JSON)"
                )
            );
        }
    }
}

fn place_text(place: &Place) -> String {
    let mut parts = Vec::new();
    parts.extend(place.file.clone());
    parts.extend(place.feature.map(|n| format!("objet {}", count(n))));
    parts.extend(place.network.clone());
    parts.extend(place.field.as_ref().map(|f| format!("champ « {f} »")));
    parts.extend(
        place
            .position
            .map(|p| format!("en {:.6} {:.6}", p.lon, p.lat)),
    );
    if parts.is_empty() {
        String::new()
    } else {
        format!("{} : ", parts.join(", "))
    }
}
