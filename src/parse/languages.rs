//! Articles that JSON holds in several languages at once: `{"title": {"en": "…", "ar": "…"}}`, `title_en` beside `title_ar`, and
//! `translations` of an item.
//!
//! Each language in which it has a title or a text is an article of its own, unless its `lang` names one of them: then that one is meant,
//! and a note names the others.

use serde_json::{Map, Value};

use super::json;
use super::json::names::{BLOCKS, HTML, LANG, TEASER, TEXT, TITLE};

/// Primary subtags (ISO 639-1), some of three letters, and the one that Drupal has for no language.
const CODES: &str = "aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff \
    fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb \
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg \
    si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ckb fil und";
/// The code that names no language.
const UNKNOWN: &str = "und";
/// Names under which an item holds what it says in each language.
const TRANSLATIONS: &[&str] = &["translations", "localizations", "locales", "languages"];
/// Names of the language of one of them, and of a value beside its language.
const CODE_OF: &[&str] = &["@language", "lang", "language", "languages_code", "locale", "langcode"];
const VALUE_OF: &[&str] = &["@value", "value", "text", "content"];
/// Bytes of the longest tag.
const TAG: usize = 12;

/// The object as one for each language, each with what is to be noted of it; itself, if it holds but one.
pub fn apart(mut map: Map<String, Value>) -> Vec<(Map<String, Value>, Option<String>)> {
    gather(&mut map);
    let languages = languages(&map);
    if languages.is_empty() {
        return vec![(map, None)];
    }
    let named = LANG.iter().find_map(|name| map.get(*name)?.as_str());
    let meant = named.and_then(|named| languages.iter().find(|code| primary(code) == primary(named)));
    let Some(meant) = meant else { return languages.iter().map(|code| (in_language(&map, code), None)).collect() };
    let others: Vec<&str> = languages.iter().filter(|code| *code != meant).map(String::as_str).collect();
    let note = format!("`lang` names {meant}: what it says in {} was not read", others.join(", "));
    vec![(in_language(&map, meant), (!others.is_empty()).then_some(note))]
}

/// Whether an object says something by language that is not under the usual names: under `title_en`, in `translations`.
pub fn are_said(map: &Map<String, Value>) -> bool {
    let mut gathered = map.clone();
    gather(&mut gathered);
    !languages(&gathered).is_empty()
}

/// Whether an object says something in several ways, by language.
pub fn is_by_language(value: &Value) -> bool {
    let Value::Object(object) = value else { return false };
    let says = |value: &Value| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(_) | Value::Object(_) => true,
        _ => false,
    };
    !object.is_empty() && object.keys().all(|key| is_tag(key)) && object.values().any(says)
}

/// Whether `tag` is that of a language: `ar`, `en-US`, `zh_Hans`.
fn is_tag(tag: &str) -> bool {
    let code = tag.split(['-', '_']).next().unwrap_or_default();
    tag.len() <= TAG && tag.is_ascii() && CODES.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(code))
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Brings the other forms into that of values by language.
fn gather(map: &mut Map<String, Value>) {
    for name in [TITLE, TEXT, HTML, TEASER].into_iter().flatten() {
        if let Some(object) = map.get(*name).and_then(Value::as_array).and_then(|list| by_code(list, VALUE_OF)) {
            map.insert((*name).to_owned(), object);
        }
    }
    if json::has_text(map) {
        return;
    }
    gather_names(map);
    let own = map.iter().all(|(key, value)| is_tag(key) && is_item(value)) && !map.is_empty();
    let items = if own { Some(Value::Object(std::mem::take(map))) } else { TRANSLATIONS.iter().find_map(|name| take_items(map, name)) };
    let Some(Value::Object(items)) = items else { return };
    for (code, item) in items {
        let Value::Object(item) = item else { continue };
        for (name, value) in item.into_iter().filter(|(name, _)| !CODE_OF.contains(&name.as_str())) {
            // What the item around says of itself is in no language.
            match map.entry(name).or_insert_with(|| Map::new().into()) {
                Value::Object(all) if all.keys().all(|key| is_tag(key)) => _ = all.insert(code.clone(), value),
                other => *other = Map::from_iter([(code.clone(), value)]).into(),
            }
        }
    }
}

