//! What surrounds every page? Title, language, menu, the line on the edition, the mark of a fictional territory.

use super::{Lang, Reading, assets, written};
use crate::appearance::{Appearance, Sentences};
use std::sync::Arc;

/// Which entry of the menu a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The question and its answer.
    Home,
    /// Files of addresses.
    Batches,
    /// The map.
    Map,
    /// The list of networks and their sheets.
    Networks,
    /// Open data.
    Data,
    /// The programming interface.
    Api,
    /// Snippets for other sites.
    Integration,
    /// None of them.
    Elsewhere,
}

/// Whether search engines may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexing {
    /// They may.
    Allowed,
    /// They may not: an answer, an error, a frame.
    Refused,
}

/// An entry of the menu.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it leads.
    pub href: String,
    /// Its text.
    pub text: &'static str,
    /// Whether the page is in that section.
    pub is_current: bool,
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Its language.
    pub lang: Lang,
    /// Its title, without the name of the service.
    pub title: String,
    /// One sentence for search engines and previews.
    pub description: String,
    /// Its address without the language, with its query: what the link to the other language leads to.
    pub path: String,
    /// Which entry of the menu.
    pub section: Section,
    /// Whether search engines may keep it.
    pub indexing: Indexing,
    /// `édition 12 du 1er novembre 2026`.
    pub edition: String,
    /// Whether the territory is fictional.
    pub is_fictional: bool,
    /// Public address of the service, without a final slash, when it is configured.
    pub origin: Option<String>,
    /// How the pages are dressed.
    pub appearance: Arc<Appearance>,
}

// Templates can only call methods.
#[allow(clippy::unused_self)]
impl Shell {
    /// The shell of a page at `path`.
    pub fn new(reading: &Reading, section: Section, title: impl Into<String>) -> Self {
        Self {
            lang: reading.lang,
            title: title.into(),
            description: String::new(),
            path: reading.path.clone(),
            section,
            indexing: Indexing::Allowed,
            edition: edition_line(reading),
            is_fictional: reading.snapshot.stamp().fictional,
            origin: reading.origin.clone(),
            appearance: Arc::clone(&reading.appearance),
        }
    }

    /// With a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Kept out of search engines, and without a query in the link to the other language.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.indexing = Indexing::Refused;
        self
    }

    /// Its language, by value: templates pass fields by reference.
    pub fn language(&self) -> Lang {
        self.lang
    }

    /// Address of this page in a language.
    pub fn alternate(&self, lang: Lang) -> String {
        lang.href(&self.path)
    }

    /// Address of this page in a language, absolute when the public address is known.
    pub fn absolute(&self, lang: Lang) -> String {
        let origin = self.origin.as_deref().unwrap_or_default();
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{origin}{}", lang.href(path))
    }

    /// Whether search engines are refused.
    pub fn is_hidden(&self) -> bool {
        self.indexing == Indexing::Refused
    }

    /// The menu.
    pub fn menu(&self) -> Vec<Entry> {
        let l = self.lang;
        [
            (
                Section::Home,
                "/",
                l.say("Tester une adresse", "Test an address"),
            ),
            (
                Section::Batches,
                "/pro/tests",
                l.say("Tester un fichier", "Test a file"),
            ),
            (Section::Map, "/carte", l.say("Carte", "Map")),
            (Section::Networks, "/reseaux", l.say("Réseaux", "Networks")),
            (Section::Data, "/donnees", l.say("Données", "Data")),
            (Section::Api, "/api", "API"),
            (
                Section::Integration,
                "/integration",
                l.say("Intégrer", "Embed"),
            ),
        ]
        .into_iter()
        .map(|(section, path, text)| Entry {
            href: l.href(path),
            text,
            is_current: section == self.section,
        })
        .collect()
    }

    /// Address of the style sheet.
    pub fn style(&self) -> String {
        assets::address("caloduc.css").unwrap_or_default()
    }

    /// Address of a script, when the binary has it.
    pub fn script(&self, name: &str) -> Option<String> {
        assets::address(name)
    }

    /// An icon of the sprite, always beside a word.
    pub fn icon(&self, name: &str) -> String {
        let sprite = assets::address("icons.svg").unwrap_or_default();
        format!(
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{sprite}#{name}\"/></svg>"
        )
    }

    /// Address of the mark.
    pub fn mark(&self) -> String {
        self.own_mark()
            .or_else(|| assets::address("mark.svg"))
            .unwrap_or_default()
    }

    /// Address of the deployer's own mark.
    pub fn own_mark(&self) -> Option<String> {
        self.appearance.mark_address()
    }

    /// Address of the deployer's custom properties.
    pub fn tokens(&self) -> Option<String> {
        self.appearance.tokens_address()
    }

    /// Name of the service.
    pub fn name(&self) -> &str {
        self.appearance.texts().name(self.lang)
    }

    /// The deployer's sentences in the language of the page.
    pub fn texts(&self) -> &Sentences {
        self.appearance.texts().of(self.lang)
    }
}

/// « édition 12, données du 1er novembre 2026 », or that the data are fictional.
pub fn edition_line(reading: &Reading) -> String {
    let stamp = reading.snapshot.stamp();
    let l = reading.lang;
    let day = written::day(&stamp.created, l);
    match stamp.release {
        Some(number) => format!(
            "{} {number}, {} {day}{}",
            l.say("édition", "edition"),
            l.say("données du", "data of"),
            if reading.is_past {
                l.say(" (édition passée)", " (past edition)")
            } else {
                ""
            }
        ),
        None => l
            .say(
                "territoire fictif de démonstration",
                "fictional demonstration territory",
            )
            .to_owned(),
    }
}
