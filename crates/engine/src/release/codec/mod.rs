//! How is a table of an edition kept as bytes? One immutable blob per [`Layer`]: a header with a checksum, the rows'
//! attributes as JSON lines (so that fields can be added later), their geometry as binary numbers, both packed by zstd.
//!
//! Equal rows give equal bytes. Decoding checks every length before it allocates, never panics whatever the bytes, and
//! never produces more than 256 times the size of its input plus one mebibyte a section.

mod attributes;
mod frame;
mod geometry;

use crate::network::{
    Commune, Edition, Identified, Layer, Network, PriorityArea, Project, Sourced,
};
use frame::Sections;
use rayon::prelude::*;
use thiserror::Error;

/// Why bytes are not a layer of an edition.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum CodecError {
    /// Not written by [`encode`], or cut before the end of the header.
    #[error("these bytes are no layer of an edition")]
    NotALayer,
    /// Written by a later version of this program.
    #[error("layer format {found} is newer than this program's {known}; upgrade the program")]
    Newer {
        /// Version in the header.
        found: u32,
        /// Latest version this program reads.
        known: u32,
    },
    /// The header names another layer than the one asked for.
    #[error("these bytes hold the layer `{found}`, not `{wanted}`")]
    OtherLayer {
        /// Layer in the header.
        found: &'static str,
        /// Layer asked for.
        wanted: &'static str,
    },
    /// The bytes changed since they were written.
    #[error("layer `{layer}` is damaged: {what}; restore it from a backup")]
    Damaged {
        /// Layer asked for.
        layer: &'static str,
        /// What disagrees.
        what: String,
    },
}

/// The bytes of one layer of an edition: only its rows, in the edition's order.
pub fn encode(edition: &Edition, layer: Layer) -> Vec<u8> {
    let mut sections = Sections::default();
    match layer {
        Layer::Heat | Layer::HeatUntraced | Layer::Cold | Layer::ColdUntraced => {
            for network in &edition.networks {
                if Layer::of_network(&network.row) == layer {
                    attributes::write(&mut sections, network);
                    geometry::write_network(&mut sections.geometry, network.row.shape.as_ref());
                }
            }
        }
        Layer::Projects => {
            for project in &edition.projects {
                attributes::write(&mut sections, project);
                geometry::write_project(&mut sections.geometry, project.row.shape.as_ref());
            }
        }
        Layer::PriorityAreas => {
            for area in &edition.priority_areas {
                attributes::write(&mut sections, area);
                geometry::write_area(&mut sections.geometry, area.row.shape.as_ref());
            }
        }
        Layer::Communes => {
            for commune in &edition.communes {
                attributes::write(&mut sections, commune);
                geometry::write_area(&mut sections.geometry, commune.row.shape.as_ref());
            }
        }
        Layer::Regulatory => {
            for figure in &edition.regulatory {
                attributes::write(&mut sections, figure);
            }
        }
    }
    frame::pack(layer, &sections)
}

/// The edition whose layers are these blobs, in any order; a layer without blob is empty.
pub fn decode<B: AsRef<[u8]> + Sync>(blobs: &[(Layer, B)]) -> Result<Edition, CodecError> {
    let parts: Vec<Edition> = blobs
        .par_iter()
        .map(|(layer, bytes)| decode_layer(*layer, bytes.as_ref()))
        .collect::<Result<_, _>>()?;
    let mut edition = Edition::default();
    for part in parts {
        edition.networks.extend(part.networks);
        edition.projects.extend(part.projects);
        edition.priority_areas.extend(part.priority_areas);
        edition.communes.extend(part.communes);
        edition.regulatory.extend(part.regulatory);
    }
    edition.sort();
    Ok(edition)
}

/// An edition that holds only this layer.
fn decode_layer(layer: Layer, bytes: &[u8]) -> Result<Edition, CodecError> {
    let (sections, rows) = frame::unpack(layer, bytes)?;
    let damaged = |what: &str| CodecError::Damaged {
        layer: layer.name(),
        what: what.to_owned(),
    };
    let mut edition = Edition::default();
    let mut shapes = geometry::Cursor::new(&sections.geometry);
    let mut lines = attributes::Lines::new(&sections.attributes);
    let cut = |geometry::Cut| damaged("a geometry is cut or of an unknown kind");
    for _ in 0..rows {
        match layer {
            Layer::Heat | Layer::HeatUntraced | Layer::Cold | Layer::ColdUntraced => {
                let mut network: Identified<Network> =
                    lines.next_row().map_err(|what| damaged(&what))?;
                network.row.shape = shapes.network().map_err(cut)?;
                edition.networks.push(network);
            }
            Layer::Projects => {
                let mut project: Identified<Project> =
                    lines.next_row().map_err(|what| damaged(&what))?;
                project.row.shape = shapes.project().map_err(cut)?;
                edition.projects.push(project);
            }
            Layer::PriorityAreas => {
                let mut area: Identified<PriorityArea> =
                    lines.next_row().map_err(|what| damaged(&what))?;
                area.row.shape = shapes.area().map_err(cut)?;
                edition.priority_areas.push(area);
            }
            Layer::Communes => {
                let mut commune: Sourced<Commune> =
                    lines.next_row().map_err(|what| damaged(&what))?;
                commune.row.shape = shapes.area().map_err(cut)?;
                edition.communes.push(commune);
            }
            Layer::Regulatory => {
                edition
                    .regulatory
                    .push(lines.next_row().map_err(|what| damaged(&what))?);
            }
        }
    }
    if !lines.is_done() || !shapes.is_done() {
        return Err(damaged("there is more than the header announces"));
    }
    Ok(edition)
}

#[cfg(test)]
mod tests;
