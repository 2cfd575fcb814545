//! What an editor decides takes effect at once, is told, can be taken back, and holds whatever comes.

mod desk;

use desk::{Desk, stream};
use wirefold::edit::Command;
use wirefold::store::read::Found;
use wirefold::store::rows::HistoryLine;

/// The two largest events with their articles.
fn two_largest(desk: &Desk) -> [(String, Vec<String>); 2] {
    let mut events: Vec<_> = desk.events().into_iter().collect();
    events.sort_by_key(|(id, all)| (std::cmp::Reverse(all.len()), id.clone()));
    let mut events = events.into_iter();
    [events.next().unwrap(), events.next().unwrap()]
}

fn history(desk: &Desk, event: &str) -> Vec<HistoryLine> {
    match desk.reader().history(event).unwrap() {
        Found::One(history) => history.lines,
        other => panic!("{event}: {other:?}"),
    }
}

fn undo(edit: Option<u32>) -> Command {
    Command::Undo { edit }
}

fn sorted(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all
}

fn pin(a: &str, b: &str) -> Command {
    Command::Pin { a: a.to_owned(), b: b.to_owned() }
}

#[test]
fn a_merge_and_its_undo() {
    let mut desk = Desk::with(&stream()[..150]);
    let before = desk.decided();
    let [(into, there), (from, come)] = two_largest(&desk);
    let line = desk.edit(Command::Merge { into: into[..8].to_owned(), from: from.clone() });
    assert_eq!((line.edit, &*line.event, line.other.as_deref(), line.articles.len()), (1, &*into, Some(&*from), come.len()));
    assert_eq!(sorted(desk.events()[&into].clone()), sorted([there.clone(), come.clone()].concat()));
    let Found::One((summary, _)) = desk.reader().find_event(&from).unwrap() else { panic!("the id is gone") };
    assert_eq!(summary.event, into, "the id leads to the event that took it in");
    let told = history(&desk, &from);
    let step = told.iter().find(|l| l.kind == "merged").unwrap();
    let edit = step.edit.as_ref().unwrap();
    assert_eq!((&*edit.who, &*edit.why, edit.edit), ("سارة", "خبران مختلفان", 1));
    let says = wirefold::view::history::step(step, 110);
    assert!(says.contains("سارة") && says.contains("(edit 1)"), "{says}");
    assert!(history(&desk, &into).iter().any(|l| l.kind == "absorbed" && l.edit.is_some()));

    desk.take(&stream()[150..200]);
    let home = desk.event_of(&there[0]);
    assert!(there.iter().chain(&come).all(|a| desk.event_of(a) == home), "what comes later does not take it apart");

    let mut desk = Desk::with(&stream()[..150]);
    desk.edit(Command::Merge { into: into.clone(), from: from.clone() });
    let undone = desk.edit(undo(None));
    assert_eq!((undone.undoes, &*undone.event), (Some(1), &*from));
    assert_eq!(before, desk.decided(), "all is as it was");
    assert!(history(&desk, &from).iter().any(|l| l.kind == "undone"));
    let (edits, total) = desk.reader().edits(Some(&from), 10, 0).unwrap();
    assert_eq!((total, edits[1].active, edits[1].undone_by, edits[0].active), (2, false, Some(2), true));
    desk.edit(undo(Some(2)));
    assert_eq!(desk.event_of(&come[0]), into, "an undo can be undone");
    assert!(desk.reader().edits(None, 10, 0).unwrap().0[2].active);
}

#[test]
fn a_split_and_its_undo() {
    let mut desk = Desk::with(&stream()[..150]);
    let before = desk.decided();
    let [(event, all), _] = two_largest(&desk);
    let leaving = all[1..3].to_vec();
    let line = desk.edit(Command::Split { event: event.clone(), articles: leaving.clone() });
    assert_ne!(line.event, event);
    assert_eq!(sorted(desk.events()[&line.event].clone()), sorted(leaving.clone()));
    assert!(history(&desk, &line.event).iter().any(|l| l.kind == "founded" && l.other.as_deref() == Some(&event)));
    desk.take(&stream()[150..260]);
    desk.restart();
    desk.take(&stream()[260..300]);
    assert_eq!(desk.event_of(&leaving[0]), desk.event_of(&leaving[1]));
    assert!(all.iter().filter(|a| !leaving.contains(a)).all(|a| desk.event_of(a) != desk.event_of(&leaving[0])));

    let mut desk = Desk::with(&stream()[..150]);
    let gone = desk.edit(Command::Split { event: event.clone(), articles: leaving }).event;
    desk.edit(undo(Some(1)));
    assert_eq!(before, desk.decided());
    let Found::One((summary, _)) = desk.reader().find_event(&gone).unwrap() else { panic!("the id is gone") };
    assert_eq!(summary.event, event, "an id that was shown leads on");
}

