//! Who publishes: the shipped sources can be read, one outlet is one source under all its names, and a mistake in a file is named.

use std::collections::BTreeSet;

use wirefold::sources::{Kind, Sources, host_of};

const SHIPPED: &str = include_str!("../config/sources.toml");

#[test]
fn the_shipped_file_is_read_and_is_large() {
    let shipped = Sources::default().extended(SHIPPED).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(shipped.iter().count() >= 120);
    assert!(shipped.iter().filter(|s| s.language.as_deref() == Some("ar")).count() >= 50);
    for s in shipped.iter() {
        let whole = s.country.is_some() && s.language.is_some() && s.zone.is_some() && s.kind.is_some() && !s.hosts.is_empty();
        assert!(whole, "{} lacks a country, language, zone, kind or host", s.id);
    }
}

#[test]
fn one_outlet_is_one_source_under_all_its_names() {
    let sources = Sources::shipped();
    let id = |name: &str, host: Option<&str>| sources.named(name, host, None).map(|s| s.id.as_str());
    for (name, host, expected) in [
        ("Reuters", None, Some("reuters")),
        ("رويترز", None, Some("reuters")),
        ("  REUTERS ", None, Some("reuters")),
        ("www.reuters.com", None, Some("reuters")),
        ("https://www.reuters.com/world", None, Some("reuters")),
        ("الأناضول", None, Some("aa")),
        ("الاناضول", None, Some("aa")),
        ("al-arabiya", None, Some("alarabiya")),
        ("وَاس", None, Some("spa")),
        ("Reuters Institute", None, None),
        ("Reuters", Some("coast.example"), Some("reuters")),
        ("Al Jazeera English", None, Some("aljazeera-en")),
        ("الجزيرة", None, Some("aljazeera-ar")),
        ("الجزيرة", Some("al-jazirah.com"), Some("aljazirah-sa")),
        ("الوطن", None, None),
        ("الوطن", Some("elwatannews.com"), Some("elwatan-eg")),
        ("الوطن", Some("www.alwatan.sy"), Some("alwatan-sy")),
        ("الوطن", Some("coast.example"), None),
        ("Daily", None, None),
        ("", None, None),
        ("Coast.Wire is here", None, None),
    ] {
        assert_eq!(id(name, host), expected, "{name} at {host:?}");
    }
}

#[test]
fn a_name_above_a_text_in_another_language_means_the_desk_of_that_language() {
    let sources = Sources::shipped();
    let id = |name: &str, host: Option<&str>, lang: &str| sources.named(name, host, Some(lang)).map(|s| s.id.as_str());
    for (name, host, lang, expected) in [
        ("Sky News", None, "ar", Some("skynewsarabia")),
        ("SkyNews", Some("skynewsarabia.com"), "ar", Some("skynewsarabia")),
        ("Sky News", None, "en", Some("skynews")),
        ("Sky News", None, "fr", Some("skynews")),
        ("Sky News", Some("skynewsarabia.com"), "en", Some("skynewsarabia")),
        ("CNN", None, "ar", Some("cnn-ar")),
        ("BBC News", None, "ar", Some("bbc-ar")),
        ("سبوتنيك", None, "ar", Some("sputnik-ar")),
        ("الوطن", None, "ar", None),
        ("France 24", None, "ar", Some("france24")),
    ] {
        assert_eq!(id(name, host, lang), expected, "{name} at {host:?} in {lang}");
    }
}

#[test]
fn a_section_or_a_short_name_beside_a_name_changes_nothing() {
    let sources = Sources::shipped();
    for (name, expected) in [
        ("هسبريس - مجتمع", Some("hespress")),
        ("Hespress - هسبريس جريدة إلكترونية مغربية", Some("hespress")),
        ("BBC News - World", Some("bbc")),
        ("Reuters: Top News", Some("reuters")),
        ("NYT > World News", Some("nyt")),
        ("World news | The Guardian", Some("guardian")),
        ("Agence France-Presse (AFP)", Some("afp")),
        ("وكالة الأنباء السعودية (واس)", Some("spa")),
        ("الوكالة العربية السورية للأنباء - سانا", Some("sana")),
        ("Агентство ТАСС", Some("tass")),
        ("Le Monde.fr - Actualités et Infos", Some("lemonde")),
        ("Reuters Fans Daily", None),
        ("Reuters-Fans", None),
        ("The Reuters: Top News", None),
        // An outlet that names the agency it has the text from.
        ("Coast Wire - Reuters", None),
        ("The Guardian - BBC", None),
        ("The Guardian (Nigeria)", None),
        ("Coast Wire (AFP)", None),
        (" - ", None),
        ("()", None),
    ] {
        assert_eq!(sources.publisher(name, None, None).map(|s| s.id.as_str()), expected, "{name}");
    }
}

