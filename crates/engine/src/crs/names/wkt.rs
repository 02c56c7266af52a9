//! Well-known text (WKT 1 as ESRI and GDAL write it, WKT 2 of ISO 19162) to an EPSG code.

use super::{canonical, from_plain_name, of_esri, plain, utm_on};

const DEEP_ENOUGH: usize = 24;
const NODES_AT_MOST: usize = 4_000;

/// `KEYWORD[argument, argument, …]`.
#[derive(Debug, Default)]
struct Node {
    keyword: String,
    texts: Vec<String>,
    numbers: Vec<f64>,
    children: Vec<Node>,
}

impl Node {
    fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children
            .iter()
            .find(|child| keywords.contains(&child.keyword.as_str()))
    }

    fn name(&self) -> String {
        self.texts
            .first()
            .map(|text| plain(text))
            .unwrap_or_default()
    }

    fn descendant(&self, keywords: &[&str]) -> Option<&Self> {
        self.child(keywords).or_else(|| {
            self.children
                .iter()
                .find_map(|child| child.descendant(keywords))
        })
    }
}

/// The EPSG code of the horizontal system described: by its authority, else by its name, else by its projection and
/// parameters. `None` when it is nothing we recognise.
pub fn epsg_from_wkt(text: &str) -> Option<u16> {
    let root = parse(text)?;
    recognise(&root, 0)
}

fn recognise(node: &Node, depth: usize) -> Option<u16> {
    match node.keyword.as_str() {
        "COMPD_CS" | "COMPOUNDCRS" | "BOUNDCRS" | "SOURCECRS" if depth < 4 => node
            .children
            .iter()
            .find_map(|child| recognise(child, depth + 1)),
        "PROJCS" | "PROJCRS" | "PROJECTEDCRS" => by_authority(node)
            .or_else(|| from_plain_name(&node.name()))
            .or_else(|| by_parameters(node)),
        "GEOGCS" | "GEOGCRS" | "GEOGRAPHICCRS" | "GEODCRS" | "GEODETICCRS" => by_authority(node)
            .or_else(|| from_plain_name(&node.name()))
            .or_else(|| by_datum(node)),
        _ => None,
    }
}

fn by_authority(node: &Node) -> Option<u16> {
    node.children
        .iter()
        .filter(|child| matches!(child.keyword.as_str(), "AUTHORITY" | "ID"))
        .find_map(|id| {
            let code = match (id.texts.get(1), id.numbers.first()) {
                (Some(text), _) => text.trim().parse::<u32>().ok()?,
                (None, Some(&number)) if (1.0..1e9).contains(&number) => number as u32,
                _ => return None,
            };
            match plain(id.texts.first()?).as_str() {
                "epsg" => canonical(code),
                "esri" => of_esri(code),
                _ => None,
            }
        })
}