#[test]
fn a_move_and_its_undo() {
    let mut desk = Desk::with(&stream()[..150]);
    let before = desk.decided();
    let [(from, all), (to, there)] = two_largest(&desk);
    let article = all.last().unwrap().clone();
    desk.edit(Command::Move { article: article.clone(), event: to.clone() });
    assert_eq!(desk.event_of(&article), to);
    desk.take(&stream()[150..200]);
    assert_eq!(desk.event_of(&article), desk.event_of(&there[0]), "a moved article stays");
    assert_ne!(desk.event_of(&article), desk.event_of(&all[0]));
    let mut desk = Desk::with(&stream()[..150]);
    desk.edit(Command::Move { article, event: to });
    desk.edit(undo(None));
    assert_eq!(before, desk.decided());

    // The last article takes the event along.
    let single = desk.events().into_iter().find(|(_, all)| all.len() == 1).unwrap();
    desk.edit(Command::Move { article: single.1[0].clone(), event: from.clone() });
    let Found::One((summary, _)) = desk.reader().find_event(&single.0).unwrap() else { panic!("the id is gone") };
    assert_eq!(summary.event, from);
    desk.edit(undo(None));
    assert_eq!(before, desk.decided());
}

#[test]
fn a_pin_goes_before_everything_until_it_is_taken_out() {
    let mut desk = Desk::with(&stream()[..150]);
    let [(event, all), (other, others)] = two_largest(&desk);
    assert!(desk.refusal(pin(&all[0], &others[0])).1.contains("wirefold move"));
    assert!(desk.refusal(pin(&all[0], &all[0])).0.contains("itself"));
    desk.edit(pin(&all[0], &all[1]));
    assert!(desk.refusal(pin(&all[1], &all[0])).0.contains("already"));
    let split = || Command::Split { event: event.clone(), articles: vec![all[1].clone()] };
    let (message, hint) = desk.refusal(split());
    assert!(message.contains("edit 1 pins") && hint.contains("wirefold unpin"), "{message}; {hint}");
    assert!(desk.refusal(Command::Move { article: all[0].clone(), event: other }).0.contains("edit 1 pins"));
    assert!(desk.refusal(Command::MarkRoundup { article: all[0].clone() }).0.contains("edit 1 pins"));
    let line = desk.edit(Command::Unpin { a: all[1].clone(), b: all[0].clone() });
    assert_eq!(line.undoes, Some(1));
    assert!(desk.refusal(Command::Unpin { a: all[1].clone(), b: all[0].clone() }).0.contains("not pinned"));
    desk.edit(undo(None));
    assert!(desk.refusal(split()).0.contains("edit 1 pins"), "the unpin is undone, the pin holds again");
    desk.edit(undo(Some(1)));
    desk.edit(split());
    let kinds: Vec<String> = history(&desk, &event).into_iter().filter(|l| l.edit.is_some()).map(|l| l.kind).collect();
    assert_eq!(kinds[..4], ["pinned", "unpinned", "undone", "undone"], "{kinds:?}");
}

#[test]
fn a_round_up_stands_alone_and_its_undo_brings_it_back() {
    let mut desk = Desk::with(&stream()[..150]);
    let before = desk.decided();
    let [(event, all), (to, _)] = two_largest(&desk);
    let line = desk.edit(Command::MarkRoundup { article: all[1].clone() });
    assert_eq!(desk.events()[&line.event], [all[1].clone()]);
    let relation = |desk: &Desk, id: &str| match desk.reader().find_article(id).unwrap() {
        Found::One(detail) => detail.line.relation,
        other => panic!("{other:?}"),
    };
    assert_eq!(relation(&desk, &all[1]), "roundup");
    assert_eq!(desk.reader().related(&line.event).unwrap().reports[0].event, event, "it is linked to what it reports");
    assert!(desk.refusal(Command::MarkRoundup { article: all[1].clone() }).0.contains("already"));
    desk.restart();
    desk.take(&stream()[150..200]);
    assert_eq!(relation(&desk, &all[1]), "roundup");
    assert!(!desk.events()[&desk.event_of(&all[0])].contains(&all[1]));
    desk.rebuild();
    assert_eq!(relation(&desk, &all[1]), "roundup");
    assert!(!desk.events()[&desk.event_of(&all[0])].contains(&all[1]));

    let mut desk = Desk::with(&stream()[..150]);
    desk.edit(Command::MarkRoundup { article: all[1].clone() });
    desk.edit(undo(None));
    assert_eq!(before, desk.decided());
    // What is marked by mistake can also be brought to its event.
    desk.edit(Command::MarkRoundup { article: all[1].clone() });
    desk.edit(Command::Move { article: all[1].clone(), event: to.clone() });
    assert_ne!(relation(&desk, &all[1]), "roundup");
    assert_eq!(desk.event_of(&all[1]), to);
}

