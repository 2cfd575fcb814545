//! Who is told of events, in process: what is told, to whom, in which order, how often, and when it is given up.

mod desk;
mod target;

use std::cell::Cell;
use std::net::TcpListener;

use desk::{Desk, stream};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use target::{Server, webhook};
use wirefold::edit::Command;
use wirefold::hooks::deliver::Delivery;
use wirefold::hooks::post::{Answer, Poster};
use wirefold::hooks::{Target, target as config};
use wirefold::store::hooks::{Again, HookLine, Message, Noted, Outbox};

fn targets(toml: &str) -> Vec<Target> {
    config::read(&toml.parse::<toml::Table>().unwrap()["webhook"]).unwrap()
}

/// A desk whose store tells these targets.
fn telling(toml: &str, lines: &[&str]) -> (Desk, Vec<Target>) {
    let (mut desk, targets) = (Desk::new(), targets(toml));
    Outbox::open(&desk.config.store).unwrap().tell(&targets, Some("http://127.0.0.1:7311")).unwrap();
    if !lines.is_empty() {
        desk.take(lines);
    }
    (desk, targets)
}

/// Delivers with a clock that stands until it is put forward.
struct Courier {
    outbox: Outbox,
    now: Cell<Timestamp>,
}

impl Courier {
    fn of(desk: &Desk) -> Self {
        Self { outbox: Outbox::open(&desk.config.store).unwrap(), now: Cell::new(Timestamp::now()) }
    }

    fn wait(&self, hours: f64) {
        self.now.set(self.now.get() + SignedDuration::from_secs_f64(hours * 3600.0));
    }

    /// Turns until there is nothing more to do now.
    fn deliver(&mut self, target: &Target) {
        let poster = Poster::new(target).unwrap();
        let (post, clock, stop) = (|message: &_, now| poster.post(message, now), || self.now.get(), || false);
        let mut delivery = Delivery::new(target, &post, &clock, &stop);
        while delivery.turn(&mut self.outbox).unwrap() {}
    }
}

fn standing(desk: &Desk, name: &str) -> HookLine {
    desk.reader().hooks().unwrap().into_iter().find(|hook| hook.name == name).unwrap()
}

/// What waits for a target, oldest first.
fn waiting(desk: &Desk, name: &str) -> Vec<Value> {
    let sql = rusqlite::Connection::open(&desk.config.store).unwrap();
    let mut query = sql.prepare("SELECT body FROM outbox WHERE hook = ?1 AND failed = 0 ORDER BY no").unwrap();
    query.query_map([name], |r| r.get::<_, String>(0)).unwrap().map(|body| serde_json::from_str(&body.unwrap()).unwrap()).collect()
}

/// Two reports of one happening by two sources, and one of another.
const FERRY: [&str; 3] = [
    r#"{"title": "Ferry Almira strikes the pier of Tessport", "text": "The ferry Almira struck the northern pier of Tessport in dense fog on Monday and eleven passengers were hurt, harbour master Ilsa Varn said. Divers looked at the hull in the afternoon.", "source": "Tessport Post", "published": "2026-03-02T09:00:00Z", "lang": "en"}"#,
    r#"{"title": "Ferry Almira strikes the pier of Tessport", "text": "The ferry Almira struck the northern pier of Tessport in dense fog on Monday and eleven passengers were hurt, harbour master Ilsa Varn said. Divers looked at the hull in the afternoon.", "source": "Northern Herald", "published": "2026-03-02T10:00:00Z", "lang": "en"}"#,
    r#"{"title": "مجلس بلدية أورون يقر ميزانية الطرق", "text": "أقر مجلس بلدية أورون ميزانية لإصلاح الطرق الجبلية قيمتها أربعون مليونا، وقال رئيس المجلس سالم الراوي إن العمل يبدأ في الربيع.", "source": "صوت أورون", "published": "2026-03-02T11:00:00Z", "lang": "ar"}"#,
];

