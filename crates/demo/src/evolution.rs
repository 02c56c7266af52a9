//! How does a territory change from month to month? The heat networks of each monthly edition: some extended, some with
//! another rate, one or a few that come, one or a few that go. The rest of the territory stays.

use crate::Territory;
use crate::dice::keyed;
use crate::sink::{MemorySink, Sink};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The file that changes.
const HEAT: &str = "reseaux_de_chaleur.geojson";
/// Metres a network grows by in a month when it does.
const EXTENSION_M: f64 = 150.0;

/// Files under a folder of months, without the file that changes.
struct FirstMonth<'a>(&'a mut (dyn Sink + Send));

impl Sink for FirstMonth<'_> {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        if name == HEAT {
            return Ok(Box::new(io::sink()));
        }
        self.0.file(&format!("01/{name}"))
    }
}

impl Territory {
    /// Writes the territory in the folder `01`, then in `02`, `03`… the heat networks of each later month.
    pub fn write_months(
        &self,
        months: usize,
        sink: &mut (dyn Sink + Send),
    ) -> io::Result<crate::Summary> {
        let summary = self.write_all(&mut FirstMonth(sink))?;
        for (n, text) in self.months(months)?.into_iter().enumerate() {
            let mut out = sink.file(&format!("{:02}/{HEAT}", n + 1))?;
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
        Ok(summary)
    }

    /// The heat networks of each month, as GeoJSON.
    fn months(&self, months: usize) -> io::Result<Vec<String>> {
        let mut memory = MemorySink::default();
        self.write_networks(&mut memory)?;
        let files = memory.into_files();
        let base = files.iter().find(|file| file.name == HEAT);
        let bytes = base.map_or(&b"{}"[..], |file| &file.bytes);
        let base: Value = serde_json::from_slice(bytes).map_err(io::Error::other)?;
        let seed = self.plan().seed;
        Ok((1..=months)
            .map(|month| at(&base, month, months, seed))
            .collect())
    }
}

fn at(base: &Value, month: usize, months: usize, seed: u64) -> String {
    let mut file = base.clone();
    let none = Vec::new();
    let all = base["features"].as_array().unwrap_or(&none);
    let kept: Vec<Value> = all
        .iter()
        .enumerate()
        .filter(|(n, _)| is_there(*n, all.len(), month, months))
        .map(|(n, feature)| changed(feature, n, all.len(), month, seed))
        .collect();
    file["features"] = json!(kept);
    format!("{file}\n")
}

/// The last network comes in the second month and the one before goes in the third; one in ten of the others does either.
fn is_there(n: usize, count: usize, month: usize, months: usize) -> bool {
    let comes = n + 1 == count || n % 10 == 9;
    let goes = !comes && count > 3 && (n + 2 == count || n % 10 == 4);
    let spread = |first: usize| first + (count - 1 - n) / 10 % months.saturating_sub(first).max(1);
    let not_yet = comes && month < spread(2);
    let gone = goes && month >= spread(3);
    !not_yet && !gone
}

/// The network as it has become by this month.
fn changed(feature: &Value, n: usize, count: usize, month: usize, seed: u64) -> Value {
    let mut feature = feature.clone();
    for passed in 2..=month {
        let turn =
            |every: usize, salt: usize| (passed + salt) % every.min(count).max(1) == n % every;
        if turn(5, 0) {
            extend(&mut feature, keyed(seed, &[n as u64, passed as u64]));
        }
        if turn(7, 1) {
            let rate = feature["properties"]["Taux EnR&R"].as_f64().unwrap_or(50.0);
            let step = (keyed(seed, &[n as u64, passed as u64, 1]) % 9) as f64 + 1.0;
            let rate = if rate + step > 100.0 {
                rate - step
            } else {
                rate + step
            };
            feature["properties"]["Taux EnR&R"] = json!((rate * 10.0).round() / 10.0);
        }
    }
    feature
}

/// One more straight pipe from the end of the last one, towards one of eight directions.
fn extend(feature: &mut Value, dice: u64) {
    let Some(lines) = feature["geometry"]["coordinates"].as_array_mut() else {
        return;
    };
    let last = lines
        .last()
        .and_then(Value::as_array)
        .and_then(|line| line.last());
    let position = last.and_then(|at| Some((at.get(0)?.as_f64()?, at.get(1)?.as_f64()?)));
    if let Some((x, y)) = position {
        let turn = (dice % 8) as f64 * std::f64::consts::FRAC_PI_4;
        let round = |metres: f64| (metres * 100.0).round() / 100.0;
        let end = [
            round(x + EXTENSION_M * libm::cos(turn)),
            round(y + EXTENSION_M * libm::sin(turn)),
        ];
        lines.push(json!([[x, y], end]));
    }
}