#[test]
fn edits_undone_in_any_order_leave_nothing_behind() {
    for order in [[1, 2], [2, 1]] {
        let mut desk = Desk::with(&stream()[..150]);
        let before = desk.decided();
        let [(into, _), (from, all)] = two_largest(&desk);
        desk.edit(Command::Merge { into, from });
        desk.edit(Command::MarkRoundup { article: all[1].clone() });
        order.iter().for_each(|no| drop(desk.edit(undo(Some(*no)))));
        assert_eq!(before, desk.decided(), "{order:?}");
    }
}

#[test]
fn what_a_split_leaves_behind_stays_together_in_a_rebuild() {
    let mut desk = Desk::with(&stream());
    let mut left = Vec::new();
    for (event, mut all) in desk.events().into_iter().filter(|(_, all)| all.len() > 2) {
        for which in [1, 0] {
            let gone = all.remove(which.min(all.len() - 1));
            if all.len() < 2 {
                break;
            }
            desk.edit(Command::Split { event: desk.event_of(&all[0]), articles: vec![gone.clone()] });
            left.push((event.clone(), gone, all.clone()));
        }
    }
    let before = desk.places();
    desk.rebuild();
    assert_eq!(before, desk.places(), "the same detector, the same edits");
    // Another one, for which not every edit can be made as it was.
    desk.config.detect.threshold = 0.7;
    desk.rebuild();
    let events = desk.places().into_iter().collect::<std::collections::HashMap<_, _>>();
    for (event, gone, rest) in &left {
        let of = |id: &String| &events[id];
        let still: Vec<_> = rest.iter().filter(|id| !left.iter().any(|(_, gone, _)| gone == *id)).collect();
        assert!(still.iter().all(|id| of(id) == of(still[0])), "{event} fell apart: {still:?}");
        assert!(rest.iter().all(|id| of(id) != of(gone)), "{event}: {gone} came back");
    }
    assert!(left.len() > 20, "{}", left.len());
}

#[test]
fn a_rebuild_makes_every_edit_again_when_it_was_made() {
    let mut desk = Desk::with(&stream()[..150]);
    let [(into, _), (from, all)] = two_largest(&desk);
    desk.edit(Command::Merge { into, from });
    desk.edit(Command::MarkRoundup { article: all[1].clone() });
    desk.take(&stream()[150..250]);
    let [(event, all), (other, others)] = two_largest(&desk);
    desk.edit(Command::Move { article: others[0].clone(), event });
    desk.edit(pin(&all[0], &all[2]));
    desk.edit(undo(Some(1)));
    desk.edit(Command::Headline { event: other, text: "عنوان آخر".to_owned() });
    desk.take(&stream()[250..]);
    desk.edit(undo(None));
    let (before, edits) = (desk.places(), desk.reader().edits(None, 100, 0).unwrap());
    desk.rebuild();
    assert_eq!(before, desk.places());
    assert_eq!(edits, desk.reader().edits(None, 100, 0).unwrap());
}

#[test]
fn a_headline_holds_through_arrivals_and_rebuild() {
    let mut desk = Desk::with(&stream()[..150]);
    let before = desk.decided();
    let [(event, _), (other, _)] = two_largest(&desk);
    let headline = |desk: &Desk, event: &str| match desk.reader().find_event(event).unwrap() {
        Found::One((summary, _)) => summary.headline,
        other => panic!("{other:?}"),
    };
    let was = headline(&desk, &event);
    let given = Command::Headline { event: event.clone(), text: "  انهيار \n الجسر  ".to_owned() };
    assert_eq!(desk.edit(given).headline.as_deref(), Some("انهيار الجسر"));
    assert_eq!(headline(&desk, &event), "انهيار الجسر");
    desk.take(&stream()[150..200]);
    desk.edit(Command::Merge { into: other.clone(), from: event.clone() });
    desk.rebuild();
    assert_eq!(headline(&desk, &event), "انهيار الجسر", "it goes where the event goes");
    assert!(desk.refusal(Command::Headline { event: event.clone(), text: " ".to_owned() }).0.contains("1 to 500"));

    let mut desk = Desk::with(&stream()[..150]);
    desk.edit(Command::Headline { event: event.clone(), text: "x".to_owned() });
    desk.edit(undo(None));
    assert_eq!((headline(&desk, &event), desk.decided()), (was, before));
}

