//! CQL2 JSON: `{"op": …, "args": […]}` into the same tree as the text.

use super::super::features::Value;
use super::literal::of_json;
use super::text::{array, converse, spatial};
use super::tree::{ArrayOperand, Comparison, Filter, Operand, comparable};
use super::{DEEPEST, FilterError, Known};
use caloduc_formats::table::Kind;
use serde_json::Value as Json;

pub(super) fn parse(filter: &str, known: Known<'_>) -> Result<Filter, FilterError> {
    let json: Json = serde_json::from_str(filter).map_err(|error| FilterError::Unreadable {
        near: format!("ligne {}, colonne {}", error.line(), error.column()),
        expected: "du JSON est attendu".to_owned(),
    })?;
    read(&json, known, 0)
}

fn wrong(near: &Json, expected: &str) -> FilterError {
    let near: String = near.to_string().chars().take(60).collect();
    FilterError::Unreadable {
        near,
        expected: expected.to_owned(),
    }
}

fn read(json: &Json, known: Known<'_>, depth: usize) -> Result<Filter, FilterError> {
    if depth > DEEPEST {
        return Err(FilterError::TooDeep);
    }
    if let Some(answer) = json.as_bool() {
        return Ok(Filter::Always(answer));
    }
    let op = json
        .get("op")
        .and_then(Json::as_str)
        .ok_or_else(|| wrong(json, "« op » est attendu"))?
        .to_ascii_lowercase();
    let args = json
        .get("args")
        .and_then(Json::as_array)
        .ok_or_else(|| wrong(json, "« args » est attendu"))?;
    let inside = || -> Result<Vec<Filter>, FilterError> {
        args.iter().map(|one| read(one, known, depth + 1)).collect()
    };
    let two = || match args.as_slice() {
        [a, b] => Ok((a, b)),
        _ => Err(wrong(json, "deux arguments sont attendus")),
    };
    let comparison = match op.as_str() {
        "=" => Some(Comparison::Equal),
        "<>" => Some(Comparison::Different),
        "<" => Some(Comparison::Less),
        "<=" => Some(Comparison::LessOrEqual),
        ">" => Some(Comparison::Greater),
        ">=" => Some(Comparison::GreaterOrEqual),
        _ => None,
    };
    if let Some(how) = comparison {
        let (a, b) = two()?;
        let (left, right) = (operand(a, known, depth)?, operand(b, known, depth)?);
        comparable(known, &left, &right, &a.to_string())?;
        return Ok(Filter::Compare(how, left, right));
    }
    let upper = op.to_ascii_uppercase();
    if let Some(how) = spatial(&upper) {
        let (a, b) = two()?;
        return Ok(if is_geometry(a) {
            Filter::Spatial(how, of_json(b, known.crs)?)
        } else if is_geometry(b) {
            Filter::Spatial(converse(how), of_json(a, known.crs)?)
        } else {
            return Err(wrong(json, "la propriété « geometry » est attendue"));
        });
    }
    if let Some(how) = array(&upper) {
        let (a, b) = two()?;
        return Ok(Filter::Array(how, list(a, known)?, list(b, known)?));
    }
    match op.as_str() {
        "and" => Ok(Filter::And(inside()?)),
        "or" => Ok(Filter::Or(inside()?)),
        "not" => match args.as_slice() {
            [one] => Ok(Filter::Not(Box::new(read(one, known, depth + 1)?))),
            _ => Err(wrong(json, "un argument est attendu")),
        },
        "like" => {
            let (a, b) = two()?;
            let text = operand(a, known, depth)?;
            if text.kind(known) != Some(Kind::Text) {
                return Err(FilterError::WrongType(a.to_string()));
            }
            Ok(Filter::Like(text, operand(b, known, depth)?))
        }
        "between" => {
            // The bounds stand beside the value, or in a list of their own.
            let (value, low, high) = match args.as_slice() {
                [value, low, high] => (value, low, high),
                [value, Json::Array(bounds)] if bounds.len() == 2 => {
                    (value, &bounds[0], &bounds[1])
                }
                _ => return Err(wrong(json, "une valeur et deux bornes sont attendues")),
            };
            let [v, l, h] = [
                operand(value, known, depth)?,
                operand(low, known, depth)?,
                operand(high, known, depth)?,
            ];
            comparable(known, &v, &l, &value.to_string())?;
            comparable(known, &v, &h, &value.to_string())?;
            Ok(Filter::Between(v, l, h))
        }
        "in" => {
            let (value, all) = two()?;
            let v = operand(value, known, depth)?;
            let all = all
                .as_array()
                .ok_or_else(|| wrong(all, "une liste est attendue"))?;
            let all: Vec<Operand> = all
                .iter()
                .map(|one| operand(one, known, depth))
                .collect::<Result<_, _>>()?;
            for one in &all {
                comparable(known, &v, one, &value.to_string())?;
            }
            Ok(Filter::In(v, all))
        }
        "isnull" => match args.as_slice() {
            [one] => Ok(Filter::IsNull(operand(one, known, depth)?)),
            _ => Err(wrong(json, "un argument est attendu")),
        },
        "s_dwithin" => match args.as_slice() {
            [a, b, metres] if is_geometry(a) => {
                let metres = metres
                    .as_f64()
                    .ok_or_else(|| wrong(metres, "une distance en mètres est attendue"))?;
                Ok(Filter::Near(of_json(b, known.crs)?, metres))
            }
            _ => Err(wrong(
                json,
                "« geometry », une géométrie et une distance sont attendues",
            )),
        },
        _ => Err(FilterError::UnknownOperator(op)),
    }
}

