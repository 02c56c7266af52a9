//! `GET /reseaux`: the list, its filters as a form, its order as links, its pages.

use super::filter::{ENERGY_FAMILIES, Filter, Sort};
use super::order::{Column, Direction, Order};
use crate::pages::catalogue::{Catalogue, Entry};
use crate::pages::document::public;
use crate::pages::params::Params;
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, written};
use askama::Template;
use axum::response::Response;
use caloduc_engine::network::Layer;

/// The networks and projects an address wants, in its order.
pub fn wanted<'a>(catalogue: &'a Catalogue, params: &Params) -> Vec<&'a Entry> {
    let filter = Filter::read(params);
    let mut entries: Vec<&Entry> = catalogue
        .networks
        .iter()
        .chain(&catalogue.projects)
        .filter(|entry| filter.lets(entry))
        .collect();
    Order::parse(params.get("tri").unwrap_or("nom")).sort(&mut entries);
    entries
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its value.
    pub value: &'static str,
    /// Its words.
    pub text: &'static str,
    /// Whether it is ticked.
    pub is_on: bool,
}

/// The form of filters, shared with the map.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterForm {
    params: Params,
    /// Heat, cold, projects.
    pub sorts: Vec<Choice>,
    /// Families of energy.
    pub energies: Vec<Choice>,
    /// Names of the operators, for suggestions.
    pub operators: Vec<String>,
    /// Codes of the departments.
    pub departments: Vec<String>,
}

impl FilterForm {
    /// The form as an address fills it.
    pub fn new(catalogue: &Catalogue, params: &Params, lang: Lang) -> Self {
        let on = |name: &str, value: &str| params.all(name).any(|v| v == value);
        let mut operators: Vec<String> = catalogue
            .networks
            .iter()
            .filter_map(|e| e.operator.clone())
            .collect();
        operators.sort();
        operators.dedup();
        let mut departments: Vec<String> = catalogue
            .networks
            .iter()
            .flat_map(|e| e.departments.clone())
            .collect();
        departments.sort();
        departments.dedup();
        Self {
            sorts: Sort::ALL
                .into_iter()
                .map(|sort| Choice {
                    value: sort.as_str(),
                    text: sort.label(lang),
                    is_on: on("type", sort.as_str()),
                })
                .collect(),
            energies: ENERGY_FAMILIES
                .iter()
                .map(|family| Choice {
                    value: family.name,
                    text: family.label(lang),
                    is_on: on("energie", family.name),
                })
                .collect(),
            operators,
            departments,
            params: params.clone(),
        }
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_default()
    }

    /// One bound of a range, whichever way the address writes it.
    pub fn bound(&self, name: &str, bound: &str) -> String {
        let own = self.params.get(&format!("{name}_{bound}"));
        let both = self.params.get(name).and_then(|text| text.split_once('-'));
        let from_both = both.map(|(low, high)| if bound == "min" { low } else { high });
        own.or(from_both).unwrap_or_default().to_owned()
    }

    /// Whether a field has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.params.get(name) == Some(value)
    }

    /// Whether any filter beyond the text is set.
    pub fn is_filtering(&self) -> bool {
        let free = [
            "q", "page", "par", "tri", "z", "lat", "lon", "vue", "point", "fond", "couches",
        ];
        self.params
            .pairs()
            .any(|(name, value)| !free.contains(&name) && !value.is_empty())
    }
}

/// A filter in force, with the address without it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chip {
    text: String,
    href: String,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    text: &'static str,
    href: String,
    sort: Option<&'static str>,
    is_number: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RowText {
    name: String,
    href: String,
    id: Option<String>,
    communes: String,
    operator: Option<String>,
    rate: Option<String>,
    co2: Option<String>,
    deliveries: Option<String>,
    tags: Vec<(&'static str, &'static str)>,
}