#[test]
fn an_edit_that_cannot_be_made_changes_nothing_and_says_what_to_do() {
    let mut desk = Desk::with(&stream()[..150]);
    let [(event, all), (other, others)] = two_largest(&desk);
    let before = desk.decided();
    let text = str::to_owned;
    for (command, message, next) in [
        (Command::Merge { into: event.clone(), from: event[..8].to_owned() }, "one event already", "history"),
        (Command::Merge { into: text("zzzzzzzz"), from: other.clone() }, "no event zzzzzzzz", "wirefold events"),
        (Command::Split { event: event.clone(), articles: vec![text("zzzzzzzz")] }, "no article zzzzzzzz", "export articles"),
        (Command::Split { event: event.clone(), articles: vec![others[0].clone()] }, "is not in event", &other[..8]),
        (Command::Split { event: event.clone(), articles: all.clone() }, "nothing would be left", "not all"),
        (Command::Move { article: all[0].clone(), event: event.clone() }, "already", "pin"),
        (undo(None), "no edit to undo", "edits"),
        (undo(Some(7)), "no edit 7", "edits"),
    ] {
        let (said, hint) = desk.refusal(command);
        assert!(said.contains(message) && hint.contains(next), "{said}; {hint}");
    }
    assert_eq!(before, desk.decided());
    assert_eq!(desk.reader().edits(None, 10, 0).unwrap().1, 0);
    // An older edit that a newer one stands on.
    desk.edit(Command::Merge { into: event.clone(), from: other.clone() });
    desk.edit(pin(&all[0], &others[0]));
    let (said, hint) = desk.refusal(undo(Some(1)));
    assert!(said.contains("edit 2 holds") && hint.contains("wirefold undo 2"), "{said}; {hint}");
}

#[test]
fn what_followed_an_article_goes_back_with_it() {
    let text = |n: usize, time: &str, words: &str| {
        serde_json::json!({ "title": "Ferry Amaranth runs aground off Cape Tolland", "source": format!("outlet {n}"), "published": format!("2026-03-03T{time}:00Z"),
            "text": format!("The ferry Amaranth ran aground off Cape Tolland before dawn with 214 passengers aboard, the harbour master Ilse Kamau said. {words}") }).to_string()
    };
    let other = serde_json::json!({ "title": "قرية وادي النخيل تحتفل بعودة الماء", "source": "صدى الواحة", "published": "2026-03-03T09:00:00Z",
        "text": "احتفل أهالي قرية وادي النخيل بعودة الماء إلى الساقية القديمة بعد عام من الجفاف، وقال المختار سالم العتيبي إن البئر الجديدة تكفي القرية كلها." }).to_string();
    let mut desk = Desk::with(&[&text(1, "06:10", "Tugs were on their way."), &other]);
    let places = desk.places();
    desk.edit(Command::Merge { into: places[1].1.clone(), from: places[0].1.clone() });
    desk.take(&[&text(2, "07:30", "All were safe by seven, she added.")]);
    assert_eq!(desk.events().len(), 1, "the copy comes to the event in which the first text is");
    desk.edit(undo(None));
    let now = desk.places();
    assert_eq!(now[2].1, places[0].1, "and leaves it with that text");
    assert_eq!(now[1].1, places[1].1);
}

