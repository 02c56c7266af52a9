//! How is a change of a row said to people? Fields and values of a diff, in words and units.

use crate::pages::{Lang, written};
use caloduc_engine::network::Layer;
use serde_json::Value;

/// A table, for one of its rows.
pub(super) fn table(layer: Layer, l: Lang) -> &'static str {
    match layer {
        Layer::Heat => l.say("Réseau de chaleur", "Heat network"),
        Layer::HeatUntraced => l.say(
            "Réseau de chaleur au tracé inconnu",
            "Heat network, route unknown",
        ),
        Layer::Cold => l.say("Réseau de froid", "Cooling network"),
        Layer::ColdUntraced => l.say(
            "Réseau de froid au tracé inconnu",
            "Cooling network, route unknown",
        ),
        Layer::Projects => l.say("Réseau en projet", "Planned network"),
        Layer::PriorityAreas => l.say("Périmètre prioritaire (PDP)", "Priority area (PDP)"),
        Layer::Communes => l.say("Commune", "Commune"),
        Layer::Regulatory => l.say("Tableau réglementaire", "Regulatory table"),
    }
}

/// What a row without a name is called: its table and what tells it from others.
pub(super) fn nameless(key: &str, l: Lang) -> String {
    let Some((kind, id)) = key.split_once(':') else {
        return key.to_owned();
    };
    let layer = match kind {
        "heat" => Layer::Heat,
        "cold" => Layer::Cold,
        "project" => Layer::Projects,
        "priority-area" => Layer::PriorityAreas,
        _ => return key.to_owned(),
    };
    format!("{} {id}", table(layer, l))
}

/// What a number of a field counts.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Share,
    Co2,
    Energy,
    Power,
    Price,
    Kilometres,
    /// Counts, and fields that are not numbers.
    Plain,
    /// Never grouped by thousands.
    Year,
}

/// The field's name.
pub(super) fn field(name: &str, l: Lang) -> String {
    let (family, source) = name.split_once('.').unwrap_or((name, ""));
    if family == "declared_figures" {
        let declared = l.say("déclaré par le fichier", "as the file declares");
        return format!("{} ({declared})", known(source, l).0);
    }
    let (text, _) = known(family, l);
    match source {
        "" => text,
        source => format!("{text}, {}", source.replace('_', " ")),
    }
}

/// A value of that field.
pub(super) fn value(field: &str, value: &Value, l: Lang) -> String {
    let (family, source) = field.split_once('.').unwrap_or((field, ""));
    let family = if family == "declared_figures" {
        source
    } else {
        family
    };
    match value {
        Value::Null => l.say("non communiqué", "not stated").to_owned(),
        Value::Bool(true) => l.say("oui", "yes").to_owned(),
        Value::Bool(false) => l.say("non", "no").to_owned(),
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            in_unit(number, known(family, l).1, l)
        }
        Value::Array(values) if values.is_empty() => l.say("aucun", "none").to_owned(),
        Value::Array(values) => {
            let one = |value| self::value(field, value, l);
            values.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => text.clone(),
        other @ Value::Object(_) => other.to_string(),
    }
}

fn in_unit(number: f64, unit: Unit, l: Lang) -> String {
    let with =
        |decimals, unit: &str| format!("{}\u{a0}{unit}", written::short(number, decimals, l));
    match unit {
        Unit::Share => written::percent(number, l),
        Unit::Co2 => written::co2(number, l),
        Unit::Energy => written::energy(number, l),
        Unit::Power => with(1, "MW"),
        Unit::Price => written::price(number, l),
        Unit::Kilometres => with(2, "km"),
        Unit::Plain => written::short(number, 2, l),
        Unit::Year => format!("{number}"),
    }
}