#[test]
fn what_was_refused_comes_again_the_same_and_signed() {
    let server = Server::answering(&["500 Broken", "503 Busy\r\nRetry-After: 600"]);
    let (desk, targets) = telling(&server.webhook("desk", ""), &FERRY[..1]);
    let mut courier = Courier::of(&desk);
    courier.deliver(&targets[0]);
    assert_eq!(standing(&desk, "desk").error.as_deref(), Some("answered 500"));
    courier.deliver(&targets[0]);
    assert_eq!(server.got().len(), 1, "not before its pause is over");
    courier.wait(0.01);
    courier.deliver(&targets[0]);
    courier.wait(0.1);
    courier.deliver(&targets[0]);
    assert_eq!(server.got().len(), 2, "it asked for ten minutes");
    courier.wait(0.1);
    courier.deliver(&targets[0]);
    let (got, told) = (server.got(), standing(&desk, "desk"));
    assert_eq!((got.len(), told.waiting, told.delivered, told.failed), (3, 0, 1, 0));
    for one in &got {
        assert!(one.is_signed(), "{one:?}");
        assert_eq!((one.id(), &one.body), (got[0].id(), &got[0].body), "every attempt says the same under the same id");
        assert_eq!(one.headers["content-type"], "application/json");
    }
    assert_ne!(got[0].headers["webhook-timestamp"], got[2].headers["webhook-timestamp"], "the time is that of the attempt");
    let message = got[0].json();
    assert_eq!((&message["id"], &message["type"]), (&json!(got[0].id()), &json!("event.new")));
    let event = desk.events().into_keys().next().unwrap();
    let link = format!("http://127.0.0.1:7311/events/{event}");
    assert_eq!((&message["data"]["event"]["event"], &message["data"]["link"]), (&json!(event), &json!(link)));
    assert_eq!(message["data"]["changes"][0]["kind"], "created");
}

#[test]
fn what_was_put_off_by_a_clock_that_was_ahead_comes_once_that_is_put_back() {
    let server = Server::answering(&["500 Broken"]);
    let (desk, targets) = telling(&server.webhook("desk", ""), &FERRY[..1]);
    let mut courier = Courier::of(&desk);
    let right = courier.now.get();
    courier.wait(24.0 * 365.0 * 70.0);
    let sql = rusqlite::Connection::open(&desk.config.store).unwrap();
    sql.execute("UPDATE outbox SET since = ?1", [courier.now.get().as_microsecond()]).unwrap();
    courier.deliver(&targets[0]);
    assert_eq!((server.got().len(), standing(&desk, "desk").waiting), (1, 1));
    courier.now.set(right);
    courier.deliver(&targets[0]);
    assert_eq!((server.got().len(), standing(&desk, "desk").waiting), (2, 0));
}