/// The page.
#[derive(Template)]
#[template(path = "networks.html")]
struct ListPage {
    shell: Shell,
    form: FilterForm,
    chips: Vec<Chip>,
    heads: Vec<Head>,
    rows: Vec<RowText>,
    total: usize,
    total_text: String,
    first: String,
    last: String,
    previous: Option<String>,
    next: Option<String>,
    page_text: String,
    sizes: Vec<(usize, String, bool)>,
    csv: String,
    xlsx: String,
    map: String,
}

const PAGE_SIZES: [usize; 3] = [25, 50, 100];

/// `GET /reseaux`.
pub async fn get(reading: Reading, params: Params) -> Response {
    let l = reading.lang;
    let catalogue = reading.catalogue();
    let entries = wanted(&catalogue, &params);
    let size = params
        .get("par")
        .and_then(|text| text.parse().ok())
        .filter(|size| PAGE_SIZES.contains(size))
        .unwrap_or(PAGE_SIZES[0]);
    let pages = entries.len().div_ceil(size).max(1);
    let page = params
        .get("page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
        .clamp(1, pages);
    let at = |params: &Params| l.href(format_args!("/reseaux{}", params.query()));
    let shown = &entries[(page - 1) * size..(page * size).min(entries.len())];
    let filters = params.without("page").without("par").without("tri");
    let shell = Shell::new(&reading, Section::Networks, l.say("Réseaux de chaleur et de froid", "Heat and cooling networks"))
        .described(l.say(
            "Tous les réseaux de chaleur et de froid connus : énergies, CO₂, exploitants, livraisons. Filtres et export.",
            "All known heat and cooling networks: energies, CO₂, operators, deliveries. Filters and export.",
        ));
    public(&ListPage {
        form: FilterForm::new(&catalogue, &params, l),
        chips: chips(&params, l),
        heads: heads(&params, l),
        rows: shown.iter().map(|entry| row(entry, l)).collect(),
        total: entries.len(),
        total_text: written::count(entries.len(), l),
        first: written::count(((page - 1) * size + 1).min(entries.len()), l),
        last: written::count((page * size).min(entries.len()), l),
        previous: (page > 1).then(|| at(&params.with("page", &(page - 1).to_string()))),
        next: (page < pages).then(|| at(&params.with("page", &(page + 1).to_string()))),
        page_text: format!("{page} / {pages}"),
        sizes: PAGE_SIZES
            .into_iter()
            .map(|s| {
                (
                    s,
                    at(&params.without("page").with("par", &s.to_string())),
                    s == size,
                )
            })
            .collect(),
        csv: format!(
            "/reseaux.csv{}",
            params.without("page").without("par").query()
        ),
        xlsx: format!(
            "/reseaux.xlsx{}",
            params.without("page").without("par").query()
        ),
        map: l.href(format_args!("/carte{}", filters.query())),
        shell,
    })
}

fn heads(params: &Params, l: Lang) -> Vec<Head> {
    let order = Order::parse(params.get("tri").unwrap_or("nom"));
    Column::ALL
        .into_iter()
        .map(|column| {
            let is_number = matches!(column, Column::Rate | Column::Co2 | Column::Deliveries);
            let is_own = order.column == column;
            // Figures are first looked at from the greatest down, texts from A.
            let descending = match (is_own, order.direction) {
                (true, Direction::Ascending) => true,
                (true, Direction::Descending) => false,
                (false, _) => is_number && column != Column::Co2,
            };
            let tri = format!("{}{}", if descending { "-" } else { "" }, column.as_str());
            Head {
                text: match column {
                    Column::Name => l.say("Réseau", "Network"),
                    Column::Commune => l.say("Communes", "Towns"),
                    Column::Operator => l.say("Exploitant", "Operator"),
                    Column::Rate => l.say("EnR&R", "Renewable"),
                    Column::Co2 => l.say("CO₂ cycle de vie", "CO₂ life cycle"),
                    Column::Deliveries => l.say("Livraisons/an", "Deliveries/year"),
                },
                href: l.href(format_args!(
                    "/reseaux{}",
                    params.without("page").with("tri", &tri).query()
                )),
                sort: is_own.then_some(match order.direction {
                    Direction::Ascending => "ascending",
                    Direction::Descending => "descending",
                }),
                is_number,
            }
        })
        .collect()
}

fn row(entry: &Entry, l: Lang) -> RowText {
    let mut tags = Vec::new();
    if entry.layer == Layer::Projects {
        tags.push(("soon", l.say("en projet", "planned")));
    }
    if entry.is_cold() {
        tags.push(("", l.say("froid", "cooling")));
    }
    if entry.classified == Some(true) {
        tags.push(("yes", l.say("classé", "classified")));
    }
    if !entry.is_open {
        tags.push(("", l.say("non ouvert", "not open")));
    }
    if !entry.is_traced() {
        tags.push(("check", l.say("tracé inconnu", "route unknown")));
    }
    let unnamed = l.say("Réseau sans nom", "Unnamed network");
    let communes = match entry.communes.as_slice() {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!(
                "{first}, {second}, {third} {} {}",
                l.say("et", "and"),
                rest.len()
            )
        }
        all => all.join(", "),
    };
    RowText {
        name: entry
            .name
            .as_deref()
            .or(entry.id.as_deref())
            .unwrap_or(unnamed)
            .to_owned(),
        href: l.href(format_args!("/reseaux/{}", entry.slug())),
        id: entry.id.clone(),
        communes,
        operator: entry.operator.clone(),
        rate: entry.renewable_rate_pct.map(|v| written::percent(v, l)),
        co2: entry.co2_lca_kg_per_kwh.map(|v| written::co2(v, l)),
        deliveries: entry.deliveries_mwh.map(|v| written::energy(v, l)),
        tags,
    }
}