#[test]
fn a_text_that_is_like_both_does_not_bring_together_what_was_split() {
    let copy = |n: usize| {
        serde_json::json!({ "title": "انهيار سد ترابي قرب مرسى الزيتون", "source": format!("صحيفة {n}"), "published": format!("2026-03-03T{:02}:00:00Z", 5 + n),
            "text": format!("انهار السد الترابي القديم قرب مرسى الزيتون فجر الثلاثاء وغمرت المياه بساتين القرية وقال رئيس البلدية حازم السعدي إن أحدا لم يصب. نشرة {n}") }).to_string()
    };
    let texts: Vec<String> = (0..14).map(copy).collect();
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut desk = Desk::with(&lines[..3]);
    let all: Vec<String> = desk.places().into_iter().map(|(article, _)| article).collect();
    let event = desk.event_of(&all[0]);
    assert_eq!(desk.events().len(), 1, "three copies are one event");
    desk.edit(Command::Split { event: event.clone(), articles: vec![all[1].clone()] });
    desk.edit(pin(&all[0], &all[2]));
    // More copies than are compared one by one: the later ones are mere copies.
    for (n, line) in lines[3..].iter().enumerate() {
        desk.take(&[line]);
        if n % 4 == 3 {
            desk.restart();
        }
        assert_ne!(desk.event_of(&all[0]), desk.event_of(&all[1]), "copy {n}");
        assert_eq!(desk.event_of(&all[0]), desk.event_of(&all[2]), "copy {n}");
    }
    // A mere copy can be held as well.
    let last = desk.places().pop().unwrap();
    desk.edit(Command::Split { event: last.1.clone(), articles: vec![last.0.clone()] });
    let left: Vec<String> = desk.events()[&last.1].clone();
    desk.rebuild();
    assert!(left.len() > 1 && left.iter().all(|a| desk.event_of(a) != desk.event_of(&last.0)));
    assert_ne!(desk.event_of(&all[0]), desk.event_of(&all[1]));
    assert_eq!(desk.event_of(&all[0]), desk.event_of(&all[2]));
}

#[test]
fn restarting_after_every_edit_decides_the_same() {
    let run = |restarts: bool| {
        let mut desk = Desk::new();
        for (n, lines) in stream().chunks(40).enumerate() {
            desk.take(lines);
            let [(one, all), (other, others)] = two_largest(&desk);
            match n % 5 {
                0 => drop(desk.try_edit(Command::Split { event: one, articles: vec![all[0].clone()] })),
                1 => drop(desk.try_edit(Command::Move { article: all[all.len() - 1].clone(), event: other })),
                2 => drop(desk.try_edit(Command::MarkRoundup { article: others[0].clone() })),
                3 => drop(desk.try_edit(Command::Merge { into: one, from: other })),
                _ => drop(desk.try_edit(undo(None))),
            }
            if restarts {
                desk.restart();
            }
        }
        desk.decided()
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn what_was_known_then_heeds_what_was_edited_by_then() {
    let mut desk = Desk::with(&stream()[..60]);
    let [(into, _), (from, _)] = two_largest(&desk);
    let known = |desk: &Desk, at: i64| {
        let at = jiff::Timestamp::from_second(at).unwrap();
        desk.reader().known_at(at, 0, u32::MAX, 0).unwrap().0.into_iter().map(|e| e.event).collect::<Vec<_>>()
    };
    let at = 1_900_000_000 + 60;
    desk.edit(Command::Merge { into: into.clone(), from: from.clone() });
    assert!(known(&desk, at).contains(&from), "before the edit");
    assert!(!known(&desk, at + 60).contains(&from) && known(&desk, at + 60).contains(&into), "after it");
    desk.edit(undo(None));
    assert!(known(&desk, at + 120).contains(&from));
}

#[test]
fn nobody_edits_a_store_that_is_about_to_be_replaced() {
    use wirefold::store::{StoreError, edit};
    let mut desk = Desk::with(&stream()[..20]);
    let asked = wirefold::edit::Asked {
        command: Command::Headline { event: desk.places()[0].1.clone(), text: "x".to_owned() },
        who: "x".to_owned(),
        why: String::new(),
        at: jiff::Timestamp::from_second(2_000_000_000).unwrap(),
    };
    let replaced = edit::Turn::replacing(&desk.config.store).unwrap();
    assert!(matches!(edit::edit(&desk.config.store, &asked), Err(StoreError::Locked { .. })));
    drop(replaced);
    let editing = edit::Turn::editing(&desk.config.store).unwrap();
    assert!(edit::edit(&desk.config.store, &asked).is_ok(), "two may edit at a time");
    desk.ingest = None;
    let refused = wirefold::rebuild::rebuild(&desk.config, false, |_, _| {}).err().unwrap();
    assert_eq!(refused.code, 75, "{refused}");
    drop(editing);
    desk.rebuild();
    assert_eq!(desk.reader().edits(None, 9, 0).unwrap().1, 1);
}