/// The event is the one that the list of events gives, as it was when it was told.
#[test]
fn an_event_is_told_as_the_list_gives_it() {
    let (mut desk, _) = telling(&webhook("desk", "https://news.example/hook", ""), &[]);
    for line in stream().iter().take(120) {
        desk.take(&[line]);
        let filter = wirefold::store::read::EventFilter { limit: u32::MAX, ..Default::default() };
        let events = desk.reader().events(&filter).unwrap().events;
        let last = waiting(&desk, "desk").pop().unwrap();
        let event = events.iter().find(|e| last["data"]["event"]["event"] == e.event.as_str()).unwrap();
        assert_eq!(last["data"]["event"], serde_json::to_value(event).unwrap());
    }
    // Every step of the history is told once, in its order.
    let told: Vec<Value> =
        waiting(&desk, "desk").iter().flat_map(|message| message["data"]["changes"].as_array().unwrap().clone()).collect();
    let history = desk.reader().steps_after(0, u32::MAX).unwrap();
    assert_eq!(told.len(), history.len());
    let sequences: Vec<i64> = waiting(&desk, "desk").iter().map(|m| m["sequence"].as_i64().unwrap()).collect();
    assert!(sequences.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_filter_lets_through_what_the_list_would() {
    let hook = |name: &str, more: &str| webhook(name, "https://news.example/hook", more);
    let toml = [
        hook("all", ""),
        hook("two", "min_sources = 2"),
        hook("arabic", "lang = \"ar\""),
        hook("herald", "source = \"Northern Herald\""),
        hook("late", "since = \"2026-03-03\""),
        hook("early", "until = \"2026-03-02T10:30:00Z\""),
    ];
    let (mut desk, _) = telling(&toml.concat(), &[]);
    FERRY.iter().for_each(|line| desk.take(&[line]));
    let kinds = |desk: &Desk, name: &str| -> Vec<String> {
        waiting(desk, name).iter().map(|m| m["type"].as_str().unwrap().trim_start_matches("event.").to_owned()).collect()
    };
    assert_eq!(kinds(&desk, "all"), ["new", "changed", "new"]);
    assert_eq!(kinds(&desk, "two"), ["new"], "it is new to whoever asks for two sources when the second reports it");
    assert_eq!(kinds(&desk, "arabic"), ["new"]);
    assert_eq!(kinds(&desk, "herald"), ["new"]);
    assert_eq!(kinds(&desk, "late"), [""; 0]);
    assert_eq!(kinds(&desk, "early"), ["new", "changed"]);

    // What an editor decides is told the same: of an event that does not pass any more, that it is gone.
    let ferry = desk.events().into_iter().find(|(_, articles)| articles.len() == 2).unwrap();
    desk.edit(Command::Split { event: ferry.0.clone(), articles: vec![ferry.1[1].clone()] });
    assert_eq!(kinds(&desk, "all"), ["new", "changed", "new", "changed", "new"]);
    assert_eq!(kinds(&desk, "two"), ["new", "gone"]);
    let gone = waiting(&desk, "two").pop().unwrap();
    assert_eq!((&gone["data"]["event"]["source_count"], &gone["data"]["merged_into"]), (&json!(1), &Value::Null));
    assert_eq!(kinds(&desk, "herald"), ["new", "gone", "new"], "the event of the other, and one of its own");
}

#[test]
fn a_merge_by_hand_is_told() {
    let (mut desk, _) = telling(&webhook("desk", "https://news.example/hook", ""), &FERRY);
    let events: Vec<String> = desk.events().into_keys().collect();
    let before = waiting(&desk, "desk").len();
    desk.edit(Command::Merge { into: events[0].clone(), from: events[1].clone() });
    let told = waiting(&desk, "desk").split_off(before);
    let of = |event: &str| told.iter().find(|m| m["data"]["event"]["event"] == event).unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!((&of(&events[1])["type"], &of(&events[1])["data"]["merged_into"]), (&json!("event.gone"), &json!(events[0])));
    assert_eq!((&of(&events[0])["type"], &of(&events[0])["data"]["event"]["articles"]), (&json!("event.changed"), &json!(3)));
    assert_eq!(of(&events[0])["data"]["changes"][0]["edit"]["who"], "سارة");
    // An edit that is refused tells nothing.
    assert!(desk.try_edit(Command::Merge { into: events[0].clone(), from: events[1].clone() }).is_err());
    assert_eq!(waiting(&desk, "desk").len(), before + 2);
}

#[test]
fn a_correction_is_told() {
    let correction = r#"{"title": "CORRECTION: Ferry Almira strikes the pier of Tessport", "text": "CORRECTION: The ferry Almira struck the northern pier of Tessport in dense fog on Monday and twelve passengers were hurt, harbour master Ilsa Varn said. Divers looked at the hull in the afternoon.", "source": "Tessport Post", "published": "2026-03-02T12:00:00Z", "lang": "en"}"#;
    let (mut desk, _) = telling(&webhook("desk", "https://news.example/hook", ""), &FERRY[..1]);
    desk.take(&[correction]);
    let told = waiting(&desk, "desk").pop().unwrap();
    let kinds: Vec<&str> = told["data"]["changes"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"corrected"), "{told}");
}

#[test]
fn messages_of_one_event_keep_their_order() {
    let (mut desk, _) = telling(&webhook("desk", "https://news.example/hook", ""), &[]);
    FERRY.iter().for_each(|line| desk.take(&[line]));
    let mut courier = Courier::of(&desk);
    let due = |courier: &Courier| courier.outbox.due("desk", courier.now.get(), 32).unwrap();
    let all: Vec<Value> = waiting(&desk, "desk").iter().map(|message| message["id"].clone()).collect();
    let ids = |courier: &Courier| due(courier).into_iter().map(|message| json!(message.id)).collect::<Vec<_>>();
    assert_eq!(ids(&courier), [all[0].clone(), all[2].clone()], "the second waits for the first, which is of the same event");
    // The first is tried again in an hour: the second goes on waiting, the other event does not.
    let (now, first) = (courier.now.get(), due(&courier)[0].no);
    let refused = Noted::Refused { no: first, why: "answered 500".to_owned(), due: now + SignedDuration::from_hours(1), rests: now };
    courier.outbox.note("desk", &[refused], now).unwrap();
    assert_eq!(ids(&courier), [all[2].clone()]);
    courier.wait(1.1);
    assert_eq!(ids(&courier), [all[0].clone(), all[2].clone()]);
    courier.outbox.note("desk", &[Noted::Delivered(first)], now).unwrap();
    assert_eq!(ids(&courier), [all[1].clone(), all[2].clone()]);
}

#[test]
fn what_nobody_takes_is_given_up_and_can_be_sent_again() {
    let server = Server::answering(&["404 Not Found", "404 Not Found", "404 Not Found"]);
    let (desk, targets) = telling(&server.webhook("desk", "give_up_hours = 2"), &FERRY[..1]);
    let mut courier = Courier::of(&desk);
    courier.deliver(&targets[0]);
    courier.wait(1.9);
    courier.deliver(&targets[0]);
    assert_eq!((standing(&desk, "desk").waiting, standing(&desk, "desk").failed), (1, 0));
    courier.wait(0.2);
    assert_eq!(standing(&desk, "desk").failed, 0, "not before it was tried once more");
    courier.deliver(&targets[0]);
    let told = standing(&desk, "desk");
    assert_eq!((told.waiting, told.failed, told.error.as_deref(), server.got().len()), (0, 1, Some("answered 404"), 3));
    courier.wait(100.0);
    courier.deliver(&targets[0]);
    assert_eq!(server.got().len(), 3, "what was given up is not sent");
    assert_eq!(courier.outbox.again("desk", courier.now.get()).unwrap(), Some(Again { sent: 1, left: 0, most: 10_000 }));
    assert_eq!(courier.outbox.again("none", courier.now.get()).unwrap(), None);
    courier.deliver(&targets[0]);
    assert_eq!((server.got().len(), standing(&desk, "desk").delivered), (4, 1));
    assert_eq!(server.got()[3].id(), server.got()[0].id());
}

#[test]
fn what_was_not_tried_is_not_given_up() {
    let server = Server::answering(&["503 Busy", "200 OK", "200 OK", "200 OK", "200 OK"]);
    let (desk, targets) = telling(&server.webhook("desk", "give_up_hours = 2"), &FERRY);
    let all = standing(&desk, "desk").waiting;
    assert!(all > 1);
    let mut courier = Courier::of(&desk);
    courier.wait(100.0);
    courier.deliver(&targets[0]);
    let told = standing(&desk, "desk");
    assert_eq!((told.waiting, told.failed), (all - 1, 1), "a weekend off, and a network that comes late");
}

#[test]
fn what_is_delivered_and_not_noted_is_not_posted_again() {
    let (desk, targets) = telling(&webhook("desk", "https://news.example/hook", ""), &FERRY);
    let posted = Cell::new(0);
    let post = |_: &_, _| {
        posted.set(posted.get() + 1);
        Answer::Taken
    };
    let (clock, stop) = (Timestamp::now, || false);
    let mut delivery = Delivery::new(&targets[0], &post, &clock, &stop);
    let waits = standing(&desk, "desk").waiting;
    // The store takes no notes for a while.
    let other = rusqlite::Connection::open(&desk.config.store).unwrap();
    other.execute_batch("CREATE TRIGGER none BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'planted'); END").unwrap();
    assert!(delivery.turn(&mut Outbox::open(&desk.config.store).unwrap()).is_err());
    other.execute_batch("DROP TRIGGER none").unwrap();
    while delivery.turn(&mut Outbox::open(&desk.config.store).unwrap()).unwrap() {}
    assert_eq!((posted.get(), standing(&desk, "desk").delivered), (waits, waits.into()));
}

#[test]
fn the_protocol_may_be_written_in_capitals() {
    let hangs_up = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("HTTPS://{}/hook", hangs_up.local_addr().unwrap());
    std::thread::spawn(move || drop(hangs_up.accept()));
    let target = &targets(&webhook("desk", &url, "allow_private = true"))[0];
    let message = Message { no: 1, id: "msg_a".to_owned(), body: "{}".to_owned(), tries: 0 };
    let Answer::Refused(why, _) = Poster::new(target).unwrap().post(&message, Timestamp::now()) else { panic!("nobody answers") };
    assert!(!why.contains("bug"), "{why}");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::answering(&[]);
    let location: &'static str = format!("307 Elsewhere\r\nLocation: http://127.0.0.1:{}/hook?of=orun", elsewhere.port).leak();
    let server = Server::answering(&[location, location]);
    let (desk, targets) = telling(&server.webhook("desk", ""), &FERRY[..1]);
    Courier::of(&desk).deliver(&targets[0]);
    assert_eq!((server.got().len(), elsewhere.got().len()), (1, 0));
    assert_eq!(standing(&desk, "desk").error.as_deref(), Some("answered 307, and redirects are not followed"));
}

#[test]
fn a_near_address_is_refused_unless_it_is_allowed() {
    let server = Server::answering(&[]);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"] {
        let (desk, targets) = telling(&webhook("desk", &format!("http://{host}:{}/hook?of=orun", server.port), ""), &FERRY[..1]);
        Courier::of(&desk).deliver(&targets[0]);
        let error = standing(&desk, "desk").error.unwrap();
        assert!(error.contains("no address of the public internet") && error.contains("allow_private"), "{host}: {error}");
    }
    assert!(server.got().is_empty());
    let (desk, targets) = telling(&server.webhook("desk", ""), &FERRY[..1]);
    Courier::of(&desk).deliver(&targets[0]);
    assert_eq!(server.got().len(), 1);
}

