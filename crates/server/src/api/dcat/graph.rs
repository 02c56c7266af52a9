//! Statements about things, written as JSON-LD and as Turtle.

use serde_json::{Map, Value, json};
use std::fmt::Write as _;

const PREFIXES: [(&str, &str); 8] = [
    ("adms", "http://www.w3.org/ns/adms#"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// What is said of a thing.
#[derive(Debug, Clone)]
pub(super) enum Object {
    /// Another thing, by its address.
    Iri(String),
    /// Words, in French.
    French(String),
    /// Words in no language.
    Plain(String),
    /// A value with its type.
    Typed(String, &'static str),
    /// A thing without an address.
    Thing(Thing),
}

/// A thing and what is said of it.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    /// Its address; `None` for one inside another.
    id: Option<String>,
    kind: &'static str,
    said: Vec<(&'static str, Object)>,
}

impl Thing {
    /// A thing that has an address.
    pub(super) fn at(id: impl Into<String>, kind: &'static str) -> Self {
        Self {
            id: Some(id.into()),
            kind,
            said: Vec::new(),
        }
    }

    /// A thing inside another.
    pub(super) fn inside(kind: &'static str) -> Self {
        Self {
            id: None,
            kind,
            said: Vec::new(),
        }
    }

    /// With something said of it.
    #[must_use]
    pub(super) fn with(mut self, property: &'static str, object: Object) -> Self {
        self.said.push((property, object));
        self
    }

    /// With another thing, by its address.
    #[must_use]
    pub(super) fn iri(self, property: &'static str, iri: impl Into<String>) -> Self {
        self.with(property, Object::Iri(iri.into()))
    }

    /// With words in French.
    #[must_use]
    pub(super) fn french(self, property: &'static str, words: impl Into<String>) -> Self {
        self.with(property, Object::French(words.into()))
    }

    /// With words in no language.
    #[must_use]
    pub(super) fn plain(self, property: &'static str, words: impl Into<String>) -> Self {
        self.with(property, Object::Plain(words.into()))
    }

    /// With a value of a type.
    #[must_use]
    pub(super) fn typed(
        self,
        property: &'static str,
        value: impl Into<String>,
        kind: &'static str,
    ) -> Self {
        self.with(property, Object::Typed(value.into(), kind))
    }

    fn json(&self) -> Value {
        let mut out = Map::new();
        if let Some(id) = &self.id {
            out.insert("@id".to_owned(), json!(id));
        }
        out.insert("@type".to_owned(), json!(self.kind));
        for (property, object) in &self.said {
            let value = match object {
                Object::Iri(iri) => json!({"@id": iri}),
                Object::French(words) => json!({"@value": words, "@language": "fr"}),
                Object::Plain(words) => json!(words),
                Object::Typed(value, kind) => json!({"@value": value, "@type": kind}),
                Object::Thing(thing) => thing.json(),
            };
            let all = out
                .entry((*property).to_owned())
                .or_insert_with(|| json!([]));
            if let Some(all) = all.as_array_mut() {
                all.push(value);
            }
        }
        Value::Object(out)
    }

    fn turtle(&self, out: &mut String) {
        let _infallible = write!(out, "a {}", self.kind);
        for (property, object) in &self.said {
            let _infallible = write!(out, " ;\n    {property} ");
            match object {
                Object::Iri(iri) => {
                    let _infallible = write!(out, "<{}>", in_brackets(iri));
                }
                Object::French(words) => {
                    let _infallible = write!(out, "\"{}\"@fr", in_quotes(words));
                }
                Object::Plain(words) => {
                    let _infallible = write!(out, "\"{}\"", in_quotes(words));
                }
                Object::Typed(value, kind) => {
                    let _infallible = write!(out, "\"{}\"^^{kind}", in_quotes(value));
                }
                Object::Thing(thing) => {
                    out.push_str("[ ");
                    thing.turtle(out);
                    out.push_str(" ]");
                }
            }
        }
    }
}

/// The things as one JSON-LD document.
pub(super) fn json_ld(things: &[Thing]) -> String {
    let context: Map<String, Value> = PREFIXES
        .iter()
        .map(|(prefix, iri)| ((*prefix).to_owned(), json!(iri)))
        .collect();
    let graph: Vec<Value> = things.iter().map(Thing::json).collect();
    format!("{:#}\n", json!({"@context": context, "@graph": graph}))
}

/// The things in Turtle.
pub(super) fn turtle(things: &[Thing]) -> String {
    let mut out = String::new();
    for (prefix, iri) in PREFIXES {
        let _infallible = writeln!(out, "@prefix {prefix}: <{iri}> .");
    }
    for thing in things {
        let id = thing.id.as_deref().unwrap_or_default();
        let _infallible = write!(out, "\n<{}> ", in_brackets(id));
        thing.turtle(&mut out);
        out.push_str(" .\n");
    }
    out
}

fn in_quotes(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

/// An address as Turtle takes it: what cannot be in one is percent-encoded.
fn in_brackets(iri: &str) -> String {
    iri.chars()
        .map(|c| match c {
            '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' | '\0'..=' ' => {
                format!("%{:02X}", c as u32)
            }
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_in_both_forms_and_quotes_end_nothing() {
        let thing = Thing::at("https://exemple.fr/a b", "dcat:Dataset")
            .french("dct:title", "Réseaux « \"vrais\" »\n")
            .typed("dcat:byteSize", "12", "xsd:nonNegativeInteger")
            .with(
                "dct:publisher",
                Object::Thing(Thing::inside("foaf:Agent").plain("foaf:name", "caloduc")),
            );
        let turtle = turtle(std::slice::from_ref(&thing));
        assert!(
            turtle.contains("<https://exemple.fr/a%20b> a dcat:Dataset ;"),
            "{turtle}"
        );
        assert!(
            turtle.contains(r#"dct:title "Réseaux « \"vrais\" »\n"@fr"#),
            "{turtle}"
        );
        assert!(
            turtle.contains(r#""12"^^xsd:nonNegativeInteger"#),
            "{turtle}"
        );
        assert!(
            turtle.contains("dct:publisher [ a foaf:Agent ;"),
            "{turtle}"
        );
        let json: Value = serde_json::from_str(&json_ld(&[thing])).unwrap();
        assert_eq!(
            json["@graph"][0]["dct:publisher"][0]["foaf:name"][0],
            "caloduc"
        );
        assert_eq!(json["@graph"][0]["dcat:byteSize"][0]["@value"], "12");
    }
}