fn datum_name(node: &Node) -> String {
    let datum = node.descendant(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"]);
    let name = datum.map(Node::name).unwrap_or_default();
    name.strip_prefix('d').map_or(name.clone(), |rest| {
        if rest.starts_with("eutsche") {
            name.clone()
        } else {
            rest.to_owned()
        }
    })
}

fn by_datum(node: &Node) -> Option<u16> {
    let greenwich = node
        .child(&["PRIMEM", "PRIMEMERIDIAN"])
        .and_then(|meridian| meridian.numbers.first())
        .is_none_or(|&longitude| longitude == 0.0);
    let name = datum_name(node);
    let known = if name.starts_with("worldgeodeticsystem1984") || name.starts_with("wgs") {
        Some(4326)
    } else if name.starts_with("reseaugeodesiquefrancais1993")
        || name.starts_with("rgf") && !name.starts_with("rgfg")
    {
        Some(4171)
    } else if name.starts_with("europeanterrestrialreferencesystem1989") || name.starts_with("etrs")
    {
        Some(4258)
    } else {
        from_plain_name(&name)
    };
    known.filter(|_| greenwich)
}

fn parameter(node: &Node, names: &[&str]) -> Option<f64> {
    let parameters = node.child(&["CONVERSION"]).unwrap_or(node);
    parameters
        .children
        .iter()
        .filter(|child| child.keyword == "PARAMETER")
        .find(|child| names.contains(&child.name().as_str()))
        .and_then(|child| child.numbers.first().copied())
}

fn by_parameters(node: &Node) -> Option<u16> {
    let method = node
        .descendant(&["PROJECTION", "METHOD"])
        .map(Node::name)
        .unwrap_or_default();
    let metres = node
        .children
        .iter()
        .rfind(|child| matches!(child.keyword.as_str(), "UNIT" | "LENGTHUNIT"))
        .and_then(|unit| unit.numbers.first())
        .is_none_or(|&factor| factor == 1.0);
    if !metres {
        return None;
    }
    let latitude = parameter(
        node,
        &[
            "latitudeoforigin",
            "latitudeoffalseorigin",
            "latitudeofnaturalorigin",
            "latitudeofcenter",
        ],
    );
    let longitude = parameter(
        node,
        &[
            "centralmeridian",
            "longitudeoffalseorigin",
            "longitudeofnaturalorigin",
            "longitudeoforigin",
        ],
    )?;
    let easting = parameter(node, &["falseeasting", "eastingatfalseorigin"])?;
    let northing = parameter(node, &["falsenorthing", "northingatfalseorigin"])?;
    if method.starts_with("mercatorauxiliarysphere") || method.starts_with("popularvisualisation") {
        return Some(3857);
    }
    if method.starts_with("lambert") && method.contains("conic") {
        return french_conic(latitude?, longitude, easting, northing);
    }
    let scale = parameter(node, &["scalefactor", "scalefactoratnaturalorigin"])?;
    if method.starts_with("transversemercator")
        && (scale - 0.9996).abs() < 1e-9
        && easting == 500_000.0
    {
        let zone = (longitude + 183.0) / 6.0;
        let south = northing == 10_000_000.0;
        if zone.fract() == 0.0 && (1.0..=60.0).contains(&zone) && (south || northing == 0.0) {
            let datum =
                match by_datum(node.descendant(&["GEOGCS", "BASEGEOGCRS", "BASEGEODCRS"])?) {
                    Some(4326) => "wgs".to_owned(),
                    Some(4171 | 4258) => "etrs".to_owned(),
                    _ => datum_name(node),
                };
            return utm_on(&datum, zone as u16, south);
        }
    }
    None
}

/// Lambert-93 and the nine conic zones differ by their origin (decree 2000-1276, annex).
fn french_conic(latitude: f64, longitude: f64, easting: f64, northing: f64) -> Option<u16> {
    if longitude != 3.0 {
        return None;
    }
    if latitude == 46.5 && easting == 700_000.0 && northing == 6_600_000.0 {
        return Some(2154);
    }
    let zone = latitude as u16;
    let its_northing = (latitude - 41.0) * 1e6 + 200_000.0;
    let conic = (42..=50).contains(&zone)
        && latitude.fract() == 0.0
        && easting == 1_700_000.0
        && northing == its_northing;
    conic.then_some(3900 + zone)
}

fn parse(text: &str) -> Option<Node> {
    let mut stack: Vec<Node> = Vec::new();
    let mut nodes = 0;
    let mut word = String::new();
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let mut quoted = String::new();
                while let Some(inner) = chars.next() {
                    if inner == '"' {
                        if chars.peek() != Some(&'"') {
                            break;
                        }
                        chars.next();
                    }
                    quoted.push(inner);
                }
                stack.last_mut()?.texts.push(quoted);
            }
            '[' | '(' => {
                nodes += 1;
                if stack.len() >= DEEP_ENOUGH || nodes > NODES_AT_MOST {
                    return None;
                }
                stack.push(Node {
                    keyword: std::mem::take(&mut word).trim().to_uppercase(),
                    ..Node::default()
                });
            }
            ']' | ')' => {
                let mut done = stack.pop()?;
                finish_word(&mut done, &mut word);
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Some(done),
                }
            }
            ',' => {
                if let Some(node) = stack.last_mut() {
                    finish_word(node, &mut word);
                }
            }
            _ => word.push(c),
        }
    }
    // An unclosed text still names its root.
    let mut done = stack.pop()?;
    while let Some(mut parent) = stack.pop() {
        parent.children.push(done);
        done = parent;
    }
    Some(done)
}

fn finish_word(node: &mut Node, word: &mut String) {
    if let Ok(number) = std::mem::take(word).trim().parse() {
        node.numbers.push(number);
    }
}
