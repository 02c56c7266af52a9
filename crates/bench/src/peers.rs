//! The same question asked of others: every segment tried, and a general packed R-tree over single segments.

use crate::import::timed;
use caloduc_engine::crs::{LonLat, Projected, Territory};
use caloduc_engine::eligibility::Service;
use caloduc_engine::network::{Edition, NetworkKind};
use caloduc_engine::snapshot::Snapshot;
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

/// Ends of a segment, metres, and its network.
type Segment = ([f64; 4], u32);

fn segments(edition: &Edition) -> Vec<Segment> {
    let heat = edition
        .networks
        .iter()
        .enumerate()
        .filter(|(_, n)| n.row.kind == NetworkKind::Heat && n.row.is_open());
    heat.filter_map(|(i, n)| Some((i, n.row.trace()?)))
        .filter(|(_, trace)| trace.territory == Territory::Mainland)
        .flat_map(|(i, trace)| {
            trace.shape.0.iter().flat_map(move |line| {
                line.0
                    .windows(2)
                    .map(move |ends| ([ends[0].x, ends[0].y, ends[1].x, ends[1].y], i as u32))
            })
        })
        .collect()
}

fn square(ends: &[f64; 4], x: f64, y: f64) -> f64 {
    let [ax, ay, bx, by] = *ends;
    let (ux, uy, vx, vy) = (bx - ax, by - ay, x - ax, y - ay);
    let length = ux * ux + uy * uy;
    let t = if length > 0.0 {
        ((vx * ux + vy * uy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (dx, dy) = (vx - t * ux, vy - t * uy);
    dx * dx + dy * dy
}

/// The nearest open heat pipe, by a general index: nearest boxes first, each box one segment.
fn by_general_index(tree: &RTree<f64>, segments: &[Segment], x: f64, y: f64) -> Option<f64> {
    let mut best = 1000.5_f64.powi(2);
    let mut found = None;
    for reach in [30.0, 120.0, 400.0, 1000.5_f64] {
        for item in tree.search(x - reach, y - reach, x + reach, y + reach) {
            let d = square(&segments[item as usize].0, x, y);
            if d < best {
                (best, found) = (d, Some(d));
            }
        }
        if best <= reach * reach {
            break;
        }
    }
    found
}

/// Prints the comparison. Each peer answers only « how far is the nearest open heat network », one of our facts.
pub fn measure(edition: &Edition, snapshot: &Snapshot, places: &[LonLat]) {
    let segments = segments(edition);
    let mut builder = RTreeBuilder::<f64>::new(segments.len() as u32);
    let (tree, build_s) = timed(|| {
        for ([ax, ay, bx, by], _) in &segments {
            builder.add(ax.min(*bx), ay.min(*by), ax.max(*bx), ay.max(*by));
        }
        builder.finish::<HilbertSort>()
    });
    let few = &places[..200];
    let at = |place: &LonLat| Projected::from_lonlat(*place);
    let (brute, brute_s) = timed(|| {
        few.iter()
            .map(|place| {
                let p = at(place);
                segments
                    .iter()
                    .map(|(ends, _)| square(ends, p.x, p.y))
                    .fold(f64::INFINITY, f64::min)
            })
            .collect::<Vec<f64>>()
    });
    let many = &places[..20_000];
    let (general, general_s) = timed(|| {
        many.iter()
            .map(|place| {
                let p = at(place);
                by_general_index(&tree, &segments, p.x, p.y)
            })
            .collect::<Vec<Option<f64>>>()
    });
    let ((), ours_s) = timed(|| {
        for place in many {
            black_box(snapshot.assess(*place, Service::Heat));
        }
    });
    let metres =
        |square: f64| (square.sqrt().round() <= 1000.0).then(|| square.sqrt().round() as u32);
    for (i, place) in few.iter().enumerate() {
        let by_brute = metres(brute[i]);
        assert_eq!(
            general[i].and_then(metres),
            by_brute,
            "the general index agrees"
        );
        let verdict = snapshot.assess(*place, Service::Heat);
        if let (Some(nearest), Some(brute_m)) = (verdict.facts.nearest_heat, by_brute) {
            assert!(
                nearest.distance_m <= brute_m,
                "the nearest of all is not farther"
            );
        }
    }
    let each = |seconds: f64, count: usize| seconds * 1e6 / count as f64;
    let ours = each(ours_s, many.len());
    println!("## Against others, one thread, same run\n");
    println!("| who | what it answers | a point | ratio |\n|---|---|---|---|");
    println!("| caloduc | the verdict and every fact | {ours:.2} µs | 1 |");
    println!(
        "| geo-index 0.4 (one box a segment, built in {build_s:.2} s) | distance to the nearest open heat network | {:.2} µs | × {:.1} |",
        each(general_s, many.len()),
        each(general_s, many.len()) / ours
    );
    println!(
        "| brute force over {} segments | the same distance | {:.0} µs | × {:.0} |\n",
        segments.len(),
        each(brute_s, few.len()),
        each(brute_s, few.len()) / ours
    );
}

/// Leaves segments by network and points as tab-separated text, Lambert-93.
pub fn write_for_another_program(edition: &Edition, places: &[LonLat], folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let mut rows = String::new();
    for network in &edition.networks {
        let Some(trace) = network.row.trace() else {
            continue;
        };
        if network.row.kind != NetworkKind::Heat || trace.territory != Territory::Mainland {
            continue;
        }
        let _ = write!(rows, "{}\tSRID=2154;MULTILINESTRING(", network.key);
        for (i, line) in trace.shape.0.iter().enumerate() {
            rows.push_str(if i > 0 { ",(" } else { "(" });
            for (j, p) in line.0.iter().enumerate() {
                let _ = write!(rows, "{}{} {}", if j > 0 { "," } else { "" }, p.x, p.y);
            }
            rows.push(')');
        }
        rows.push_str(")\n");
    }
    std::fs::write(folder.join("networks.tsv"), rows).unwrap();
    let mut points = String::new();
    for (i, place) in places.iter().take(2000).enumerate() {
        let p = Projected::from_lonlat(*place);
        let _ = writeln!(points, "{i}\tSRID=2154;POINT({} {})", p.x, p.y);
    }
    std::fs::write(folder.join("points.tsv"), points).unwrap();
}
