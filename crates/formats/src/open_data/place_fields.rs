//! The fields of places, the same in every open-data table.

use crate::table::Cell;

/// Names joined by commas; empty when there is none.
pub(super) fn joined(names: &[String]) -> Cell<'_> {
    if names.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(names.join(",").into())
}

/// Adds them to a layout.
macro_rules! place_fields {
    ($layout:ident) => {
        $layout.add("communes", Kind::Text, "Communes d’implantation", |r| {
            joined(&r.row.communes)
        });
        $layout.text("departement", "Département", |r| {
            r.row.department.as_deref()
        });
        $layout.text("region", "Région", |r| r.row.region.as_deref());
    };
}

pub(super) use place_fields;
