//! Which sentences does a deployer replace? Those of `texts.toml`, a section a language.

use crate::pages::Lang;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::Deserialize;

/// Name of the service where none is given.
const OUR_NAME: &str = "caloduc";

/// Sentences by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    /// French.
    fr: Sentences,
    /// English; what is not there is said in our own words, never in French.
    en: Sentences,
}

/// Sentences of one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sentences {
    /// Name of the service: in the head of pages, in their titles, in the foot.
    pub name: Option<String>,
    /// Title of the home page.
    pub home_title: Option<String>,
    /// Sentence under it.
    pub home_lead: Option<String>,
    /// A sentence of the foot of every page, before ours.
    pub foot: Option<String>,
    /// Who publishes the site, in the legal notice.
    pub publisher: Option<String>,
    /// How to reach them, in the legal notice and the privacy page.
    pub contact: Option<String>,
}

impl Texts {
    /// Reads `texts.toml`; the error says which key, where.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        Figment::from(Toml::string(text))
            .extract()
            .map_err(|e| format!("{e} ; clés lues, sous [fr] et [en] : name, home_title, home_lead, foot, publisher, contact"))
    }

    /// Sentences of a language.
    pub fn of(&self, lang: Lang) -> &Sentences {
        match lang {
            Lang::French => &self.fr,
            Lang::English => &self.en,
        }
    }

    /// Name of the service; a name given in one language only holds for both.
    pub fn name(&self, lang: Lang) -> &str {
        let given = self.of(lang).name.as_deref();
        given
            .or(self.fr.name.as_deref())
            .or(self.en.name.as_deref())
            .unwrap_or(OUR_NAME)
    }
}