#[test]
fn a_host_below_another_is_another_outlet() {
    let sources = Sources::shipped();
    let id = |url: &str| host_of(url).and_then(|h| sources.at_host(&h).map(|s| s.id.clone()));
    for (url, expected) in [
        ("https://www.aawsat.com/home/1", Some("aawsat")),
        ("https://m.aawsat.com/home/1", Some("aawsat")),
        ("https://english.aawsat.com/1", Some("aawsat-en")),
        ("https://arabic.rt.com/1", Some("rt-ar")),
        ("https://rt.com/1", Some("rt")),
        ("https://balkans.aljazeera.net/1", None),
        ("https://notreuters.com/1", None),
        ("https://reuters.com.example/1", None),
    ] {
        assert_eq!(id(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn a_file_adds_and_replaces() {
    let own = "[any]\nboilerplate = [\"Heard on the quay*\"]\n[[source]]\nid = \"coast-wire\"\nname = \"Coast Wire\"\naliases = [\"سلك الساحل\"]\n\
               zone = \"Asia/Beirut\"\nkind = \"agency\"\n[[source]]\nid = \"afp\"\nname = \"Agence F\"\n";
    let sources = Sources::shipped().extended(own).unwrap();
    assert_eq!(sources.named("سِلك الساحل", None, None).map(|s| (s.id.as_str(), s.kind)), Some(("coast-wire", Some(Kind::Agency))));
    assert_eq!(sources.named("Agence F", None, None).map(|s| s.id.as_str()), Some("afp"));
    assert_eq!(sources.named("Agence France-Presse", None, None), None, "the entry is replaced as a whole");
    assert!(sources.is_boilerplate("Heard on the quay: gulls", None));
    assert!(sources.is_boilerplate("Read also: gulls", None), "the shipped lines stay");
    let ids: Vec<&str> = sources.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
}

#[test]
fn all_mistakes_are_named_at_once() {
    let wrong = "title = 1\n[any]\nlines = []\n[[source]]\nname = \"x\"\n[[source]]\nid = \"Coast\"\nname = \"\"\nzone = \"Asia/Atlantis\"\nkind = \"blog\"\n\
                 country = \"eg\"\nlanguage = \"Arabic\"\nhosts = [\"https://a.example\", \"www.a.example\"]\nsignatures = [\"Coast\"]\n\
                 boilerplate = [\"*\"]\naliases = \"one\"\nalias = []\n[[source]]\nid = \"a\"\nname = \"b\"\n[[source]]\nid = \"a\"\nname = \"c\"\n";
    let errors = Sources::shipped().extended(wrong).unwrap_err();
    let has = |parts: &[&str]| errors.iter().any(|e| parts.iter().all(|p| e.contains(p)));
    for parts in [
        &["unknown key `title`"][..],
        &["[any]", "unknown key `lines`"],
        &["source number 1", "`id` is missing"],
        &["source \"Coast\"", "`id` = \"Coast\"", "letters a-z"],
        &["`name` = \"\""],
        &["`zone` = \"Asia/Atlantis\"", "IANA"],
        &["`kind` = \"blog\"", "broadcaster"],
        &["`country` = \"eg\""],
        &["`language` = \"Arabic\""],
        &["`hosts` = \"https://a.example\""],
        &["`hosts` = \"www.a.example\"", "without www."],
        &["`signatures` = \"Coast\""],
        &["`boilerplate` = \"*\""],
        &["`aliases` = \"one\"", "a list of names"],
        &["unknown key `alias`", "aliases"],
        &["source \"a\"", "twice"],
    ] {
        assert!(has(parts), "{parts:?} not in {errors:#?}");
    }
    assert_eq!(errors.len(), 16, "{errors:#?}");
    let taken = Sources::shipped().extended("[[source]]\nid = \"mine\"\nname = \"رويترز\"\nhosts = [\"afp.com\"]").unwrap_err();
    assert_eq!(taken.len(), 2, "{taken:#?}");
    assert!(taken.iter().any(|e| e.contains("name = \"رويترز\" is that of \"reuters\"")), "{taken:#?}");
    assert!(taken.iter().any(|e| e.contains("hosts = \"afp.com\" is that of \"afp\"")), "{taken:#?}");
}

/// Runs the program in a folder of its own.
fn wirefold(folder: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    let mut command = assert_cmd::Command::cargo_bin("wirefold").unwrap();
    command.current_dir(folder).args(["--db", "store.db"]).args(arguments).output().unwrap()
}

#[test]
fn an_unknown_source_is_printed_as_an_entry_to_paste() {
    let folder = tempfile::tempdir().unwrap();
    let articles = [
        ("مرفأ الرملة", "https://marfa.example/1"),
        ("Coast \"Wire\"", "https://www.coast-wire.example/2"),
        ("رويترز", "https://www.reuters.com/3"),
        ("الوطن", "https://coast.example/4"),
    ];
    let lines: String = articles
        .iter()
        .map(|(source, url)| format!("{}\n", serde_json::json!({ "title": format!("Wells open, says {source}"), "text": "Four wells were opened at Orun.", "source": source, "url": url })))
        .collect();
    std::fs::write(folder.path().join("in.jsonl"), lines).unwrap();
    assert!(wirefold(folder.path(), &["ingest", "in.jsonl"]).status.success());
    let printed = String::from_utf8(wirefold(folder.path(), &["sources", "--unknown"]).stdout).unwrap();
    std::fs::write(folder.path().join("own.toml"), &printed).unwrap();
    let known = Sources::load(&folder.path().join("own.toml")).unwrap_or_else(|errors| panic!("{errors:#?}\n{printed}"));
    for name in ["مرفأ الرملة", "Coast \"Wire\"", "coast-wire.example", "الوطن"] {
        assert!(known.named(name, None, None).is_some(), "{name} in {printed}");
    }
    assert!(!printed.contains("Reuters"), "{printed}");
    std::fs::write(folder.path().join("wirefold.toml"), "[sources]\nfile = \"own.toml\"\n").unwrap();
    let said = wirefold(folder.path(), &["--config", "wirefold.toml", "sources", "--unknown"]);
    assert_eq!(String::from_utf8_lossy(&said.stdout), "every source is known\n");
}

#[test]
fn mistakes_in_the_file_end_the_program_with_2_and_are_all_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), "[[source]]\nid = \"a\"\nname = \"b\"\nkind = \"blog\"\nzone = \"Nowhere\"\n").unwrap();
    std::fs::write(folder.path().join("wirefold.toml"), "[sources]\nfile = \"own.toml\"\n").unwrap();
    let said = wirefold(folder.path(), &["--config", "wirefold.toml", "check"]);
    let message = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(2), "{message}");
    assert!(message.contains("own.toml") && message.contains("`kind` = \"blog\"") && message.contains("`zone` = \"Nowhere\""), "{message}");
    std::fs::write(folder.path().join("wirefold.toml"), "[sources]\nfile = \"missing.toml\"\n").unwrap();
    let said = wirefold(folder.path(), &["--config", "wirefold.toml", "check"]);
    assert_eq!((said.status.code(), String::from_utf8_lossy(&said.stderr).contains("missing.toml")), (Some(2), true));
}

