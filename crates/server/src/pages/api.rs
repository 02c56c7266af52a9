//! `GET /api`: the programming interface, drawn from its own description (`/api/openapi.json`), each question with a form
//! to try it.

use super::document::public;
use super::embed::here;
use super::shell::{Section, Shell};
use super::{Lang, Reading};
use askama::Template;
use axum::extract::Extension;
use axum::http::HeaderMap;
use axum::response::Response;
use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::Service;
use caloduc_engine::network::Layer;
use serde_json::Value;
use std::sync::Arc;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    name: String,
    place: String,
    is_required: bool,
    about: String,
    example: String,
}

/// One question: a method and a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    parameters: Vec<Parameter>,
    answers: Vec<(String, String)>,
    /// Whether a plain form can ask it.
    is_simple: bool,
}

/// The questions, by group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    groups: Vec<(String, String, Vec<Operation>)>,
}

impl Description {
    /// The questions of an OpenAPI document; none when it cannot be read.
    pub fn read(json: &str) -> Self {
        let document: Value = serde_json::from_str(json).unwrap_or_default();
        let mut groups: Vec<(String, String, Vec<Operation>)> = document["tags"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|tag| (text(&tag["name"]), text(&tag["description"]), Vec::new()))
            .collect();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                if !["get", "post", "delete", "put"].contains(&method.as_str()) {
                    continue;
                }
                let tag = text(&operation["tags"][0]);
                let read = operation_of(method, path, operation, &document);
                match groups.iter_mut().find(|(name, ..)| *name == tag) {
                    Some(group) => group.2.push(read),
                    None => groups.push((tag, String::new(), vec![read])),
                }
            }
        }
        groups.retain(|(.., operations)| !operations.is_empty());
        Self { groups }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What a `$ref` names, or the value itself.
fn resolved<'a>(value: &'a Value, document: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

fn operation_of(method: &str, path: &str, operation: &Value, document: &Value) -> Operation {
    let parameters: Vec<Parameter> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| {
            let parameter = resolved(parameter, document);
            let example = [
                &parameter["example"],
                &parameter["schema"]["example"],
                &parameter["schema"]["default"],
            ]
            .into_iter()
            .find(|value| !value.is_null())
            .map(text)
            .unwrap_or_default();
            Parameter {
                name: text(&parameter["name"]),
                place: text(&parameter["in"]),
                is_required: parameter["required"].as_bool().unwrap_or(false),
                about: text(&parameter["description"]),
                example,
            }
        })
        .collect();
    let answers = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, answer)| {
            (
                status.clone(),
                text(&resolved(answer, document)["description"]),
            )
        })
        .collect();
    let anchor: String = format!("{method}{path}")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    Operation {
        anchor,
        method: method.to_uppercase(),
        summary: text(&operation["summary"]),
        about: text(&operation["description"]),
        is_simple: method == "get" && !path.contains('{'),
        path: path.to_owned(),
        parameters,
        answers,
    }
}

/// The page.
#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    shell: Shell,
    call: String,
    answer: String,
    description: Arc<Description>,
}

/// `GET /api`.
pub async fn get(
    reading: Reading,
    Extension(description): Extension<Arc<Description>>,
    headers: HeaderMap,
) -> Response {
    let l = reading.lang;
    let (path, answer) = first_call(&reading);
    let origin = reading.origin.clone().unwrap_or_else(|| here(&headers));
    public(&ApiPage {
        shell: Shell::new(&reading, Section::Api, "API").described(l.say(
            "Interface de programmation : éligibilité d’une adresse, réseaux, éditions, tuiles, géocodage.",
            "Programming interface: eligibility of an address, networks, editions, tiles, geocoding.",
        )),
        call: format!("curl '{origin}{path}'"),
        answer,
        description,
    })
}

/// A real question about the edition in service, and its answer.
fn first_call(reading: &Reading) -> (String, String) {
    let row = reading
        .snapshot
        .rows(Layer::Heat)
        .find(caloduc_engine::snapshot::Row::is_open);
    let start = row.and_then(|row| row.parts().next()?.places().next());
    let place = start.unwrap_or(LonLat {
        lon: 2.35,
        lat: 48.85,
    });
    let place = LonLat {
        lon: (place.lon * 1e5).round() / 1e5,
        lat: (place.lat * 1e5 + 40.0).round() / 1e5,
    };
    let verdict = reading.snapshot.assess(place, Service::Heat);
    let path = format!("/api/v2/eligibility?lon={}&lat={}", place.lon, place.lat);
    (
        path,
        serde_json::to_string_pretty(&verdict).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_gives_its_questions_by_group() {
        let json = r##"{"tags":[{"name":"v2","description":"d"}],"paths":{"/a/{b}":{"get":{"tags":["v2"],"summary":"s",
            "parameters":[{"$ref":"#/components/parameters/b"}],"responses":{"200":{"description":"ok"}}}}},
            "components":{"parameters":{"b":{"name":"b","in":"path","required":true,"schema":{"example":3}}}}}"##;
        let description = Description::read(json);
        let (name, _, operations) = &description.groups[0];
        assert_eq!(name, "v2");
        assert_eq!(operations[0].parameters[0].example, "3");
        assert!(!operations[0].is_simple);
        assert_eq!(Description::read("nonsense"), Description::default());
    }
}
