//! Attributes of one row by our words: which property gave each field, read with its type; what cannot be read becomes
//! a finding and an empty value.

use super::cells::{self, Cell};
use super::fields::{Field, field};
use crate::network::{
    DELIVERY_SECTORS, ENERGY_SOURCES, Figures, InseeCode, Key, Network, NetworkKind, PriorityArea,
    Project, SncuId,
};
use crate::report::{FIELD_UNREADABLE, Finding, Place};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// The fields of one row.
#[derive(Debug)]
pub struct Attributes<'a> {
    values: HashMap<Field, (&'a str, &'a Value)>,
}

/// Properties of a layer that we do not know, by name.
pub fn unknown_fields<'a>(rows: impl Iterator<Item = &'a Map<String, Value>>) -> BTreeSet<&'a str> {
    rows.flat_map(Map::keys)
        .map(String::as_str)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter(|name| field(name).is_none())
        .collect()
}

/// Which property means what, learnt once per layer.
#[derive(Debug, Default)]
pub struct Columns<'a> {
    known: HashMap<&'a str, Field>,
}

impl<'a> Columns<'a> {
    /// From the names that occur.
    pub fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let mut known = HashMap::new();
        for name in names {
            if !known.contains_key(name)
                && let Some(field) = field(name)
            {
                known.insert(name, field);
            }
        }
        Self { known }
    }

    /// The row's values; where two properties mean the same, the first that holds something.
    pub fn of(&self, properties: &'a Map<String, Value>) -> Attributes<'a> {
        let mut values: HashMap<Field, (&str, &Value)> = HashMap::with_capacity(properties.len());
        for (name, value) in properties {
            let Some(&field) = self.known.get(name.as_str()) else {
                continue;
            };
            let held = values.get(&field).is_some_and(|(_, v)| !v.is_null());
            if !held {
                values.insert(field, (name, value));
            }
        }
        Attributes { values }
    }
}

/// Reads a row's cells, keeping what it could not read.
#[derive(Debug)]
pub struct Reader<'a, 'b> {
    attributes: &'b Attributes<'a>,
    place: Place,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

impl<'a> Attributes<'a> {
    /// A reader whose findings are at `place`.
    pub fn reader<'b>(&'b self, place: Place) -> Reader<'a, 'b> {
        Reader {
            attributes: self,
            place,
            findings: Vec::new(),
        }
    }

    /// The text of a field.
    pub fn text(&self, field: Field) -> Option<String> {
        self.values.get(&field).and_then(|(_, v)| cells::text(v))
    }

    /// The number of a field, if it is one.
    pub fn number(&self, field: Field) -> Option<f64> {
        let (_, value) = self.values.get(&field)?;
        cells::number(value).value()
    }

    fn list(&self, field: Field) -> Vec<String> {
        self.values
            .get(&field)
            .map(|(_, v)| cells::list(v))
            .unwrap_or_default()
    }

    /// The national identifier: the column of that name, else an `id` that has the regular form or is not a number.
    pub fn sncu_text(&self) -> Option<String> {
        self.text(Field::Sncu).or_else(|| {
            let id = self.text(Field::LooseId)?;
            let number = matches!(cells::number_from_text(&id), Cell::Is(_));
            (!number && SncuId::parse(&id).is_some()).then_some(id)
        })
    }

    /// The name.
    pub fn name(&self) -> Option<String> {
        self.text(Field::Name)
    }
}

impl Reader<'_, '_> {
    fn keep<T>(&mut self, field: Field, cell: Cell<T>) -> Option<T> {
        match cell {
            Cell::Is(value) => Some(value),
            Cell::Empty => None,
            Cell::Unreadable(text) => {
                let name = self
                    .attributes
                    .values
                    .get(&field)
                    .map(|(name, _)| (*name).to_owned());
                let short: String = text.chars().take(60).collect();
                self.findings.push(FIELD_UNREADABLE.finding(
                    Place {
                        field: name,
                        ..self.place.clone()
                    },
                    format!("« {short} » ne se lit pas : valeur laissée vide."),
                    "Écrivez un nombre (12,5), oui ou non, ou laissez la case vide.",
                ));
                None
            }
        }
    }

    fn number(&mut self, field: Field) -> Option<f64> {
        let (_, value) = *self.attributes.values.get(&field)?;
        self.keep(field, cells::number(value))
    }

    fn integer(&mut self, field: Field) -> Option<i64> {
        let (_, value) = *self.attributes.values.get(&field)?;
        self.keep(field, cells::integer(value))
    }

    fn boolean(&mut self, field: Field) -> Option<bool> {
        let (_, value) = *self.attributes.values.get(&field)?;
        self.keep(field, cells::boolean(value))
    }

    fn series(&mut self, fields: impl Iterator<Item = Field>) -> Vec<Option<f64>> {
        let series: Vec<Option<f64>> = fields.map(|field| self.number(field)).collect();
        if series.iter().all(Option::is_none) {
            Vec::new()
        } else {
            series
        }
    }

