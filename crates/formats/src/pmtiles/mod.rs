//! PMTiles 3: the map of an edition as vector tiles in one file that a plain web server hands out by ranges of bytes.
//!
//! Tiles are the engine's, the same as those the server draws; here they are found zoom by zoom, compressed and laid in
//! the order of the format's curve.

mod archive;

use crate::error::Fault;
use crate::export::Edited;
use crate::moment::Day;
use crate::notice::attribution;
use archive::{Archive, compressed};
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{Snapshot, build};
use caloduc_engine::tiles::{TileId, TileLayer, tile};
use rayon::prelude::*;
use serde_json::json;
use std::io::Write;
use std::sync::Arc;

/// First zoom: under it the country is a handful of pixels.
const FIRST_ZOOM: u8 = 4;
/// Last zoom: one unit of a tile is half a metre there; programs enlarge it beyond.
const LAST_ZOOM: u8 = 14;

/// The layers of the map; communes' outlines are somebody else's to publish.
const LAYERS: [TileLayer; 4] = [
    TileLayer::Heat,
    TileLayer::Cold,
    TileLayer::Projects,
    TileLayer::PriorityAreas,
];

/// Writes the archive.
pub(crate) fn write(edited: &Edited<'_>, day: Day, out: &mut dyn Write) -> Result<(), Fault> {
    let bytes = build(edited.edition, edited.stamp).map_err(Fault::library)?;
    let snapshot = Snapshot::open(Arc::new(bytes)).map_err(Fault::library)?;
    let mut archive = Archive::default();
    let mut level = every(FIRST_ZOOM);
    for zoom in FIRST_ZOOM..=LAST_ZOOM {
        let drawn: Vec<(TileId, Vec<u8>)> = level
            .into_par_iter()
            .filter(|id| is_near(&snapshot, *id))
            .map(|id| (id, compressed(&drawn(&snapshot, id))))
            .collect();
        // What shows nothing at this zoom may be too small for it: its children are looked at all the same.
        level = if zoom == LAST_ZOOM {
            Vec::new()
        } else {
            drawn.iter().flat_map(|(id, _)| children(*id)).collect()
        };
        for (id, tile) in drawn {
            archive.add(id, tile);
        }
    }
    let metadata = metadata(edited, day).to_string();
    archive.write(&metadata, [FIRST_ZOOM, LAST_ZOOM], extent(&snapshot), out)
}

/// The layers of a tile one after the other, which is how the format puts several in one.
fn drawn(snapshot: &Snapshot, id: TileId) -> Vec<u8> {
    let layers = LAYERS.iter().map(|layer| tile(snapshot, *layer, id));
    layers.collect::<Vec<_>>().concat()
}

fn every(zoom: u8) -> Vec<TileId> {
    let side = 1_u32 << zoom;
    (0..side)
        .flat_map(|x| (0..side).filter_map(move |y| TileId::new(zoom, x, y)))
        .collect()
}

fn children(id: TileId) -> impl Iterator<Item = TileId> {
    let (zoom, x, y) = (id.zoom() + 1, id.x() * 2, id.y() * 2);
    [(0, 0), (0, 1), (1, 0), (1, 1)]
        .into_iter()
        .filter_map(move |(right, down)| TileId::new(zoom, x + right, y + down))
}

/// The tables that are on the map.
const TABLES: [Layer; 6] = [
    Layer::Heat,
    Layer::HeatUntraced,
    Layer::Cold,
    Layer::ColdUntraced,
    Layer::Projects,
    Layer::PriorityAreas,
];

/// Whether a row's box meets the tile, with a margin for the symbols that stand across its edge.
fn is_near(snapshot: &Snapshot, id: TileId) -> bool {
    let bounds = id.bounds(MARGIN);
    TABLES
        .iter()
        .any(|table| !snapshot.within(*table, bounds).is_empty())
}

/// In units of a tile.
const MARGIN: i32 = 64;

/// West, south, east, north of everything on the map.
fn extent(snapshot: &Snapshot) -> [f64; 4] {
    let rows = TABLES.iter().flat_map(|table| snapshot.rows(*table));
    let boxes = rows.filter_map(|row| row.bounds());
    let all = boxes.fold(None, |all: Option<[f64; 4]>, b| {
        crate::wkb::united(all, Some([b.west, b.south, b.east, b.north]))
    });
    all.unwrap_or([-180.0, -85.0, 180.0, 85.0])
}

fn metadata(edited: &Edited<'_>, day: Day) -> serde_json::Value {
    let layers: Vec<serde_json::Value> = LAYERS
        .iter()
        .map(|layer| json!({ "id": layer.name(), "fields": {}, "minzoom": FIRST_ZOOM, "maxzoom": LAST_ZOOM }))
        .collect();
    json!({
        "name": "Réseaux de chaleur et de froid",
        "description": attribution(edited, day),
        "attribution": "Licence Ouverte 2.0",
        "type": "overlay",
        "version": edited.stamp.release.map_or_else(|| day.iso(), |number| number.to_string()),
        "vector_layers": layers,
    })
}
