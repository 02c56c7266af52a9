//! How much does a new row look like a row of the previous edition?
//!
//! Lines: F1 within 20 m. Areas: intersection over union. Points, or a point that became a trace: same name and
//! commune. 0 means that the two cannot be the same.

use crate::release::communes::name::fold;
use crate::release::coverage::{Extent, Lines, f1};
use crate::release::row::{Form, KeyedRow};
use geo::{Area, BooleanOps};

/// Half-width of the strip in which two traces are the same pipe.
const REACH_M: f64 = 20.0;
/// Least likeness of a match.
pub(super) const ENOUGH: f64 = 0.5;
/// How far ahead of the second the best trace must be.
pub(super) const MARGIN: f64 = 0.15;

/// A row made ready to be compared with many.
pub(super) struct Portrait<'a> {
    form: Form<'a>,
    lines: Option<Lines>,
    extent: Option<Extent>,
    area_m2: f64,
    name: String,
    codes: &'a [crate::network::InseeCode],
    communes: Vec<String>,
}

impl<'a> Portrait<'a> {
    pub(super) fn of<T: KeyedRow>(row: &'a T) -> Self {
        let form = row.form();
        let lines = matches!(form, Form::Lines(_)).then(|| Lines::of(form));
        let (mut extent, mut area_m2) = (None, 0.0);
        if let Form::Area(area) = form {
            area_m2 = area.shape.unsigned_area();
            let rings = area.shape.0.iter().map(geo::Polygon::exterior);
            extent = Extent::of(rings.flat_map(|ring| ring.0.iter().copied()));
        }
        Self {
            form,
            lines,
            extent,
            area_m2,
            name: fold(row.name().unwrap_or_default()),
            codes: row.communes_insee(),
            communes: row.communes().iter().map(|name| fold(name)).collect(),
        }
    }

    /// From 0 (another) to 1 (the same).
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        match (self.form, other.form) {
            (Form::Lines(_), Form::Lines(_)) => match (&self.lines, &other.lines) {
                (Some(a), Some(b)) if a.may_meet(b, REACH_M) => f1(a, b, REACH_M),
                _ => 0.0,
            },
            (Form::Area(_), Form::Area(_)) => self.overlap(other),
            (Form::Point(_), Form::Point(_) | Form::Lines(_))
            | (Form::Lines(_), Form::Point(_)) => {
                f64::from(u8::from(self.same_name_and_commune(other)))
            }
            _ => 0.0,
        }
    }

    /// The margin that the best must have over the second.
    pub(super) fn margin(&self) -> f64 {
        match self.form {
            Form::Lines(_) => MARGIN,
            _ => 1e-6,
        }
    }

    pub(super) fn same_name(&self, other: &Self) -> bool {
        !self.name.is_empty() && self.name == other.name
    }

    fn same_name_and_commune(&self, other: &Self) -> bool {
        let shared_code = self.codes.iter().any(|code| other.codes.contains(code));
        let shared_name = self
            .communes
            .iter()
            .any(|name| other.communes.contains(name));
        self.same_name(other) && (shared_code || shared_name)
    }

    fn overlap(&self, other: &Self) -> f64 {
        let (Form::Area(a), Form::Area(b)) = (self.form, other.form) else {
            return 0.0;
        };
        let meet = matches!((&self.extent, &other.extent), (Some(a), Some(b)) if a.meets(b, 0.0));
        if a.territory != b.territory || !meet {
            return 0.0;
        }
        if a.shape == b.shape {
            return 1.0;
        }
        // Areas bound the answer before the costly intersection: IoU is at most the smaller over the larger.
        let (small, large) = (
            self.area_m2.min(other.area_m2),
            self.area_m2.max(other.area_m2),
        );
        if large <= 0.0 || small / large < ENOUGH {
            return 0.0;
        }
        let common = a.shape.intersection(&b.shape).unsigned_area();
        let union = self.area_m2 + other.area_m2 - common;
        if union > 0.0 {
            (common / union).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}