#[test]
fn a_target_that_wants_no_more_is_sent_no_more() {
    let server = Server::answering(&["410 Gone"]);
    let (mut desk, targets) = telling(&server.webhook("desk", ""), &FERRY[..1]);
    let mut courier = Courier::of(&desk);
    courier.deliver(&targets[0]);
    let told = standing(&desk, "desk");
    assert!(told.off.as_ref().is_some_and(|why| why.contains("410")) && told.waiting == 1, "{told:?}");
    desk.take(&FERRY[2..]);
    courier.wait(50.0);
    courier.deliver(&targets[0]);
    assert_eq!((server.got().len(), standing(&desk, "desk").waiting), (1, 1), "nothing is written for it either");
    courier.outbox.tell(&targets, None).unwrap();
    assert!(standing(&desk, "desk").off.is_some(), "a restart does not forget it");
    courier.outbox.again("desk", courier.now.get()).unwrap();
    courier.deliver(&targets[0]);
    assert_eq!((server.got().len(), standing(&desk, "desk").off), (2, None));
}

#[test]
fn the_outbox_is_bounded_and_keeps_what_is_new() {
    let (mut desk, targets) = telling(&webhook("desk", "https://news.example/hook", "max_waiting = 3"), &[]);
    let mut all = Vec::new();
    for line in stream().iter().take(20) {
        desk.take(&[line]);
        all.extend(waiting(&desk, "desk").into_iter().filter(|m| !all.contains(m)).collect::<Vec<_>>());
    }
    assert_eq!(waiting(&desk, "desk"), all[all.len() - 3..]);
    assert_eq!(standing(&desk, "desk").dropped, all.len() as u64 - 3);
    // Nor does what was given up grow without bound: here nothing is, there all.
    let mut courier = Courier::of(&desk);
    assert_eq!(courier.outbox.give_up("desk", Timestamp::MAX).unwrap(), 0, "nothing was tried");
    rusqlite::Connection::open(&desk.config.store).unwrap().execute("UPDATE outbox SET tries = 1", []).unwrap();
    assert_eq!(courier.outbox.give_up("desk", Timestamp::UNIX_EPOCH).unwrap(), 0);
    assert_eq!(courier.outbox.give_up("desk", Timestamp::MAX).unwrap(), 3);
    // A target that is in the configuration no more is forgotten with all that waits for it.
    assert_eq!(courier.outbox.tell(&[], None).unwrap(), 3);
    assert!(desk.reader().hooks().unwrap().is_empty());
    drop(targets);
}

