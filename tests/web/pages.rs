//! What the pages show.

use jiff::Timestamp;
use serde_json::json;
use wirefold::edit::{Asked, Command};
use wirefold::provenance::Family;
use wirefold::provenance::event::Shares;
use wirefold::store::StoreError;
use wirefold::store::edit::edit;
use wirefold::store::read::Found;
use wirefold::store::rows::ArticleDetail;
use wirefold::tui;
use wirefold::tui::page::{Address, Tone};
use wirefold::view::event::{EventDetail, counts, took};

use crate::site::Desk;

fn detail(desk: &Desk, id: &str) -> EventDetail {
    let reader = desk.reader();
    let Found::One((summary, members)) = reader.find_event(id).unwrap() else { panic!("no event {id}") };
    let family = Family::new(reader.kin(&summary.event).unwrap());
    let shares = Shares::of(&family, &summary.event);
    EventDetail::read(&reader, summary, members, shares).unwrap()
}

#[test]
fn an_event_is_told_in_the_words_of_the_commands() {
    let desk = Desk::new();
    for (id, _) in desk.events() {
        let (page, e) = (desk.get(&format!("/events/{id}")).body, detail(&desk, &id));
        assert!(page.contains(&counts(&e.summary)), "{id}");
        for source in &e.sources {
            assert!(page.contains(&format!("<bdi>{}</bdi>", source.source)), "{id}: every source, in its own direction");
            assert!(page.contains(&took(source)), "{id}: {}", took(source));
        }
        for member in &e.members {
            assert!(page.contains(&format!("/articles/{}", member.article)), "{id}: every article");
        }
        for only in &e.only_one_source {
            assert!(
                page.contains(only.text.lines().next().unwrap().trim_end_matches(['"', '“', '”'])) || only.text.contains('"'),
                "{id}: {}",
                only.text
            );
        }
    }
}

#[test]
fn passages_have_the_colour_of_who_published_them_first() {
    let desk = Desk::new();
    let (id, _) = desk.events().into_iter().find(|(id, _)| detail(&desk, id).sources.iter().any(|s| s.copied > 0.5)).unwrap();
    let e = detail(&desk, &id);
    let copy = e.sources.iter().find(|s| s.copied > 0.5).unwrap();
    let number = e.sources.iter().position(|s| Some(&s.source) == copy.copied_from.as_ref()).unwrap() + 1;
    let page = desk.get(&format!("/articles/{}", copy.current.article)).body;
    assert!(page.contains(&format!("class=\"p c{number} taken\"")), "the number of the source on the page of the event");
    assert!(page.contains(&format!("<sup>{number}</sup>")), "and for those who see no colours");
    let first = desk.get(&format!("/articles/{}", e.sources[number - 1].current.article)).body;
    assert!(first.contains(&format!("class=\"p c{number} own\"")));
    assert!(!first.contains("\n</span>"), "an empty line has no colour");
}

#[test]
fn text_keeps_its_own_direction() {
    let desk = Desk::new();
    let arabic = desk.get("/api/v1/events?lang=ar&limit=1").json()["events"][0]["event"].as_str().unwrap().to_owned();
    let page = desk.get(&format!("/events/{arabic}")).body;
    assert!(page.contains("<blockquote lang=\"ar\" dir=\"auto\">") && page.contains("<html lang=\"en\" dir=\"ltr\">"));
    let list = desk.get("/?lang=ar").body;
    assert!(
        list.matches("<li data-key").count() > 1 && list.matches("<li data-key").count() == list.matches("\" dir=\"auto\">\n<h2>").count()
    );
}

#[test]
fn pages_of_the_list_hold_every_event_once_whatever_comes_in_meanwhile() {
    for sort in ["newest", "size"] {
        let desk = Desk::new();
        let expected: Vec<String> = keys(&desk.get(&format!("/?limit=200&sort={sort}")).body);
        assert!(expected.len() > 10);
        let mut found = Vec::new();
        let mut next = Some(format!("/?limit=4&sort={sort}"));
        while let Some(path) = next {
            let page = desk.get(&path).body;
            assert!(page.contains(&format!("{} events", expected.len())) || !found.is_empty(), "the list says how many there are");
            found.extend(keys(&page));
            next = page.split("rel=\"next\" href=\"").nth(1).map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
            // Newest and of one article: it comes before the pages that are still to be read, or among those that were.
            if found.len() == 4 && sort == "newest" {
                desk.take(
                    "late.jsonl",
                    &[json!({ "title": "عاصفة رملية تغلق مطار الواحة", "source": "المرصد", "published": "2026-03-09T00:00:00Z",
                    "text": "أغلقت عاصفة رملية كثيفة مطار الواحة الدولي مساء الاثنين وحولت سبع رحلات إلى مطارات مجاورة" })],
                );
            }
        }
        assert_eq!(found, expected, "{sort}");
    }
}

