//! A filter as a tree, and its answer for a feature.

use super::super::crs::Crs;
use super::super::crs::{planar, planar_shape, shape};
use super::super::features::{Feature, Value};
use super::{FilterError, Known};
use caloduc_engine::snapshot::{Bounds, Row};
use caloduc_formats::table::Kind;
use geo::{BoundingRect, Distance, Euclidean, Geometry, Intersects, Relate};
use std::cell::OnceCell;
use std::cmp::Ordering;

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Always(bool),
    Compare(Comparison, Operand, Operand),
    /// A text against a pattern of `%` and `_`.
    Like(Operand, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    IsNull(Operand),
    Spatial(Spatial, Geometry<f64>),
    /// Within so many metres.
    Near(Geometry<f64>, f64),
    Array(ArrayRelation, ArrayOperand, ArrayOperand),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How the feature's shape stands to the one given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spatial {
    Intersects,
    Disjoint,
    Within,
    Contains,
    Equals,
    Touches,
    Crosses,
    Overlaps,
}

/// How a list stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArrayRelation {
    Equals,
    Contains,
    ContainedBy,
    Overlaps,
}

/// A value, or where it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Property(usize),
    Literal(Value),
    /// Without difference of case.
    CaseInsensitive(Box<Self>),
    /// Without accents.
    AccentInsensitive(Box<Self>),
}

/// A list, or where it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ArrayOperand {
    Property(usize),
    Literal(Vec<String>),
}

/// What a filter is asked of.
pub(crate) struct Subject<'a> {
    feature: &'a Feature,
    row: Option<Row<'a>>,
    shape: OnceCell<Option<Geometry<f64>>>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(feature: &'a Feature, row: Option<Row<'a>>) -> Self {
        Self {
            feature,
            row,
            shape: OnceCell::new(),
        }
    }

    /// Its shape in degrees.
    pub(crate) fn shape(&self) -> Option<&Geometry<f64>> {
        self.shape
            .get_or_init(|| self.row.as_ref().map(|row| shape(row, Crs::Degrees)))
            .as_ref()
    }
}

impl Filter {
    /// Whether it keeps this feature; `None` when that cannot be known.
    pub(crate) fn keeps(&self, of: &Subject<'_>) -> Option<bool> {
        match self {
            Self::Always(answer) => Some(*answer),
            Self::And(all) => all.iter().try_fold_known(of, false),
            Self::Or(any) => any.iter().try_fold_known(of, true),
            Self::Not(filter) => filter.keeps(of).map(|kept| !kept),
            Self::Compare(how, a, b) => how.holds(&a.value(of), &b.value(of)),
            Self::Like(text, pattern) => match (text.value(of), pattern.value(of)) {
                (Value::Text(text), Value::Text(pattern)) => Some(like(&text, &pattern)),
                _ => None,
            },
            Self::Between(value, low, high) => {
                let value = value.value(of);
                let above = Comparison::GreaterOrEqual.holds(&value, &low.value(of))?;
                let below = Comparison::LessOrEqual.holds(&value, &high.value(of))?;
                Some(above && below)
            }
            Self::In(value, list) => {
                let value = value.value(of);
                let equal = |one: &Operand| Comparison::Equal.holds(&value, &one.value(of));
                if value == Value::Unknown {
                    return None;
                }
                Some(list.iter().any(|one| equal(one) == Some(true)))
            }
            Self::IsNull(operand) => Some(match operand.value(of) {
                Value::Unknown => true,
                Value::List(items) => items.is_empty(),
                _ => false,
            }),
            Self::Spatial(how, other) => Some(how.holds(of.feature.bounds, other, of)),
            Self::Near(other, metres) => {
                let row = of.row.as_ref()?;
                let other = planar(other, row.territory());
                Some(Euclidean.distance(&planar_shape(row), &other) <= *metres)
            }
            Self::Array(how, a, b) => Some(how.holds(&a.items(of)?, &b.items(of)?)),
        }
    }
}