#[test]
fn what_is_sent_again_is_not_dropped_for_want_of_room() {
    let (mut desk, targets) = telling(&webhook("desk", "https://news.example/hook", "max_waiting = 3"), &[]);
    stream()[..20].iter().for_each(|line| desk.take(&[line]));
    let mut courier = Courier::of(&desk);
    rusqlite::Connection::open(&desk.config.store).unwrap().execute("UPDATE outbox SET tries = 1", []).unwrap();
    let old = waiting(&desk, "desk");
    assert_eq!(courier.outbox.give_up("desk", Timestamp::MAX).unwrap(), 3);
    stream()[20..30].iter().for_each(|line| desk.take(&[line]));
    let new = waiting(&desk, "desk");
    let dropped = standing(&desk, "desk").dropped;
    let standing_now = |desk: &Desk| (standing(desk, "desk").waiting, standing(desk, "desk").failed);
    assert_eq!(standing_now(&desk), (3, 3));
    // There is no room: what waits is sent, what was given up is kept for another time.
    assert_eq!(courier.outbox.again("desk", courier.now.get()).unwrap(), Some(Again { sent: 3, left: 3, most: 3 }));
    assert_eq!(standing_now(&desk), (3, 3));
    // Two are delivered: so many come back, oldest first, and the next commit drops none of them for those that were there.
    let due = courier.outbox.due("desk", courier.now.get(), 2).unwrap();
    let delivered: Vec<Noted> = due.iter().map(|m| Noted::Delivered(m.no)).collect();
    courier.outbox.note("desk", &delivered, courier.now.get()).unwrap();
    assert_eq!(courier.outbox.again("desk", courier.now.get()).unwrap(), Some(Again { sent: 3, left: 1, most: 3 }));
    let waits = waiting(&desk, "desk");
    assert!(waits.len() == 3 && waits[..2] == old[..2] && new.contains(&waits[2]), "{waits:#?}");
    desk.take(&stream()[30..31]);
    let said = waiting(&desk, "desk").iter().filter(|m| !waits.contains(m)).count() as u64;
    assert_eq!((standing_now(&desk), standing(&desk, "desk").dropped), ((3, 1), dropped + said), "only what is newer makes them go");
    drop(targets);
}

