//! The features of a GeoJSON as rows: their properties as cells, their points as what is tested. The file is read twice,
//! first for the names of the properties, and never held whole.

use super::open::Input;
use caloduc_engine::batch::{
    BatchError, Chunk, ChunkBuilder, Layout, RowPoint, RowSource, SourceFormat, Titles,
};
use caloduc_engine::crs::{Crs, LonLat, epsg_from_name};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Seek, SeekFrom};

/// Bytes of one feature.
const FEATURE_AT_MOST: usize = 16 << 20;
/// Bytes of all that is not features.
const REST_AT_MOST: usize = 1 << 20;
/// Properties that become columns.
const COLUMNS_AT_MOST: usize = 16_384;

fn wrong(what: impl Into<String>) -> BatchError {
    BatchError::Unreadable {
        what: what.into(),
        remedy: "donnez une FeatureCollection de points (GeoJSON, RFC 7946), puis réessayez",
    }
}

/// Properties in the order they are written.
#[derive(Default)]
struct Properties(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Properties;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Properties(pairs))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    properties: Option<Properties>,
    #[serde(default)]
    geometry: Option<Value>,
}

/// Finds the features of a collection, one after the other.
struct Scanner<R> {
    input: R,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The last text at the first level: the key that a value belongs to.
    key: Vec<u8>,
    in_features: bool,
    /// Everything but the features.
    rest: Vec<u8>,
    read: u64,
}

impl<R: BufRead> Scanner<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            depth: 0,
            in_string: false,
            escaped: false,
            key: Vec::new(),
            in_features: false,
            rest: Vec::new(),
            read: 0,
        }
    }

    /// The bytes of the next feature; `None` at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, BatchError> {
        let mut feature: Vec<u8> = Vec::new();
        loop {
            let buffer = self.input.fill_buf().map_err(BatchError::Read)?;
            if buffer.is_empty() {
                return if self.depth == 0 && feature.is_empty() {
                    Ok(None)
                } else {
                    Err(wrong("GeoJSON coupé : il manque sa fin"))
                };
            }
            let length = buffer.len();
            let mut used = length;
            let mut done = false;
            for (at, &byte) in buffer.iter().enumerate() {
                let inside = self.in_features && self.depth >= 2;
                let was = self.depth;
                step(
                    byte,
                    &mut self.depth,
                    &mut self.in_string,
                    &mut self.escaped,
                );
                if inside && (was >= 3 || self.depth >= 3) {
                    feature.push(byte);
                    if was >= 3 && self.depth == 2 {
                        (used, done) = (at + 1, true);
                        break;
                    }
                    continue;
                }
                if inside && self.depth < 2 {
                    self.in_features = false;
                }
                if !inside || self.depth < 2 {
                    self.rest.push(byte);
                }
                if was == 1 && self.depth == 1 {
                    note(&mut self.key, self.in_string, byte);
                } else if was == 1 && self.depth == 2 {
                    self.in_features = byte == b'[' && self.key == b"features";
                    self.key.clear();
                }
            }
            self.read += used as u64;
            self.input.consume(used);
            if done {
                return Ok(Some(feature));
            }
            if feature.len() > FEATURE_AT_MOST || self.rest.len() > REST_AT_MOST {
                return Err(wrong("GeoJSON démesuré hors de ses points"));
            }
        }
    }
}

/// Remembers the texts of the first level.
fn note(key: &mut Vec<u8>, in_string: bool, byte: u8) {
    match byte {
        b'"' if in_string => key.clear(),
        b'"' => {}
        b',' if !in_string => key.clear(),
        byte if in_string && key.len() < 64 => key.push(byte),
        _ => {}
    }
}

/// One byte more of a JSON text.
fn step(byte: u8, depth: &mut usize, in_string: &mut bool, escaped: &mut bool) {
    if *in_string {
        match byte {
            _ if *escaped => *escaped = false,
            b'\\' => *escaped = true,
            b'"' => *in_string = false,
            _ => {}
        }
        return;
    }
    match byte {
        b'"' => *in_string = true,
        b'{' | b'[' => *depth += 1,
        b'}' | b']' => *depth = depth.saturating_sub(1),
        _ => {}
    }
}

/// See the module.
pub(super) struct GeoJsonSource<'i> {
    scanner: Scanner<BufReader<Box<dyn Input + 'i>>>,
    layout: Layout,
    builder: ChunkBuilder,
    places: HashMap<String, usize>,
    crs: Option<Crs>,
    row: u64,
}

