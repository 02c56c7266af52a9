//! `caloduc addresses info` and `verify`: what the index holds, and whether it is whole.

use super::open_index;
use crate::arguments::Global;
use crate::counted::size;
use crate::failure::Failure;
use crate::output;
use caloduc_engine::report::count;
use caloduc_geocoder::IndexInfo;
use caloduc_geocoder::source::territory;
use caloduc_store::Moment;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Serialize)]
struct About {
    path: PathBuf,
    /// When it was put in place.
    built: Option<Moment>,
    #[serde(flatten)]
    index: IndexInfo,
}

fn about(global: &Global) -> Result<About, Failure> {
    let (store, index) = open_index(global)?;
    let index = index.info();
    let path = store.address_index_path();
    let built = std::fs::metadata(&path)
        .and_then(|m| m.modified())
        .ok()
        .map(Moment::from_system);
    Ok(About { path, built, index })
}

/// Says what the index holds.
pub fn info(global: &Global) -> Result<(), Failure> {
    let about = about(global)?;
    if global.json {
        output::json(&about)?;
    } else {
        output::french(&text(&about))?;
    }
    Ok(())
}

fn text(about: &About) -> String {
    let index = &about.index;
    let mut lines = vec![format!(
        "{} adresses, {} voies et lieux-dits, {} communes : {} dans {}",
        count(index.addresses),
        count(index.streets),
        count(index.communes),
        size(index.bytes),
        about.path.display()
    )];
    if let Some(built) = &about.built {
        lines.push(format!("construit le {built}"));
    }
    if !index.label.is_empty() {
        lines.push(format!("édition : {}", index.label));
    }
    lines.push(format!(
        "{:<5}{:<32}{:>12}{:>10}{:>10}{:>12}",
        "", "département", "adresses", "voies", "communes", "taille"
    ));
    for d in &index.departments {
        let name = territory::of_code(&d.code).map_or("", |d| d.name);
        lines.push(format!(
            "{:<5}{name:<32}{:>12}{:>10}{:>10}{:>12}",
            d.code,
            count(d.addresses),
            count(d.streets),
            count(d.communes),
            size(d.bytes)
        ));
    }
    lines.join("\n")
}

#[derive(Debug, Serialize)]
struct Verified {
    path: PathBuf,
    bytes: u64,
    intact: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Reads the whole index and compares checksums; fails when one differs.
pub fn verify(global: &Global) -> Result<(), Failure> {
    let (store, index) = open_index(global)?;
    let problem = index.verify().err();
    let path = store.address_index_path();
    if global.json {
        output::json(&Verified {
            path,
            bytes: index.info().bytes,
            intact: problem.is_none(),
            problem: problem.as_ref().map(ToString::to_string),
        })?;
        return if problem.is_none() {
            Ok(())
        } else {
            Err(Failure::Said)
        };
    }
    if let Some(problem) = problem {
        return Err(problem.into());
    }
    output::french(&format!(
        "index intact : {} relus dans {}",
        size(index.info().bytes),
        path.display()
    ))?;
    Ok(())
}