#[test]
fn a_large_event_makes_no_large_message() {
    let (mut desk, _) = telling(&webhook("desk", "https://news.example/hook", ""), &[]);
    let copies: Vec<String> =
        (0..700).map(|n| FERRY[0].replace("Tessport Post", &format!("Outlet {n} of {}", "Tessport ".repeat(20)))).collect();
    desk.take(&copies.iter().map(String::as_str).collect::<Vec<_>>());
    let told = waiting(&desk, "desk").pop().unwrap();
    let data = &told["data"];
    assert!(told.to_string().len() < 70_000, "{}", told.to_string().len());
    assert_eq!((&data["event"]["source_count"], &data["change_count"]), (&json!(700), &json!(700)));
    let listed = ["sources", "stories"].map(|list| data["event"][list].as_array().unwrap().len());
    assert!(listed[0] > 0 && listed[0] < 700, "{listed:?}");
}

#[test]
fn a_rebuild_keeps_what_waits_and_tells_of_itself() {
    let (mut desk, _) = telling(&webhook("desk", "https://news.example/hook", ""), &FERRY);
    let before = waiting(&desk, "desk");
    desk.rebuild();
    let after = waiting(&desk, "desk");
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.len(), before.len() + 1, "nobody is told anew of what was placed anew");
    let told = &after[before.len()];
    assert_eq!((&told["type"], &told["data"]["articles"]), (&json!("store.rebuilt"), &json!(3)));
    assert!(told["sequence"].as_i64() > before[before.len() - 1]["sequence"].as_i64());
}

#[test]
fn nobody_configured_is_nobody_told() {
    let mut desk = Desk::with(&FERRY);
    let events: Vec<String> = desk.events().into_keys().collect();
    desk.edit(Command::Merge { into: events[0].clone(), from: events[1].clone() });
    let sql = rusqlite::Connection::open(&desk.config.store).unwrap();
    let count = |table: &str| sql.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, u32>(0)).unwrap();
    assert_eq!((count("outbox"), count("hooks"), count("sqlite_sequence")), (0, 0, 0));
}

#[test]
fn a_ping_says_nothing_and_is_signed() {
    let server = Server::answering(&["200 OK", "410 Gone"]);
    let targets = targets(&server.webhook("desk", ""));
    assert_eq!(wirefold::hooks::ping(&targets[0], Timestamp::now()).unwrap(), Answer::Taken);
    assert_eq!(wirefold::hooks::ping(&targets[0], Timestamp::now()).unwrap(), Answer::Gone);
    let got = server.got();
    assert!(got[0].is_signed() && got[0].json()["type"] == "ping" && got[0].json()["id"] == got[0].id().as_str());
}