fn is_geometry(json: &Json) -> bool {
    json.get("property").and_then(Json::as_str) == Some("geometry")
}

fn operand(json: &Json, known: Known<'_>, depth: usize) -> Result<Operand, FilterError> {
    if depth > DEEPEST {
        return Err(FilterError::TooDeep);
    }
    let literal = |value| Ok(Operand::Literal(value));
    match json {
        Json::String(text) => literal(Value::Text(text.clone())),
        Json::Number(number) => literal(number.as_f64().map_or(Value::Unknown, Value::Real)),
        Json::Bool(value) => literal(Value::Boolean(*value)),
        Json::Null => literal(Value::Unknown),
        Json::Array(_) => Err(wrong(json, "une valeur seule est attendue")),
        Json::Object(members) => {
            if let Some(name) = members.get("property").and_then(Json::as_str) {
                return Ok(Operand::Property(known.column(name)?.0));
            }
            for moment in ["date", "timestamp"] {
                if let Some(text) = members.get(moment).and_then(Json::as_str) {
                    return literal(Value::Text(text.to_owned()));
                }
            }
            let op = members.get("op").and_then(Json::as_str).unwrap_or_default();
            let inner = members
                .get("args")
                .and_then(Json::as_array)
                .and_then(|args| args.first())
                .ok_or_else(|| wrong(json, "une propriété ou une valeur est attendue"))?;
            let inner = Box::new(operand(inner, known, depth + 1)?);
            match op.to_ascii_lowercase().as_str() {
                "casei" => Ok(Operand::CaseInsensitive(inner)),
                "accenti" => Ok(Operand::AccentInsensitive(inner)),
                _ => Err(FilterError::UnknownOperator(op.to_owned())),
            }
        }
    }
}

fn list(json: &Json, known: Known<'_>) -> Result<ArrayOperand, FilterError> {
    if let Some(name) = json.get("property").and_then(Json::as_str) {
        let (at, column) = known.column(name)?;
        return match column.kind {
            Kind::List => Ok(ArrayOperand::Property(at)),
            _ => Err(FilterError::WrongType(name.to_owned())),
        };
    }
    let items = json
        .as_array()
        .ok_or_else(|| wrong(json, "une propriété ou une liste est attendue"))?;
    items
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect::<Option<Vec<String>>>()
        .map(ArrayOperand::Literal)
        .ok_or_else(|| wrong(json, "une liste de textes est attendue"))
}