fn keys(page: &str) -> Vec<String> {
    page.split("data-key=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn changed_words_are_marked_on_both_sides() {
    let desk = Desk::empty();
    let one = |source: &str, hour: u32, rest: &str| {
        let text = format!(
            "اندلع حريق كبير في مستودع للأخشاب شرق مدينة السرو فجر الثلاثاء وهرعت إليه سبع فرق من الإطفاء وقال قائد الدفاع المدني إن {rest} في الأسباب"
        );
        json!({ "source": source, "published": format!("2026-03-03T{hour:02}:00:00Z"), "title": "حريق في مستودع للأخشاب", "text": text })
    };
    desk.take(
        "a.jsonl",
        &[one("صدى الوادي", 6, "أحدا لم يصب بأذى وإن التحقيق جار"), one("نداء السهل", 7, "شخصين أصيبا بأذى وإن التحقيق جار")],
    );
    let ids: Vec<String> = desk.get("/api/v1/events").json()["events"][0]["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["article"].as_str().unwrap().to_owned())
        .collect();
    let page = desk.get(&format!("/compare?a={}&b={}", ids[0], ids[1])).body;
    let marked: Vec<&str> = page.split("<mark class=\"changed\">").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(marked, ["أحدا لم يصب", "شخصين أصيبا"], "{page}");
    assert!(page.matches("<div class=\"text\" dir=\"rtl\" lang=\"ar\">").count() > 2, "a piece of digits begins where the others do");
    let address = Address::Compare(ids[0].clone(), ids[1].clone());
    let shown = tui::load::page(&desk.reader(), &desk.config, &address).unwrap();
    let found: Vec<&str> =
        shown.rows.iter().flat_map(|r| &r.spans).filter(|s| s.tone == Tone::Found).map(|s| s.text.as_str().trim()).collect();
    assert_eq!(found, marked);
}

#[test]
fn lists_say_how_a_report_begins() {
    let desk = Desk::empty();
    let first = "قالت هيئة الموانئ إن العبارة الشمالية استأنفت رحلاتها بين جزيرة السرو ومرفأ الحجر.";
    let text = format!("مرفأ الحجر (رويترز) - {first} وأضافت أن أول رحلة نقلت مئتي راكب وأربعين سيارة.");
    desk.take("a.jsonl", &[json!({ "source": "صدى الوادي", "published": "2026-03-03T08:00:00Z", "title": "عودة العبارة", "text": text })]);
    let event = desk.get("/api/v1/events").json()["events"][0].clone();
    assert_eq!(event["lead"], first, "{event}");
    assert!(desk.get("/").body.contains(&format!("<p class=\"lead\" dir=\"auto\">{first}</p>")));
    assert!(desk.get("/feeds/events.json").json()["items"][0]["content_text"].as_str().unwrap().starts_with(first));
    assert!(desk.get("/feeds/atom.xml").body.contains(first));
    let article = desk.get(&format!("/articles/{}", event["sources"][0]["article"].as_str().unwrap())).body;
    assert!(article.contains("<title>عودة العبارة · wirefold</title>"));
}

#[test]
fn pages_tell_how_it_stands() {
    let desk = Desk::new();
    let totals = desk.get("/api/v1/status").json()["totals"].clone();
    let about = desk.get("/about").body;
    assert!(about.contains("<dt>health</dt><dd>no wirefold is running</dd>"));
    assert!(about.contains(&format!("<dt>further versions</dt><dd>{} of the articles</dd>", totals["further_versions"])));
    assert!(about.contains("threshold = ") && !about.contains("[[webhook]]"));
    let (files, articles) = (totals["files"]["stored"].as_u64().unwrap(), totals["articles"].as_u64().unwrap());
    let inbox = desk.get("/inbox").body;
    assert!(inbox.contains("Received in the last hour ") && inbox.contains(" files, ") && files > 0, "{inbox}");
    assert!(inbox.contains(&format!(" {articles} articles; in the last day ")), "{articles}: {inbox}");
}

#[test]
fn filters_narrow_the_list() {
    let desk = Desk::new();
    let all = keys(&desk.get("/?limit=200").body).len();
    for query in
        ["lang=ar", "min_sources=2", "since=2026-03-05", "until=2026-03-04", "source=%D9%88%D9%83%D8%A7%D9%84%D8%A9%20%D9%86%D9%88%D8%B1"]
    {
        let some = keys(&desk.get(&format!("/?limit=200&{query}")).body).len();
        assert!(some > 0 && some < all, "{query}: {some} of {all}");
    }
    let none = desk.get("/?source=nobody").body;
    assert!(
        keys(&none).is_empty()
            && none.contains("No source goes by the name <bdi>nobody</bdi>: <a href=\"/sources\">")
            && none.contains("Show all events")
    );
    assert!(desk.get("/?source=%3Cx%3E").body.contains("value=\"&#60;x&#62;\""), "what was asked for stays in the form");
    assert!(Desk::empty().get("/").body.contains("No events yet"));
}

#[test]
fn ids_lead_to_the_page_of_the_thing() {
    let desk = Desk::new();
    let (event, article) = desk.events().swap_remove(0);
    for (short, long) in [
        (format!("/events/{}", &event[..8]), format!("/events/{event}")),
        (format!("/articles/{}", &article[..10]), format!("/articles/{article}")),
    ] {
        let got = desk.get(&short);
        assert_eq!((got.status.as_u16(), got.header("location")), (307, long.as_str()));
    }
    let merged = merge(&desk, &event);
    assert_eq!(desk.get(&format!("/events/{merged}")).header("location"), format!("/events/{event}"), "a merged id leads on for ever");
    let api = desk.get(&format!("/api/v1/events/{merged}"));
    assert_eq!(api.json()["event"]["event"], event.as_str());
    assert_eq!(api.header("content-location"), format!("/api/v1/events/{event}"));
    let history = desk.get(&format!("/api/v1/history/{merged}")).json();
    assert_eq!((history["asked"].as_str(), history["event"].as_str()), (Some(merged.as_str()), Some(event.as_str())));
}

/// An event that was merged into another, as the store keeps it.
fn merge(desk: &Desk, into: &str) -> String {
    let store = rusqlite::Connection::open(&desk.config.store).unwrap();
    wirefold::store::sums::teach(&store).unwrap();
    let id = "0123456789abcdef";
    let bytes = |shown: &str| {
        let bits: String = shown.chars().map(|c| format!("{:05b}", "0123456789abcdefghjkmnpqrstvwxyz".find(c).unwrap())).collect();
        (0..10).map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap()).collect::<Vec<u8>>()
    };
    store.execute("INSERT INTO events(id, merged_into) VALUES(?1, ?2)", [bytes(id), bytes(into)]).unwrap();
    id.to_owned()
}

#[test]
fn versions_show_their_words_and_corrections_their_carriers() {
    let desk = Desk::empty();
    let story = "غرق مركب صيد قبالة رأس الحمامة فجر الأحد ونجا طاقمه المؤلف من تسعة بحارة بعد أن سحبهم زورق للإنقاذ إلى المرفأ، بحسب بيان لخفر السواحل";
    let article = |id: &str, title: &str, text: &str, at: &str| json!({ "id": id, "title": title, "source": "وكالة المرفأ", "published": at, "text": text });
    desk.take("a.jsonl", &[article("m-1", "غرق مركب صيد ونجاة طاقمه", story, "2026-03-08T06:00:00Z")]);
    desk.take("b.jsonl", &[article("m-1", "غرق مركب صيد ونجاة طاقمه", &story.replace("تسعة", "سبعة"), "2026-03-08T07:00:00Z")]);
    let (event, article) = desk.events().swap_remove(0);
    for path in [format!("/events/{event}"), format!("/articles/{article}")] {
        let page = desk.get(&path).body;
        assert!(page.contains("<del>تسعة</del>") && page.contains("<ins>سبعة</ins>"), "{path}");
    }
}

#[test]
fn the_inbox_tells_what_was_rejected_and_what_waits() {
    let desk = Desk::empty();
    desk.take("bad.json", &[json!({ "source": "<i>فارغ</i>" })]);
    std::fs::create_dir_all(&desk.config.inbox).unwrap();
    std::fs::write(desk.config.inbox.join("wait<ing>.txt"), "not yet").unwrap();
    let page = desk.get("/inbox").body;
    let reason = &desk.reader().files(wirefold::store::read::Files::WithRejects, 1, 0).unwrap().0[0].rejects[0].reason;
    assert!(page.contains(reason.as_str()) && page.contains("rejected 1") && page.contains("1 file waiting"), "{reason}: {page}");
    assert!(desk.get("/inbox?outcome=waiting").body.contains("wait&#60;ing&#62;.txt"));
    assert!(!desk.get("/inbox?outcome=rejects").body.contains("wait&#60;"));
    assert_eq!(desk.get("/api/v1/files?outcome=waiting").json()["files"].as_array().unwrap().len(), 1);
    // Taken out of the quarantine and rejected again: one is open, both are in the ledger.
    rusqlite::Connection::open(&desk.config.store).unwrap().execute("UPDATE files SET retried = 1", []).unwrap();
    desk.take("bad.json", &[json!({ "source": "<i>فارغ</i>" })]);
    let (all, open) = (desk.get("/inbox").body, desk.get("/inbox?outcome=rejects").body);
    assert!(all.contains("rejected 2") && all.contains("with rejects 1") && all.matches("taken again since").count() == 1, "{all}");
    assert!(open.matches(reason.as_str()).count() == 1 && !open.contains("taken again since"), "{open}");
    assert_eq!(desk.get("/api/v1/files?outcome=rejects").json()["files"].as_array().unwrap().len(), 1);
}

#[test]
fn what_the_disk_altered_is_named_and_not_shown() {
    let desk = Desk::new();
    let (event, article) = desk.events().into_iter().next().unwrap();
    let store = rusqlite::Connection::open(&desk.config.store).unwrap();
    store.execute_batch("DROP TRIGGER amended; UPDATE articles SET title = 'altered by the disk'").unwrap();
    for path in [format!("/events/{event}"), format!("/articles/{article}"), "/".to_owned(), format!("/api/v1/events/{event}")] {
        let answer = desk.get(&path);
        assert!(
            answer.status == 500 && answer.body.contains("is not what was stored") && answer.body.contains("restore"),
            "{path}: {}",
            answer.body
        );
        assert!(!answer.body.contains("altered by the disk"), "{path}");
    }
}

#[test]
fn a_runner_up_whose_event_was_merged_since_is_not_called_another_event() {
    let desk = Desk::new();
    let reader = desk.reader();
    let mut ids = Vec::new();
    let gathered = reader.each_article::<StoreError>(|line| {
        ids.push(line.article);
        Ok(())
    });
    gathered.unwrap();
    let detail = |id: &String| if let Ok(Found::One(detail)) = reader.find_article(id) { Some(detail) } else { None };
    let of_another = |a: &ArticleDetail| reader.article(a.because.runner_up.as_ref()?.other).ok().map(|o| o.line.event);
    let (article, from) = ids.iter().filter_map(detail).find_map(|a| Some((a.clone(), of_another(&a)?))).unwrap();
    let into = article.line.event.clone();
    assert_ne!(into, from);
    let page = || desk.get(&format!("/explain?a={}", article.line.article)).body;
    assert!(page().contains("the closest article of another event") && !page().contains("merged since"));
    let command = Command::Merge { into, from };
    edit(&desk.config.store, &Asked { command, who: "سارة".to_owned(), why: String::new(), at: Timestamp::now() }).unwrap();
    assert!(page().contains("the two were merged since") && !page().contains("the closest article of another event"));
}

#[test]
fn articles_of_an_event_lead_to_each_other() {
    let desk = Desk::new();
    let event = desk.get("/api/v1/events?sort=size").json()["events"][0]["event"].as_str().unwrap().to_owned();
    let members = desk.get(&format!("/api/v1/events/{event}")).json()["articles"].clone();
    let ids: Vec<&str> = members.as_array().unwrap().iter().map(|m| m["article"].as_str().unwrap()).collect();
    let link = |page: &str, which: &str| {
        let tag = page.split("<a href=\"/articles/").skip(1).find(|rest| rest.split('>').next().unwrap().ends_with(which))?;
        Some(tag.split('"').next().unwrap().to_owned())
    };
    for (n, id) in ids.iter().enumerate() {
        let page = desk.get(&format!("/articles/{id}")).body;
        let beside = |at: Option<usize>| at.and_then(|at| ids.get(at)).map(|id| (*id).to_owned());
        assert_eq!((link(&page, "data-previous"), link(&page, "data-next")), (beside(n.checked_sub(1)), beside(Some(n + 1))), "{n}");
    }
    assert!(desk.get("/").body.contains("<a href=\"/explain\">Explain</a>"));
}
