//! The first page: the question, what the answers mean, what the data hold.

use super::answer::Heating;
use super::document::public;
use super::shell::{Section, Shell};
use super::{Lang, Reading, written};
use askama::Template;
use axum::response::Response;
use caloduc_engine::network::Layer;

/// A figure of the edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub name: &'static str,
    /// How many.
    pub value: String,
}

/// The first page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    shell: Shell,
    problem: Option<&'static str>,
    asked: String,
    heating: &'static str,
    summary: String,
    figures: Vec<Figure>,
}

impl HomePage {
    fn new(reading: &Reading) -> Self {
        let l = reading.lang;
        let shell = Shell::new(
            reading,
            Section::Home,
            l.say("Un réseau de chaleur près de chez vous ?", "A heat network near your home?"),
        )
        .described(l.say(
            "Testez une adresse : un réseau de chaleur ou de froid passe-t-il à proximité, à quelle distance, avec quelles énergies ?",
            "Test an address: does a heat or cooling network pass nearby, how far away, with which energies?",
        ));
        let catalogue = reading.catalogue();
        let figures = [
            (
                l.say("réseaux de chaleur tracés", "heat networks with a route"),
                catalogue.count(Layer::Heat),
            ),
            (
                l.say(
                    "réseaux de chaleur au tracé inconnu",
                    "heat networks, route unknown",
                ),
                catalogue.count(Layer::HeatUntraced),
            ),
            (
                l.say("réseaux de froid", "cooling networks"),
                catalogue.count(Layer::Cold) + catalogue.count(Layer::ColdUntraced),
            ),
            (l.say("projets", "projects"), catalogue.projects.len()),
            (
                l.say("périmètres prioritaires", "priority areas"),
                catalogue.priority_areas,
            ),
        ]
        .map(|(name, value)| Figure {
            name,
            value: written::count(value, l),
        })
        .into();
        let traced = written::count(catalogue.count(Layer::Heat), l);
        let summary = format!("{traced} {} · {}", l.say("tracés", "routes"), shell.edition);
        Self {
            shell,
            problem: None,
            asked: String::new(),
            heating: Heating::Unknown.as_str(),
            summary,
            figures,
        }
    }

    /// The page again, with what was asked and why it cannot be answered.
    pub fn asked_again(
        reading: &Reading,
        asked: &str,
        heating: Heating,
        why: &'static str,
    ) -> Self {
        let page = Self::new(reading);
        Self {
            shell: page.shell.hidden(),
            asked: asked.to_owned(),
            heating: heating.as_str(),
            problem: Some(why),
            ..page
        }
    }
}

/// The page before anything is asked.
pub fn page(reading: &Reading) -> Response {
    public(&HomePage::new(reading))
}
