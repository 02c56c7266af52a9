//! A layer of a vector tile as bytes: Mapbox Vector Tile 2.1, written as the protocol buffers it is made of.

use std::collections::HashMap;

/// A value of a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Flag(bool),
}

/// A feature's shape, in units of the tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Points.
    Points(Vec<(i32, i32)>),
    /// Lines of two positions or more.
    Lines(Vec<Vec<(i32, i32)>>),
    /// Rings without their closing position: each polygon's outer one clockwise on the screen, its holes the other way.
    Rings(Vec<Vec<(i32, i32)>>),
}

/// Writes one layer.
#[derive(Debug)]
pub struct LayerWriter {
    name: &'static str,
    extent: u32,
    keys: Vec<&'static str>,
    values: Vec<Vec<u8>>,
    places: HashMap<Vec<u8>, u32>,
    features: Vec<u8>,
    count: usize,
}

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

impl LayerWriter {
    /// An empty layer.
    pub fn new(name: &'static str, extent: u32) -> Self {
        Self {
            name,
            extent,
            keys: Vec::new(),
            values: Vec::new(),
            places: HashMap::new(),
            features: Vec::new(),
            count: 0,
        }
    }

    /// How many features were added.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none was added.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a feature.
    pub fn add(&mut self, shape: &Shape, properties: &[(&'static str, Value<'_>)]) {
        let mut tags = Vec::with_capacity(properties.len() * 2);
        for (key, value) in properties {
            tags.push(self.key(key));
            tags.push(self.value(*value));
        }
        let (kind, geometry) = commands(shape);
        let mut feature = Vec::new();
        packed(&mut feature, 2, &tags);
        field_varint(&mut feature, 3, kind);
        packed(&mut feature, 4, &geometry);
        field_bytes(&mut self.features, 2, &feature);
        self.count += 1;
    }

    /// The tile that has this layer alone; no bytes when it has no feature.
    pub fn finish(self) -> Vec<u8> {
        if self.count == 0 {
            return Vec::new();
        }
        let mut layer = Vec::with_capacity(self.features.len() + 1024);
        field_varint(&mut layer, 15, 2);
        field_bytes(&mut layer, 1, self.name.as_bytes());
        layer.extend_from_slice(&self.features);
        for key in &self.keys {
            field_bytes(&mut layer, 3, key.as_bytes());
        }
        for value in &self.values {
            field_bytes(&mut layer, 4, value);
        }
        field_varint(&mut layer, 5, self.extent);
        let mut tile = Vec::with_capacity(layer.len() + 8);
        field_bytes(&mut tile, 3, &layer);
        tile
    }

    fn key(&mut self, key: &'static str) -> u32 {
        let place = self.keys.iter().position(|known| *known == key);
        place.unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        }) as u32
    }

    fn value(&mut self, value: Value<'_>) -> u32 {
        let mut bytes = Vec::new();
        match value {
            Value::Text(text) => field_bytes(&mut bytes, 1, text.as_bytes()),
            Value::Number(number) => {
                varint(&mut bytes, (3 << 3) | 1);
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            Value::Whole(number) => {
                varint(&mut bytes, 6 << 3);
                varint(&mut bytes, ((number << 1) ^ (number >> 63)) as u64);
            }
            Value::Flag(flag) => field_varint(&mut bytes, 7, u32::from(flag)),
        }
        let next = self.values.len() as u32;
        *self.places.entry(bytes).or_insert_with_key(|bytes| {
            self.values.push(bytes.clone());
            next
        })
    }
}

/// The kind of geometry and its drawing commands.
fn commands(shape: &Shape) -> (u32, Vec<u32>) {
    let mut pen = Pen::default();
    match shape {
        Shape::Points(points) => {
            pen.command(MOVE_TO, points.len());
            for at in points {
                pen.go(*at);
            }
            (1, pen.out)
        }
        Shape::Lines(lines) => {
            for line in lines {
                pen.path(line);
            }
            (2, pen.out)
        }
        Shape::Rings(rings) => {
            for ring in rings {
                pen.path(ring);
                pen.command(CLOSE_PATH, 1);
            }
            (3, pen.out)
        }
    }
}

#[derive(Default)]
struct Pen {
    out: Vec<u32>,
    at: (i32, i32),
}

impl Pen {
    fn command(&mut self, command: u32, times: usize) {
        self.out.push(command | ((times as u32) << 3));
    }

    fn go(&mut self, to: (i32, i32)) {
        for step in [to.0 - self.at.0, to.1 - self.at.1] {
            self.out.push(((step << 1) ^ (step >> 31)) as u32);
        }
        self.at = to;
    }

    fn path(&mut self, path: &[(i32, i32)]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        self.command(MOVE_TO, 1);
        self.go(*first);
        self.command(LINE_TO, rest.len());
        for at in rest {
            self.go(*at);
        }
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn field_varint(out: &mut Vec<u8>, field: u64, value: u32) {
    varint(out, field << 3);
    varint(out, u64::from(value));
}

fn field_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, (field << 3) | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn packed(out: &mut Vec<u8>, field: u64, values: &[u32]) {
    let mut bytes = Vec::with_capacity(values.len() * 2);
    for value in values {
        varint(&mut bytes, u64::from(*value));
    }
    field_bytes(out, field, &bytes);
}
