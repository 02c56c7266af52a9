//! What does a whole import come to? Files, findings, the same by network, and the counts that a manager reads.

use super::finding::{count, counted};
use super::{FileOutcome, FileStatus, Finding, Severity};
use crate::network::{Edition, Layer};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Counts over the whole import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Whether the draft may be published: no file was refused.
    pub publishable: bool,
    /// Heat and cold networks of the draft.
    pub networks: u64,
    /// Those about which there is neither error nor warning.
    pub networks_ready: u64,
    /// Those with an error or a warning.
    pub networks_to_look_at: u64,
    /// Rows of network files that were dropped, those of refused files included.
    pub networks_refused: u64,
    /// Files whose rows are in the draft.
    pub files_read: u64,
    /// Files left aside.
    pub files_ignored: u64,
    /// Files refused.
    pub files_refused: u64,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings for the record.
    pub informations: u64,
}

/// What is said about one network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkReport {
    /// Its SNCU id, or its name.
    pub network: String,
    /// The worst of its findings.
    pub worst: Severity,
    /// Places of its findings in the report's list, counted from 0.
    pub findings: Vec<usize>,
}

/// The quality report of one import.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Counts.
    pub summary: Summary,
    /// What became of each file, in the order they were read.
    pub files: Vec<FileOutcome>,
    /// Networks with at least one finding, by name.
    pub networks: Vec<NetworkReport>,
    /// Every finding: errors first, then by file, feature and code.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The report of an import that gives `edition` (the draft; the previous edition when a file was refused).
    pub fn new(files: Vec<FileOutcome>, mut findings: Vec<Finding>, edition: &Edition) -> Self {
        findings.sort_by(|a, b| order(a).cmp(&order(b)));
        findings.dedup();
        let networks = by_network(&findings);
        let summary = summarise(&files, &findings, edition);
        Self {
            summary,
            files,
            networks,
            findings,
        }
    }

    /// Whether a file was refused: nothing may be published, the command exits 1.
    pub fn refused(&self) -> bool {
        self.summary.files_refused > 0
    }

    /// The status of the command: 0 when the draft may be published, 1 when a file was refused.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.refused())
    }

    /// The report as JSON, indented, with a final line end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a report is made of texts and numbers, which JSON can write");
        text.push('\n');
        text
    }

    /// The line a manager reads: `1 021 réseaux prêts, 12 à regarder, 0 refusé`.
    pub fn managers_line(&self) -> String {
        let s = &self.summary;
        format!(
            "{}, {} à regarder, {}",
            counted(s.networks_ready, "réseau prêt", "réseaux prêts"),
            count(s.networks_to_look_at),
            counted(s.networks_refused, "refusé", "refusés"),
        )
    }
}

type Order<'a> = (Severity, &'a str, u64, &'a str, &'a str, &'a str, &'a str);

fn order(finding: &Finding) -> Order<'_> {
    (
        finding.severity,
        finding.place.file.as_deref().unwrap_or_default(),
        finding.place.feature.unwrap_or_default(),
        finding.place.network.as_deref().unwrap_or_default(),
        &finding.code,
        finding.place.field.as_deref().unwrap_or_default(),
        &finding.message,
    )
}

fn by_network(findings: &[Finding]) -> Vec<NetworkReport> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, finding) in findings.iter().enumerate() {
        if let Some(network) = &finding.place.network {
            groups.entry(network).or_default().push(i);
        }
    }
    groups
        .into_iter()
        .map(|(network, indices)| NetworkReport {
            network: network.to_owned(),
            worst: indices
                .iter()
                .map(|&i| findings[i].severity)
                .min()
                .unwrap_or(Severity::Information),
            findings: indices,
        })
        .collect()
}

/// How findings name a network: its SNCU id, else its name, else its key.
pub(crate) fn label(id: Option<&str>, name: Option<&str>, otherwise: &str) -> String {
    id.or(name).unwrap_or(otherwise).to_owned()
}

fn summarise(files: &[FileOutcome], findings: &[Finding], edition: &Edition) -> Summary {
    let flagged: HashSet<&str> = findings
        .iter()
        .filter(|f| f.severity != Severity::Information)
        .filter_map(|f| f.place.network.as_deref())
        .collect();
    let networks = edition.networks.len() as u64;
    let to_look_at = edition
        .networks
        .iter()
        .filter(|n| {
            let label = label(
                n.row.sncu_id.as_ref().map(crate::network::SncuId::as_str),
                n.row.name.as_deref(),
                n.key.as_str(),
            );
            flagged.contains(label.as_str()) || flagged.contains(n.key.as_str())
        })
        .count() as u64;
    let files_with = |status| files.iter().filter(|f| f.status == status).count() as u64;
    let findings_with =
        |severity| findings.iter().filter(|f| f.severity == severity).count() as u64;
    let is_network_table = |file: &&FileOutcome| {
        matches!(
            file.table,
            Some(Layer::Heat | Layer::HeatUntraced | Layer::Cold | Layer::ColdUntraced)
        ) && file.status != FileStatus::Ignored
    };
    let files_refused = files_with(FileStatus::Refused);
    Summary {
        publishable: files_refused == 0,
        networks,
        networks_ready: networks - to_look_at,
        networks_to_look_at: to_look_at,
        networks_refused: files
            .iter()
            .filter(is_network_table)
            .map(|f| f.rows_read.saturating_sub(f.rows_kept))
            .sum(),
        files_read: files_with(FileStatus::Read),
        files_ignored: files_with(FileStatus::Ignored),
        files_refused,
        errors: findings_with(Severity::Error),
        warnings: findings_with(Severity::Warning),
        informations: findings_with(Severity::Information),
    }
}