#[test]
fn a_rebuild_gives_stored_articles_the_names_that_are_known_by_then() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        |source: &str, url: &str, text: &str| serde_json::json!({ "title": text, "text": text, "source": source, "url": url }).to_string();
    let lines = [
        line("مرفأ الرملة", "https://marfa.example/1", "Four wells were opened at Orun on Monday."),
        line("Marfa Ramla", "https://elsewhere.example/2", "The ferry ran aground off Port Mallory in thick fog."),
        line("Coast Wire", "https://coast.example/3", "Parliament raised the pension age to sixty-six."),
    ];
    std::fs::write(folder.path().join("in.jsonl"), lines.join("\n")).unwrap();
    assert!(wirefold(folder.path(), &["ingest", "in.jsonl"]).status.success());
    let sources = |more: &[&str]| {
        let said = wirefold(folder.path(), &[more, &["export", "articles"]].concat()).stdout;
        let lines = String::from_utf8(said).unwrap();
        let source = |l: &str| serde_json::from_str::<serde_json::Value>(l).unwrap()["source"].as_str().unwrap().to_owned();
        lines.lines().map(source).collect::<Vec<_>>()
    };
    assert_eq!(sources(&[]), ["مرفأ الرملة", "Marfa Ramla", "Coast Wire"]);
    let own = "[[source]]\nid = \"marfa\"\nname = \"Marfa\"\naliases = [\"مرفأ الرملة\", \"Marfa Ramla\"]\n";
    std::fs::write(folder.path().join("own.toml"), own).unwrap();
    std::fs::write(folder.path().join("wirefold.toml"), "[sources]\nfile = \"own.toml\"\n").unwrap();
    let config = ["--config", "wirefold.toml"];
    assert_eq!(sources(&config), ["مرفأ الرملة", "Marfa Ramla", "Coast Wire"], "what is stored stays until a rebuild");
    let said = wirefold(folder.path(), &[&config[..], &["rebuild"]].concat());
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(sources(&config), ["Marfa", "Marfa", "Coast Wire"]);
    // And back: the name as it was found is kept.
    std::fs::remove_file(folder.path().join("store.db.before-rebuild")).unwrap();
    assert!(wirefold(folder.path(), &["rebuild"]).status.success());
    assert_eq!(sources(&[]), ["مرفأ الرملة", "Marfa Ramla", "Coast Wire"]);
}