/// Takes the items under `name`, by their languages.
fn take_items(map: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let value = map.get(name)?;
    let items = match value {
        Value::Array(list) => by_code(list, &[])?,
        Value::Object(items) => Value::Object(items.clone()),
        _ => return None,
    };
    let is_all = items.as_object().is_some_and(|items| items.iter().all(|(code, item)| is_tag(code) && is_item(item)));
    is_all.then(|| map.shift_remove(name))?;
    Some(items)
}

fn is_item(value: &Value) -> bool {
    value.as_object().is_some_and(|item| json::has_text(item) || json::has_title(item))
}

/// `[{"lang": "en", "value": "…"}]` as an object: the value under one of `names`, or else all of an item.
fn by_code(list: &[Value], names: &[&str]) -> Option<Value> {
    let pair = |item: &Value| {
        let code = CODE_OF.iter().find_map(|name| item.get(*name)?.as_str()).filter(|code| is_tag(code))?;
        let value = if names.is_empty() { item } else { names.iter().find_map(|name| item.get(*name))? };
        Some((code.to_owned(), value.clone()))
    };
    let pairs: Option<Map<String, Value>> = list.iter().map(pair).collect();
    pairs.filter(|pairs| !pairs.is_empty()).map(Value::Object)
}

/// `title_en` and `titleAr`, as `title` by language.
fn gather_names(map: &mut Map<String, Value>) {
    let of = |key: &str| {
        let (name, code) =
            key.rsplit_once(['_', '-']).or_else(|| key.split_at_checked(key.len().checked_sub(2)?).filter(|(_, code)| is_camel(code)))?;
        let known = [TITLE, TEXT, TEASER].into_iter().flatten().find(|known| known.eq_ignore_ascii_case(name))?;
        is_tag(code).then(|| (*known, code.to_lowercase()))
    };
    // `title_id` may be a number.
    let is_said = |key: &String| {
        map.get(key)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.trim().is_empty() && (!key.to_lowercase().ends_with("id") || text.contains(' ')))
    };
    let found: Vec<(String, &str, String)> =
        map.keys().filter(|key| is_said(key)).filter_map(|key| of(key).map(|(name, code)| (key.clone(), name, code))).collect();
    if !found.iter().any(|(_, name, _)| TEXT.contains(name)) {
        return;
    }
    for (key, name, code) in found {
        let Some(value) = map.shift_remove(&key) else { continue };
        if let Value::Object(all) = map.entry(name).or_insert_with(|| Map::new().into()) {
            all.insert(code, value);
        }
    }
}

fn is_camel(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_uppercase()) && code.ends_with(|c: char| c.is_ascii_lowercase())
}

