//! Which EPSG code does a file mean? Reference systems as files write them: `EPSG:2154`, OGC URNs and URLs, CRS84, IGN
//! names, and the well-known text of `.prj` files, by its authority when it has one, else by its name and parameters.

mod wkt;

pub use wkt::epsg_from_wkt;

/// The EPSG code that a name, a URN, a URL or a well-known text stands for. Does not say that the code can be
/// converted: see [`super::Crs::from_epsg`].
pub fn epsg_from_name(text: &str) -> Option<u16> {
    let text = text.trim().trim_matches('"').trim();
    if text.contains('[') {
        return epsg_from_wkt(text);
    }
    let lower = text.to_lowercase();
    if lower.contains("crs84") {
        return Some(4326);
    }
    if lower.contains("epsg") {
        return code_at_end(&lower).and_then(canonical);
    }
    if lower.contains("esri") {
        return code_at_end(&lower).and_then(of_esri);
    }
    if lower.bytes().all(|b| b.is_ascii_digit()) {
        return lower.parse().ok().and_then(canonical);
    }
    let name = if lower.starts_with("http") {
        lower.rsplit(['/', '#']).next()
    } else {
        lower.rsplit(':').next()
    };
    from_plain_name(&plain(name.unwrap_or(&lower)))
}

fn code_at_end(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    digits
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// Codes that stand for the same system as the one we know.
fn canonical(code: u32) -> Option<u16> {
    match code {
        0 => None,
        900_913 | 3785 | 3587 | 102_100 | 102_113 => Some(3857),
        102_110 => Some(2154),
        _ => u16::try_from(code).ok(),
    }
}

fn of_esri(code: u32) -> Option<u16> {
    match code {
        102_110 => Some(2154),
        102_100 | 102_113 => Some(3857),
        104_199 | 4326 => Some(4326),
        _ => None,
    }
}

/// Letters and digits only, in lower case.
fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// A system by its name alone, spelled with letters and digits only.
fn from_plain_name(name: &str) -> Option<u16> {
    if let Some(zone) = conic_zone(name) {
        return Some(zone);
    }
    if let Some(epsg) = utm(name) {
        return Some(epsg);
    }
    Some(match name {
        "lamb93" | "lambert93" | "rgf93lamb93" | "rgf93lambert93" | "rgf1993lambert93"
        | "rgf93v1lambert93" | "rgflambert93" => 2154,
        "rgf93v2lambert93" => 9793,
        "rgf93v2blambert93" => 9794,
        "wgs84" | "gcswgs1984" | "wgs1984" | "wgs84g" | "wgs84geo" | "wgs84lonlat" | "epsg4326" => {
            4326
        }
        "rgf93" | "rgf93g" | "rgf93geo" | "gcsrgf1993" | "rgf1993" | "rgf93v1" => 4171,
        "etrs89" | "gcsetrs1989" | "etrs1989" => 4258,
        "rgaf09" | "gcsrgaf09" | "rgaf2009" => 5489,
        "rgfg95" | "gcsrgfg1995" => 4624,
        "rgr92" | "gcsrgr1992" | "rgr1992" => 4627,
        "rgm04" | "gcsrgm2004" => 4470,
        "rgspm06" | "gcsrgspm2006" => 4463,
        "wgs1984webmercatorauxiliarysphere"
        | "wgs84pseudomercator"
        | "webmercator"
        | "wgs1984webmercator"
        | "popularvisualisationcrsmercator"
        | "googlemercator"
        | "googlemapsglobalmercator" => 3857,
        "lambertiietendu"
        | "lambe"
        | "ntflambertiietendu"
        | "ntfparislambertzoneii"
        | "ntfparisfranceii"
        | "ntffranceii"
        | "lambert2etendu" => 27572,
        _ => return None,
    })
}

/// `CC42` to `CC50`, however prefixed.
fn conic_zone(name: &str) -> Option<u16> {
    let at = name.rfind("cc")?;
    let zone: u16 = name[at + 2..].parse().ok()?;
    let prefix = &name[..at];
    let known = prefix.is_empty()
        || prefix.starts_with("rgf")
        || prefix.starts_with("lambert")
        || prefix.starts_with("ignf");
    (known && (42..=50).contains(&zone)).then(|| 3900 + zone)
}

/// `WGS_1984_UTM_Zone_20N`, `RGR92 / UTM zone 40S`, `RGAF09UTM20`…
fn utm(name: &str) -> Option<u16> {
    let at = name.find("utm")?;
    let rest = name[at + 3..].trim_start_matches("zone");
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let zone: u16 = rest[..digits].parse().ok()?;
    let south = rest[digits..].starts_with('s');
    if !(1..=60).contains(&zone) {
        return None;
    }
    utm_on(&name[..at], zone, south)
}

/// The UTM zone on the datum whose plain name begins with `datum`.
fn utm_on(datum: &str, zone: u16, south: bool) -> Option<u16> {
    let datum = datum.trim_start_matches("gcs").trim_start_matches('d');
    let local = [
        ("rgaf", 20, 5490),
        ("rgfg", 22, 2972),
        ("rgr", 40, 2975),
        ("rgm04", 38, 4471),
        ("rgm2004", 38, 4471),
        ("reseaugeodesiquedemayotte", 38, 4471),
        ("rgspm", 21, 4467),
    ];
    if let Some((.., epsg)) = local
        .iter()
        .find(|(name, its_zone, _)| datum.starts_with(name) && *its_zone == zone)
    {
        return Some(*epsg);
    }
    if datum.starts_with("wgs") {
        return Some(if south { 32_700 } else { 32_600 } + zone);
    }
    let european =
        datum.starts_with("etrs") || datum.starts_with("european") || datum.starts_with("rgf");
    (european && !south && (28..=38).contains(&zone)).then_some(25_800 + zone)
}

#[cfg(test)]
mod tests;
