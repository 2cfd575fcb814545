//! Stories and relations of events that an editor changed, told from what the store holds of their articles.

use super::features::Features;
use super::live::CopyLink;
use super::{Detector, Incoming, Place, Settings, Trace};
use crate::article::{ArticleId, EventId};
use rustc_hash::FxHashMap;

/// What must be known of an article to tell how it stands in its event.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its order number.
    pub pos: u32,
    /// Its key.
    pub id: ArticleId,
    /// What orders it, in hours since 1970.
    pub order: f64,
    /// Texts shared with earlier articles.
    pub copies: Vec<CopyLink>,
    /// Whether it is a round-up.
    pub roundup: bool,
    /// Its event.
    pub event: EventId,
}

/// The place of every article, in the order given. Articles come in the order of their numbers, whole events at a time.
pub fn retell(members: &[Member]) -> Vec<Place> {
    let mut detector = Detector::new(Settings::default(), 0);
    // Numbered through, so that nothing depends on how far apart in the store they are.
    let number: FxHashMap<u32, u32> = members.iter().enumerate().map(|(n, m)| (m.pos, n as u32)).collect();
    for (n, member) in members.iter().enumerate() {
        let incoming = Incoming {
            id: member.id,
            features: Features::default(),
            source: String::new(),
            url: None,
            when: None,
            dated: false,
            order: member.order,
        };
        let pos = n as u32;
        let (mut live, keys) = detector.admit(incoming);
        if member.roundup {
            live.bonds_mut().roundup_of.push(pos);
        }
        let copies = member.copies.iter().filter_map(|c| Some(CopyLink { other: *number.get(&c.other)?, ..*c })).collect();
        detector.enrol(pos, live, &Trace { copies, ..Trace::default() }, &keys);
        let event = detector.event_number(member.event);
        detector.apply(pos, &[(pos, event)]);
    }
    let mut events: Vec<u32> = detector.events.keys().copied().collect();
    events.sort_unstable();
    let mut places: Vec<Place> = events.into_iter().flat_map(|event| detector.redescribe(event)).collect();
    places.sort_unstable_by_key(|p| p.pos);
    places.iter_mut().for_each(|p| p.pos = members[p.pos as usize].pos);
    places
}