/// The languages of the title and text, as they are first named.
fn languages(map: &Map<String, Value>) -> Vec<String> {
    let mut all = Vec::new();
    for name in [TITLE, TEXT, HTML, BLOCKS, TEASER].into_iter().flatten() {
        let Some(Value::Object(by_language)) = map.get(*name).filter(|value| is_by_language(value)) else { continue };
        for (code, _) in
            by_language.iter().filter(|(_, value)| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
        {
            if !all.contains(code) {
                all.push(code.clone());
            }
        }
    }
    all
}

/// What the object says in the language `code`.
fn in_language(map: &Map<String, Value>, code: &str) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in map {
        match value {
            Value::Object(by_language) if is_by_language(value) => {
                out.extend(by_language.get(code).map(|value| (name.clone(), value.clone())));
            }
            _ => _ = out.insert(name.clone(), value.clone()),
        }
    }
    if code != UNKNOWN {
        LANG.iter().for_each(|name| _ = out.shift_remove(*name));
        out.insert(LANG[0].to_owned(), code.replace('_', "-").into());
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Language, title and text of each article.
    fn read(value: Value) -> Vec<[String; 3]> {
        let said = |text: Option<String>| text.unwrap_or_default();
        json::articles(value)
            .into_iter()
            .map(|draft| draft.map_or_else(|e| [e, String::new(), String::new()], |d| [said(d.lang), said(d.title), said(d.text)]))
            .collect()
    }

    #[test]
    fn each_language_is_an_article() {
        let both = [["en", "Wells", "They filled."], ["ar", "آبار", "امتلأت."]];
        for value in [
            json!({"title": {"en": "Wells", "ar": "آبار"}, "body": {"en": "They filled.", "ar": "امتلأت."}}),
            json!({"title": {"en": "Wells", "ar": "آبار"}, "body": {"en": {"html": "<p>They filled.</p>"}, "ar": ["امتلأت."]}}),
            json!({"fields": {"title": {"en": "Wells", "ar": "آبار"}, "body": {"en": "They filled.", "ar": "امتلأت."}}}),
            json!({"title_en": "Wells", "title_ar": "آبار", "body_en": "They filled.", "body_ar": "امتلأت."}),
            json!({"titleEn": "Wells", "titleAr": "آبار", "contentEn": "They filled.", "contentAr": "امتلأت."}),
            json!({"id": 9, "translations": {"en": {"title": "Wells", "body": "They filled."}, "ar": {"title": "آبار", "body": "امتلأت."}}}),
            json!({"translations": [{"lang": "en", "title": "Wells", "body": "They filled."}, {"lang": "ar", "title": "آبار", "body": "امتلأت."}]}),
            json!({"en": {"title": "Wells", "body": "They filled."}, "ar": {"title": "آبار", "body": "امتلأت."}}),
            json!({"headline": [{"@language": "en", "@value": "Wells"}, {"@language": "ar", "@value": "آبار"}],
                "articleBody": [{"@language": "en", "@value": "They filled."}, {"@language": "ar", "@value": "امتلأت."}]}),
        ] {
            assert_eq!(read(value.clone()), both, "{value}");
        }
    }

    #[test]
    fn what_is_said_in_one_language_is_one_article() {
        for (value, expected) in [
            (json!({"title": {"en": "Wells"}, "body": {"en": "They filled."}}), [["en", "Wells", "They filled."]]),
            (json!({"title": "Wells", "body": {"und": [{"value": "They filled."}]}}), [["", "Wells", "They filled."]]),
            (json!({"title": "Wells", "text": "They filled.", "title_ar": "آبار"}), [["", "Wells", "They filled."]]),
            (json!({"title": "Wells", "text": "They filled.", "title_id": "81"}), [["", "Wells", "They filled."]]),
            (json!({"title": "Wells", "text": "They filled.", "author": {"id": "8"}}), [["", "Wells", "They filled."]]),
            (
                json!({"lang": "ar-EG", "title": {"en": "Wells", "ar": "آبار"}, "body": {"en": "They filled.", "ar": "امتلأت."}}),
                [["ar", "آبار", "امتلأت."]],
            ),
        ] {
            assert_eq!(read(value.clone()), expected, "{value}");
        }
    }

    #[test]
    fn lists_hold_them_too() {
        let list = json!({"data": [{"id": 1, "translations": [{"lang": "en", "title": "Wells"}, {"lang": "ar", "title": "آبار"}]}, {"id": 2, "title_en": "Bridge", "body_en": "It opened."}]});
        assert_eq!(crate::parse::lists::articles(list, &[]).into_iter().filter(Result::is_ok).count(), 3);
    }

    #[test]
    fn what_is_not_read_is_noted() {
        let value = json!({"lang": "ar", "title": {"en": "Wells", "ar": "آبار"}, "body": {"en": "They filled.", "ar": "امتلأت."}});
        let Value::Object(map) = value else { return };
        assert_eq!(apart(map)[0].1.as_deref(), Some("`lang` names ar: what it says in en was not read"));
    }
}