fn chips(params: &Params, l: Lang) -> Vec<Chip> {
    let pages = params.without("page");
    params
        .pairs()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| {
            let text = chip_text(name, value, l)?;
            let href = l.href(format_args!(
                "/reseaux{}",
                pages.without_value(name, value).query()
            ));
            Some(Chip { text, href })
        })
        .collect()
}

fn chip_text(name: &str, value: &str, l: Lang) -> Option<String> {
    let range = |what: &str, unit: &str| {
        let text = match name.rsplit_once('_') {
            Some((_, "min")) => format!("≥ {value}"),
            Some((_, "max")) => format!("≤ {value}"),
            _ => value.replace('-', " – "),
        };
        format!("{what} {text}{unit}")
    };
    Some(match name {
        "q" => format!("«\u{a0}{value}\u{a0}»"),
        "dep" => format!("{} {value}", l.say("département", "department")),
        "type" => Sort::ALL
            .into_iter()
            .find(|s| s.as_str() == value)?
            .label(l)
            .to_owned(),
        "classe" => match value {
            "oui" => l.say("classés", "classified"),
            _ => l.say("non classés", "not classified"),
        }
        .to_owned(),
        "ouvert" => match value {
            "oui" => l.say("ouverts aux raccordements", "open to connections"),
            _ => l.say("fermés", "closed"),
        }
        .to_owned(),
        "energie" => ENERGY_FAMILIES
            .iter()
            .find(|f| f.name == value)?
            .label(l)
            .to_owned(),
        "exploitant" => format!("{} {value}", l.say("exploitant", "operator")),
        "mo" => format!("{} {value}", l.say("maître d’ouvrage", "owner")),
        "vides" => l
            .say("valeurs inconnues comprises", "unknown values included")
            .to_owned(),
        name if name.starts_with("enr") => range("EnR&R", "\u{a0}%"),
        name if name.starts_with("co2") => range("CO₂", "\u{a0}g/kWh"),
        name if name.starts_with("livraisons") => {
            range(l.say("livraisons", "deliveries"), "\u{a0}MWh")
        }
        name if name.starts_with("annee") => range(l.say("création", "created"), ""),
        _ => return None,
    })
}