/// Conjunction and disjunction where some answers are not known.
trait Known3<'f>: Iterator<Item = &'f Filter> + Sized {
    /// `decisive` as soon as one answers so; else unknown if one is unknown; else the contrary.
    fn try_fold_known(self, of: &Subject<'_>, decisive: bool) -> Option<bool> {
        let mut unknown = false;
        for filter in self {
            match filter.keeps(of) {
                Some(answer) if answer == decisive => return Some(decisive),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(!decisive)
    }
}

impl<'f, I: Iterator<Item = &'f Filter>> Known3<'f> for I {}

impl Comparison {
    fn holds(self, a: &Value, b: &Value) -> Option<bool> {
        let order = match (a, b) {
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
            _ => number(a)?.partial_cmp(&number(b)?)?,
        };
        Some(match self {
            Self::Equal => order == Ordering::Equal,
            Self::Different => order != Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
        })
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Real(value) => Some(*value),
        _ => None,
    }
}

impl Operand {
    fn value(&self, of: &Subject<'_>) -> Value {
        match self {
            Self::Property(at) => of.feature.values[*at].clone(),
            Self::Literal(value) => value.clone(),
            Self::CaseInsensitive(inner) => match inner.value(of) {
                Value::Text(text) => Value::Text(text.to_lowercase()),
                other => other,
            },
            Self::AccentInsensitive(inner) => match inner.value(of) {
                Value::Text(text) => Value::Text(without_accents(&text)),
                other => other,
            },
        }
    }

    /// What it holds; `None` for a date, which is compared as text.
    pub(super) fn kind(&self, known: Known<'_>) -> Option<Kind> {
        match self {
            Self::Property(at) => Some(known.kind(*at)),
            Self::Literal(value) => match value {
                Value::Unknown => None,
                Value::Text(_) => Some(Kind::Text),
                Value::List(_) => Some(Kind::List),
                Value::Integer(_) | Value::Real(_) => Some(Kind::Real),
                Value::Boolean(_) => Some(Kind::Boolean),
            },
            Self::CaseInsensitive(inner) | Self::AccentInsensitive(inner) => inner.kind(known),
        }
    }
}

/// Refuses to compare what cannot be.
pub(super) fn comparable(
    known: Known<'_>,
    a: &Operand,
    b: &Operand,
    said: &str,
) -> Result<(), FilterError> {
    let numeric = |kind| match kind {
        Kind::Integer => Kind::Real,
        other => other,
    };
    match (a.kind(known).map(numeric), b.kind(known).map(numeric)) {
        (Some(Kind::List), _) | (_, Some(Kind::List)) => {
            Err(FilterError::WrongType(said.to_owned()))
        }
        (Some(a), Some(b)) if a != b => Err(FilterError::WrongType(said.to_owned())),
        _ => Ok(()),
    }
}

impl Spatial {
    fn holds(self, own: Bounds, other: &Geometry<f64>, of: &Subject<'_>) -> bool {
        // Boxes are kept to the last digit, shapes compared to the centimetre.
        const CENTIMETRE: f64 = 1e-7;
        let apart = other.bounding_rect().is_none_or(|rect| {
            !own.meets(&Bounds {
                west: rect.min().x - CENTIMETRE,
                south: rect.min().y - CENTIMETRE,
                east: rect.max().x + CENTIMETRE,
                north: rect.max().y + CENTIMETRE,
            })
        });
        let Some(shape) = of.shape().filter(|_| !apart) else {
            return self == Self::Disjoint;
        };
        match self {
            Self::Intersects => shape.intersects(other),
            Self::Disjoint => !shape.intersects(other),
            Self::Within => shape.relate(other).is_within(),
            Self::Contains => shape.relate(other).is_contains(),
            Self::Equals => shape.relate(other).is_equal_topo(),
            Self::Touches => shape.relate(other).is_touches(),
            Self::Crosses => shape.relate(other).is_crosses(),
            Self::Overlaps => shape.relate(other).is_overlaps(),
        }
    }
}

impl ArrayOperand {
    fn items(&self, of: &Subject<'_>) -> Option<Vec<String>> {
        match self {
            Self::Literal(items) => Some(items.clone()),
            Self::Property(at) => match &of.feature.values[*at] {
                Value::List(items) => Some(items.clone()),
                _ => None,
            },
        }
    }
}

impl ArrayRelation {
    fn holds(self, a: &[String], b: &[String]) -> bool {
        let all_in =
            |some: &[String], others: &[String]| some.iter().all(|one| others.contains(one));
        match self {
            Self::Equals => a == b,
            Self::Contains => all_in(b, a),
            Self::ContainedBy => all_in(a, b),
            Self::Overlaps => a.iter().any(|one| b.contains(one)),
        }
    }
}

/// Whether a text is like a pattern: `%` any letters, `_` one, `\` before one that stands for itself.
fn like(text: &str, pattern: &str) -> bool {
    let mut wanted: Vec<Sign> = Vec::new();
    let mut signs = pattern.chars();
    while let Some(c) = signs.next() {
        wanted.push(match c {
            '%' => Sign::Any,
            '_' => Sign::One,
            '\\' => Sign::This(signs.next().unwrap_or('\\')),
            c => Sign::This(c),
        });
    }
    let text: Vec<char> = text.chars().collect();
    // The last « any » and where the text stood: tried again one letter further when what follows does not fit.
    let (mut at, mut sign, mut retry) = (0, 0, None);
    while at < text.len() {
        match wanted.get(sign) {
            Some(Sign::Any) => {
                retry = Some((at, sign));
                sign += 1;
            }
            Some(Sign::One) => {
                at += 1;
                sign += 1;
            }
            Some(Sign::This(c)) if *c == text[at] => {
                at += 1;
                sign += 1;
            }
            _ => match retry {
                Some((from, any)) => {
                    retry = Some((from + 1, any));
                    at = from + 1;
                    sign = any + 1;
                }
                None => return false,
            },
        }
    }
    wanted[sign..].iter().all(|sign| *sign == Sign::Any)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Any,
    One,
    This(char),
}

fn without_accents(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let plain = match c {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
            'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' => 'A',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'É' | 'È' | 'Ê' | 'Ë' => 'E',
            'î' | 'ï' | 'í' | 'ì' => 'i',
            'Î' | 'Ï' | 'Í' | 'Ì' => 'I',
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
            'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' => 'O',
            'ù' | 'û' | 'ü' | 'ú' => 'u',
            'Ù' | 'Û' | 'Ü' | 'Ú' => 'U',
            'ç' => 'c',
            'Ç' => 'C',
            'ñ' => 'n',
            'Ñ' => 'N',
            'ÿ' => 'y',
            'Ÿ' => 'Y',
            other => other,
        };
        out.push(plain);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{like, without_accents};

    #[test]
    fn a_pattern_has_any_letters_one_letter_and_letters_that_stand_for_themselves() {
        for (text, pattern) in [
            ("Réseau du Port", "Réseau%"),
            ("Réseau du Port", "%du%"),
            ("Réseau du Port", "%Po_t"),
            ("aab", "%ab"),
            ("100 %", "100 \\%"),
            ("", "%"),
        ] {
            assert!(like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [
            ("Réseau", "réseau"),
            ("abc", "ab"),
            ("abc", "_"),
            ("", "_"),
            ("1000", "100\\%"),
        ] {
            assert!(!like(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn accents_go_and_case_stays() {
        assert_eq!(without_accents("Énergies du Çà"), "Energies du Ca");
    }
}