impl<'i> GeoJsonSource<'i> {
    pub(super) fn open(input: Box<dyn Input + 'i>) -> Result<Self, BatchError> {
        let mut scanner = Scanner::new(BufReader::with_capacity(1 << 16, input));
        let (mut columns, mut places, mut count) = (Vec::new(), HashMap::new(), 0_u64);
        while let Some(bytes) = scanner.next()? {
            count += 1;
            let feature = feature(&bytes, count)?;
            for (name, _) in feature.properties.unwrap_or_default().0 {
                if !places.contains_key(&name) {
                    places.insert(name.clone(), columns.len());
                    columns.push(name);
                }
            }
            if columns.len() > COLUMNS_AT_MOST {
                return Err(wrong(format!(
                    "plus de {COLUMNS_AT_MOST} propriétés différentes"
                )));
            }
        }
        let rest: Value = serde_json::from_slice(&scanner.rest)
            .map_err(|error| wrong(format!("GeoJSON illisible ({error})")))?;
        if rest["type"] != "FeatureCollection" {
            return Err(wrong("ce JSON n’est pas une FeatureCollection"));
        }
        if count == 0 {
            return Err(BatchError::Empty);
        }
        let crs = system(&rest["crs"])?;
        if columns.is_empty() {
            // A table has at least one column.
            columns.push("id".to_owned());
        }
        let mut layout = Layout::of_cells(SourceFormat::GeoJson, Titles::Absent, columns);
        layout.has_points = true;
        let mut input = scanner.input.into_inner();
        input.seek(SeekFrom::Start(0)).map_err(BatchError::Read)?;
        Ok(Self {
            scanner: Scanner::new(BufReader::with_capacity(1 << 16, input)),
            builder: ChunkBuilder::new(&layout),
            layout,
            places,
            crs,
            row: 0,
        })
    }

    fn push(&mut self, feature: Feature) {
        let mut cells = vec![String::new(); self.layout.columns.len()];
        for (name, value) in feature.properties.unwrap_or_default().0 {
            if let Some(at) = self.places.get(&name) {
                cells[*at] = shown(value);
            }
        }
        let point = self.point(feature.geometry.as_ref());
        self.builder.push_placed(cells, point);
    }

    fn point(&self, geometry: Option<&Value>) -> RowPoint {
        let Some(geometry) = geometry.filter(|geometry| !geometry.is_null()) else {
            return Ok(None);
        };
        let kind = geometry["type"].as_str().unwrap_or("sans type");
        let at = match kind {
            "Point" => &geometry["coordinates"],
            "MultiPoint" => &geometry["coordinates"][0],
            other => return Err(format!("géométrie « {} » : il faut un point", cut(other))),
        };
        let (Some(x), Some(y)) = (at[0].as_f64(), at[1].as_f64()) else {
            return Err("point sans coordonnées".to_owned());
        };
        let place = match &self.crs {
            Some(crs) => crs.to_lonlat(x, y).map_err(|error| error.to_string())?,
            None => LonLat { lon: x, lat: y },
        };
        LonLat::new(place.lon, place.lat)
            .map(Some)
            .ok_or_else(|| format!("coordonnées impossibles : {x}, {y}"))
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn feature(bytes: &[u8], number: u64) -> Result<Feature, BatchError> {
    serde_json::from_slice(bytes)
        .map_err(|error| wrong(format!("GeoJSON illisible, élément {number} ({error})")))
}

/// The reference system that the file declares; longitude and latitude without one.
fn system(declared: &Value) -> Result<Option<Crs>, BatchError> {
    let name = declared["properties"]["name"].as_str();
    let Some(epsg) = name.and_then(epsg_from_name) else {
        return Ok(None);
    };
    if epsg == 4326 {
        return Ok(None);
    }
    Crs::from_epsg(epsg)
        .map(Some)
        .map_err(|error| wrong(error.to_string()))
}

fn shown(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

impl RowSource for GeoJsonSource<'_> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, BatchError> {
        while !self.builder.is_full() {
            let Some(bytes) = self.scanner.next()? else {
                break;
            };
            self.row += 1;
            let feature = feature(&bytes, self.row)?;
            self.push(feature);
        }
        Ok(self.builder.take())
    }

    fn bytes_read(&self) -> u64 {
        self.scanner.read
    }
}