    fn insee_codes(&mut self) -> Vec<InseeCode> {
        let mut codes = Vec::new();
        for text in self.attributes.list(Field::CommunesInsee) {
            match InseeCode::parse(&text) {
                Some(code) => {
                    let code = code.commune_of_arrondissement();
                    if !codes.contains(&code) {
                        codes.push(code);
                    }
                }
                None => {
                    self.keep::<()>(Field::CommunesInsee, Cell::Unreadable(text));
                }
            }
        }
        codes
    }

    fn ids(&mut self, field: Field) -> Vec<i64> {
        self.attributes
            .list(field)
            .into_iter()
            .filter_map(|text| self.keep(field, cells::integer(&Value::String(text))))
            .collect()
    }

    /// Our key, when the row carries one.
    pub fn key(&self) -> Option<Result<Key, String>> {
        let text = self.attributes.text(Field::Key)?;
        Some(Key::parse(&text).ok_or(text))
    }

    /// Rate and contents, the rate as the column has it. A row that tells declared figures from those in force (our own
    /// exports) gives the declared ones.
    pub fn figures(&mut self) -> Figures {
        let in_force = [Field::Rate, Field::Co2Direct, Field::Co2Lca];
        let declared = [
            Field::DeclaredRate,
            Field::DeclaredCo2Direct,
            Field::DeclaredCo2Lca,
        ];
        let told = |field: &Field| self.attributes.values.contains_key(field);
        let [rate, direct, lca] = if declared.iter().any(told) {
            declared
        } else {
            in_force
        };
        Figures {
            renewable_rate_pct: self.number(rate),
            co2_direct_kg_per_kwh: self.number(direct),
            co2_lca_kg_per_kwh: self.number(lca),
        }
    }

    /// A network without shape; its figures are not checked yet.
    pub fn network(&mut self, kind: NetworkKind) -> Network {
        let a = self.attributes;
        let figures = self.figures();
        Network {
            kind,
            sncu_id: a.sncu_text().and_then(|id| SncuId::parse(&id)),
            id_fcu: self.integer(Field::IdFcu),
            name: a.name(),
            communes: a.list(Field::Communes),
            communes_insee: self.insee_codes(),
            department: a.text(Field::Department),
            region: a.text(Field::Region),
            owner: a.text(Field::Owner),
            operator: a.text(Field::Operator),
            classified: self.boolean(Field::Classified),
            open_flag: self.boolean(Field::Open),
            creation_year: self
                .integer(Field::CreationYear)
                .and_then(|year| i32::try_from(year).ok()),
            declared_length_km: self.number(Field::Length),
            delivery_points: self.integer(Field::DeliveryPoints),
            figures,
            declared_figures: figures,
            figures_year: None,
            price_mean_eur_per_mwh: self.number(Field::PriceMean),
            price_variable_part_pct: self.number(Field::PriceVariablePart),
            price_fixed_part_pct: self.number(Field::PriceFixedPart),
            price_housing_eur_per_mwh: self.number(Field::PriceHousing),
            price_services_eur_per_mwh: self.number(Field::PriceServices),
            efficiency_pct: self.number(Field::Efficiency),
            development_pct: self.number(Field::Development),
            production_total_mwh: self.number(Field::ProductionTotal),
            production_mwh: self.series((0..ENERGY_SOURCES.len() as u8).map(Field::Production)),
            power_total_mw: self.number(Field::PowerTotal),
            power_mw: self.series((0..ENERGY_SOURCES.len() as u8).map(Field::Power)),
            deliveries_total_mwh: self.number(Field::DeliveriesTotal),
            deliveries_mwh: self.series((0..DELIVERY_SECTORS.len() as u8).map(Field::Deliveries)),
            hot_water: a.text(Field::HotWater),
            superheated_water: a.text(Field::SuperheatedWater),
            steam: a.text(Field::Steam),
            shape: None,
        }
    }

    /// A project without shape.
    pub fn project(&mut self) -> Project {
        let a = self.attributes;
        Project {
            sncu_id: a.sncu_text().and_then(|id| SncuId::parse(&id)),
            id_fcu: self.integer(Field::IdFcu),
            name: a.name(),
            communes: a.list(Field::Communes),
            communes_insee: self.insee_codes(),
            department: a.text(Field::Department),
            region: a.text(Field::Region),
            owner: a.text(Field::Owner),
            operator: a.text(Field::Operator),
            commissioning: a.text(Field::Commissioning),
            open_flag: self.boolean(Field::Open),
            shape: None,
        }
    }

    /// A PDP without shape.
    pub fn priority_area(&mut self) -> PriorityArea {
        let a = self.attributes;
        let network_sncu_ids = a
            .sncu_text()
            .unwrap_or_else(|| a.list(Field::Sncu).join(","))
            .split([',', ';', '/', ' ', '+', '&'])
            .filter_map(SncuId::parse)
            .collect();
        PriorityArea {
            id_fcu: self.integer(Field::IdFcu),
            network_sncu_ids,
            heat_id_fcus: self.ids(Field::HeatIds),
            project_id_fcus: self.ids(Field::ProjectIds),
            network_keys: Vec::new(),
            name: a.name(),
            communes: a.list(Field::Communes),
            communes_insee: self.insee_codes(),
            department: a.text(Field::Department),
            region: a.text(Field::Region),
            shape: None,
        }
    }
}
