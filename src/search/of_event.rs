//! What a query says of the event that an article is in: the filters of the list of events, as fields.

use crate::sources::Sources;
use crate::store::read::EventFilter;

/// The fields, by name.
pub(super) const FIELDS: [&str; 3] = ["agency", "country", "sources"];

/// What must be true of an event, all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfEvent {
    /// Agencies, each of which an article of it credits: names, and ids once [`OfEvent::knowing`] has looked them up.
    pub agencies: Vec<String>,
    /// Codes of countries.
    countries: Vec<String>,
    /// The names of the sources of each of these countries, of which one reported it.
    pub among: Vec<Vec<String>>,
    /// At least this many sources.
    pub min_sources: u32,
}

impl OfEvent {
    /// Takes what follows the name of a field; nothing is no filter, as in the form of the list.
    pub(super) fn take(&mut self, field: &str, value: &str) -> Result<(), String> {
        match field {
            _ if value.is_empty() => {}
            "agency" => self.agencies.push(value.to_owned()),
            "country" => self.countries.push(EventFilter::country(value)?.to_owned()),
            _ => {
                let least = value.parse().map_err(|_| "expected a number of sources, such as 3")?;
                self.min_sources = self.min_sources.max(least);
            }
        }
        Ok(())
    }

    /// The same, with agencies and countries as `sources` know them.
    pub(super) fn knowing(self, sources: &Sources) -> Self {
        let filter = EventFilter::default;
        let agencies = self.agencies.iter().filter_map(|name| filter().crediting(name, sources).agency).collect();
        let among = self.countries.iter().filter_map(|code| filter().from_country(code, sources).ok()?.among).collect();
        Self { agencies, among, ..self }
    }
}