fn known(name: &str, l: Lang) -> (String, Unit) {
    let (french, english, unit) = match name {
        "renewable_rate_pct" => ("Taux d’EnR&R", "Renewable and recovered share", Unit::Share),
        "co2_direct_kg_per_kwh" => ("Contenu CO₂ direct", "Direct CO₂ content", Unit::Co2),
        "co2_lca_kg_per_kwh" => (
            "Contenu CO₂ en cycle de vie",
            "Life-cycle CO₂ content",
            Unit::Co2,
        ),
        "figures_year" => ("Année des chiffres", "Year of the figures", Unit::Year),
        "name" => ("Nom", "Name", Unit::Plain),
        "operator" => ("Exploitant", "Operator", Unit::Plain),
        "owner" => ("Maître d’ouvrage", "Owner", Unit::Plain),
        "communes" => ("Communes", "Communes", Unit::Plain),
        "communes_insee" => (
            "Codes INSEE des communes",
            "INSEE codes of communes",
            Unit::Plain,
        ),
        "department" => ("Département", "Department", Unit::Plain),
        "region" => ("Région", "Region", Unit::Plain),
        "classified" => ("Classé", "Classified", Unit::Plain),
        "open_flag" => (
            "Ouvert aux raccordements",
            "Open to connections",
            Unit::Plain,
        ),
        "creation_year" => ("Année de création", "Year of creation", Unit::Year),
        "commissioning" => ("Mise en service", "Commissioning", Unit::Plain),
        "declared_length_km" => ("Longueur déclarée", "Declared length", Unit::Kilometres),
        "delivery_points" => ("Points de livraison", "Delivery points", Unit::Plain),
        "price_mean_eur_per_mwh" => ("Prix moyen", "Mean price", Unit::Price),
        "price_housing_eur_per_mwh" => ("Prix, logements", "Price, housing", Unit::Price),
        "price_services_eur_per_mwh" => ("Prix, tertiaire", "Price, services", Unit::Price),
        "price_variable_part_pct" => (
            "Part variable du prix",
            "Variable part of the price",
            Unit::Share,
        ),
        "price_fixed_part_pct" => ("Part fixe du prix", "Fixed part of the price", Unit::Share),
        "efficiency_pct" => ("Rendement", "Efficiency", Unit::Share),
        "development_pct" => ("Développement", "Development", Unit::Share),
        "production_total_mwh" => ("Production totale", "Total production", Unit::Energy),
        "production_mwh" => ("Production", "Production", Unit::Energy),
        "power_total_mw" => ("Puissance totale", "Total power", Unit::Power),
        "power_mw" => ("Puissance", "Power", Unit::Power),
        "deliveries_total_mwh" => ("Livraisons totales", "Total deliveries", Unit::Energy),
        "deliveries_mwh" => ("Livraisons", "Deliveries", Unit::Energy),
        "hot_water" => ("Eau chaude", "Hot water", Unit::Plain),
        "superheated_water" => ("Eau surchauffée", "Superheated water", Unit::Plain),
        "steam" => ("Vapeur", "Steam", Unit::Plain),
        "sncu_id" => ("Identifiant SNCU", "SNCU id", Unit::Plain),
        "id_fcu" => ("Numéro FCU", "FCU number", Unit::Year),
        "network_sncu_ids" => (
            "Identifiants des réseaux liés",
            "Ids of linked networks",
            Unit::Plain,
        ),
        "network_keys" => ("Réseaux liés", "Linked networks", Unit::Plain),
        "table" => ("Table", "Table", Unit::Plain),
        "source" => ("Source", "Source", Unit::Plain),
        other => return (other.replace('_', " "), Unit::Plain),
    };
    (l.say(french, english).to_owned(), unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_said_with_their_unit_and_where_they_come_from() {
        let l = Lang::French;
        assert_eq!(
            field("declared_figures.renewable_rate_pct", l),
            "Taux d’EnR&R (déclaré par le fichier)"
        );
        assert_eq!(
            value("declared_figures.renewable_rate_pct", &json!(96.0), l),
            "96\u{a0}%"
        );
        assert_eq!(
            value("co2_lca_kg_per_kwh", &json!(0.07), l),
            "70\u{a0}g CO₂/kWh"
        );
        assert_eq!(value("classified", &json!(true), Lang::English), "yes");
        assert_eq!(value("creation_year", &json!(1987), l), "1987");
        assert_eq!(value("network_keys", &json!([]), l), "aucun");
        assert_eq!(value("operator", &Value::Null, l), "non communiqué");
        assert_eq!(
            field("production_mwh.biomasse_solide", l),
            "Production, biomasse solide"
        );
    }

    #[test]
    fn a_row_without_a_name_is_called_by_its_table() {
        assert_eq!(
            nameless("priority-area:acvdk6f2", Lang::French),
            "Périmètre prioritaire (PDP) acvdk6f2"
        );
    }
}
