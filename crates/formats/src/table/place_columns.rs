//! The columns of places, the same in the three keyed tables.

use super::Cell;
use caloduc_engine::network::InseeCode;

pub(super) fn codes(codes: &[InseeCode]) -> Cell<'_> {
    Cell::List(codes.iter().map(InseeCode::as_str).collect())
}

pub(super) fn texts(texts: &[String]) -> Cell<'_> {
    Cell::List(texts.iter().map(String::as_str).collect())
}

/// Adds them to a layout.
macro_rules! place_columns {
    ($layout:ident) => {
        $layout.add("communes", Kind::List, "Communes, par leur nom", |r| {
            texts(&r.row.communes)
        });
        $layout.add(
            "communes_insee",
            Kind::List,
            "Communes, par leur code INSEE",
            |r| codes(&r.row.communes_insee),
        );
        $layout.add("department", Kind::Text, "Département", |r| {
            Cell::text(r.row.department.as_deref())
        });
        $layout.add("region", Kind::Text, "Région", |r| {
            Cell::text(r.row.region.as_deref())
        });
    };
}

pub(super) use place_columns;
