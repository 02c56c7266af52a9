//! The yearly regulatory tables of the edition, one CSV per year under the name and with the columns that `caloduc import`
//! knows, so that the figures in force can be computed again elsewhere.

use crate::csv::push_cell;
use crate::table::Cell;
use caloduc_engine::network::{Edition, NetworkKind, SncuId};
use std::collections::BTreeMap;

const HEADER: &str = "identifiant_reseau,nom_reseau,localisation,departement,chaud_ou_froid,tv_reseau_chaleur_id,taux_enrr_pct,contenu_co2_kg_kwh,contenu_co2_acv_kg_kwh\r\n";

/// Name and content of each year's table.
pub(crate) fn files(edition: &Edition) -> Vec<(String, String)> {
    let mut years: BTreeMap<u16, String> = BTreeMap::new();
    for row in &edition.regulatory {
        let figure = &row.row;
        let text = years
            .entry(figure.year)
            .or_insert_with(|| HEADER.to_owned());
        let cells = [
            Cell::text(figure.sncu_id.as_ref().map(SncuId::as_str)),
            Cell::text(figure.name.as_deref()),
            Cell::text(figure.place.as_deref()),
            Cell::text(figure.department.as_deref()),
            Cell::text(figure.kind.map(|kind| match kind {
                NetworkKind::Heat => "chaud",
                NetworkKind::Cold => "froid",
            })),
            Cell::text(figure.legacy_2020.as_deref()),
            Cell::real(figure.figures.renewable_rate_pct),
            Cell::real(figure.figures.co2_direct_kg_per_kwh),
            Cell::real(figure.figures.co2_lca_kg_per_kwh),
        ];
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            push_cell(text, cell);
        }
        text.push_str("\r\n");
    }
    years
        .into_iter()
        .map(|(year, text)| (format!("reseau_chaleur_{year}.csv"), text))
        .collect()
}
