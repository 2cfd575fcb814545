//! The configuration file is the manual: it lists every key at its default, and a mistake in it is named.

use wirefold::config::Config;

const SHIPPED: &str = include_str!("../config/wirefold.toml");

#[test]
fn the_shipped_file_is_the_defaults_and_lists_every_key() {
    assert_eq!(Config::parse(SHIPPED), Ok(Config::default()));
    let table: toml::Table = SHIPPED.parse().unwrap();
    for key in Config::keys() {
        let (section, name) = key.split_once('.').unwrap();
        assert!(table[section].get(name).is_some(), "config/wirefold.toml does not list {key}");
    }
}

/// Nobody is told of events by default; the entry that the file shows as a comment has every key.
#[test]
fn the_shipped_file_shows_a_webhook_with_every_key() {
    let entry: String = SHIPPED
        .lines()
        .skip_while(|line| *line != "#[[webhook]]")
        .map_while(|line| line.strip_prefix('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    let table: toml::Table = entry.parse().unwrap();
    for key in wirefold::hooks::target::keys() {
        assert!(key == "secret" || table["webhook"][0].get(key).is_some(), "config/wirefold.toml does not show webhook.{key}");
    }
    let shown = Config::parse(&entry).unwrap().webhooks.remove(0);
    let Config { webhooks, .. } = Config::parse("[[webhook]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret_file = \"a\"").unwrap();
    assert_eq!(
        (shown.allow_private, shown.give_up_hours, shown.max_waiting),
        (webhooks[0].allow_private, webhooks[0].give_up_hours, webhooks[0].max_waiting)
    );
}

#[test]
fn a_webhook_names_its_source_as_a_person_would() {
    let filtered = |source: &str| {
        let toml = format!("[[webhook]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret_file = \"a\"\nsource = \"{source}\"");
        Config::parse(&toml).unwrap().webhooks.remove(0).filter.source.unwrap()
    };
    assert_eq!([filtered("aawsat"), filtered("الشرق الاوسط")], ["الشرق الأوسط"; 2].map(str::to_owned));
    assert_eq!(filtered("Coast Wire"), "Coast Wire", "one that nobody knows");
}

#[test]
fn what_is_in_effect_can_be_read_back() {
    let changed = Config::parse("[detect]\nthreshold = 0.55\n[inbox]\nafter = \"keep\"").unwrap();
    assert_ne!(changed, Config::default());
    assert_eq!(Config::parse(&changed.to_toml()), Ok(changed));
}

#[test]
fn all_mistakes_are_named_at_once() {
    let errors = Config::parse("[detect]\nthreshhold = 0.4\nwindow_days = 0\n[inbox]\nafter = \"burn\"\n[web]\nport = 1\n").unwrap_err();
    assert_eq!(errors.len(), 4, "{errors:#?}");
    assert!(errors.iter().any(|e| e.contains("`detect.threshhold`") && e.contains("did you mean `detect.threshold`")), "{errors:#?}");
    assert!(errors.iter().any(|e| e.contains("`detect.window_days` = 0") && e.contains("1 to 3660")), "{errors:#?}");
    assert!(errors.iter().any(|e| e.contains("`inbox.after` = \"burn\"") && e.contains("\"keep\"")), "{errors:#?}");
    assert!(errors.iter().any(|e| e.contains("`web.port`")), "{errors:#?}");
}
