use super::read_one as read;

#[test]
fn header_blocks_are_read() {
    let draft = read("Title: A: the talks\nSource: Northport Herald\nDesk: foreign\nDate: 2026-03-04\n\nFirst line.\nSecond.");
    assert_eq!(draft.title.as_deref(), Some("A: the talks"));
    assert_eq!(draft.source.as_deref(), Some("Northport Herald"));
    assert_eq!(draft.published.as_deref(), Some("2026-03-04"));
    assert_eq!(draft.extra["Desk"], "foreign");
    assert_eq!(draft.text.as_deref(), Some("First line.\nSecond."));
    let draft = read("العنوان: هدنة\nالمصدر: المنبر\n\nنص الخبر");
    assert_eq!((draft.title.as_deref(), draft.source.as_deref(), draft.text.as_deref()), (Some("هدنة"), Some("المنبر"), Some("نص الخبر")));
}

#[test]
fn header_blocks_of_other_languages_are_read() {
    for (title, source, date) in [
        ("Titre : ", "Source : ", "Date : "),
        ("Titel: ", "Quelle: ", "Datum: "),
        ("Título: ", "Fuente: ", "Fecha: "),
        ("Başlık: ", "Kaynak: ", "Tarih: "),
        ("Заголовок: ", "Источник: ", "Дата: "),
        ("标题：", "来源：", "日期："),
        ("عنوان: ", "منبع: ", "تاریخ: "),
    ] {
        let draft = read(&format!("{title}Wells open\n{source}Orun Post\n{date}2026-03-04\n\nText."));
        let read = (draft.title.as_deref(), draft.source.as_deref(), draft.published.as_deref(), draft.text.as_deref());
        assert_eq!(read, (Some("Wells open"), Some("Orun Post"), Some("2026-03-04"), Some("Text.")), "{title}");
    }
    assert_eq!(read("Fuente: el alcalde renuncia tras la tormenta\n\nTexto.").source, None);
}

#[test]
fn labels_of_mail_and_of_clippings_are_read() {
    let mail =
        read("From: Ada Quill\nTo: desk@courier.example\nSubject: Wells reopen\nDate: Wed, 4 Mar 2026 10:15:00 +0000\n\nFour wells.");
    assert_eq!((mail.title.as_deref(), mail.text.as_deref()), (Some("Wells reopen"), Some("Four wells.")));
    let clipping = read("Country: Veldany\nTitle: Wells reopen\nPublication: Orun Courier\nPublication date: 4 March 2026\n\nFour wells.");
    assert_eq!((clipping.source.as_deref(), clipping.published.as_deref()), (Some("Orun Courier"), Some("4 March 2026")));
    assert_eq!(read("Minister: no talks\nDate: palms of the oasis\n\nText.").title.as_deref(), Some("Minister: no talks"));
}

#[test]
fn addresses_and_writers_beside_a_headline_are_no_text() {
    for text in [
        "Wells reopen\nhttps://orun.example/wells\n\nFour wells.",
        "https://orun.example/wells\nWells reopen\n\nFour wells.",
        "Wells reopen\n\nFour wells.\n\nSource: https://orun.example/wells",
        "Wells reopen\n\nFour wells.\nالرابط: https://orun.example/wells",
    ] {
        let draft = read(text);
        let read = (draft.title.as_deref(), draft.text.as_deref(), draft.url.as_deref());
        assert_eq!(read, (Some("Wells reopen"), Some("Four wells."), Some("https://orun.example/wells")), "{text}");
    }
    let draft = read("By Ada Quill\n\n*Wells reopen*\n\nFour wells.");
    assert_eq!((draft.title.as_deref(), draft.byline.as_deref()), (Some("Wells reopen"), Some("By Ada Quill")));
    assert_eq!(read("Wells reopen\n\nSee https://orun.example/wells").url, None);
}

#[test]
fn markdown_is_read() {
    let draft = read("---\nlayout: post\ntitle: \"Wells: open\"\ndate: 2026-03-04\ntags:\n  - wells\n---\n\nFirst line.\n\nSecond.");
    assert_eq!((draft.title.as_deref(), draft.published.as_deref()), (Some("Wells: open"), Some("2026-03-04")));
    assert_eq!(draft.text.as_deref(), Some("First line.\n\nSecond."));
    assert_eq!(read("# Wells open\n\nFirst line.").title.as_deref(), Some("Wells open"));
    assert_eq!(read("---\nThey met on Monday.\n---\nMore.").title.as_deref(), Some("---"));
}

#[test]
fn headlines_with_a_colon_are_no_header() {
    for headline in ["Source: Council to replace the envoy within days", "Date: palms of the oasis bear again"] {
        assert_eq!(read(&format!("{headline}\n\nThe council met on Friday.")).title.as_deref(), Some(headline));
    }
    let draft = read("Source: Northport Herald\n\nWells reopen\n\nThe wells of Orun are open.");
    assert_eq!((draft.source.as_deref(), draft.title.as_deref()), (Some("Northport Herald"), Some("Wells reopen")));
    assert_eq!(read("Date: 4 March 2026\nThe wells of Orun are open.").published.as_deref(), Some("4 March 2026"));
}

#[test]
fn a_story_that_follows_at_once_is_no_header() {
    let draft = read("Title: Bread\nThe minister: \"No more than two,\" she said.\nThey left.");
    assert_eq!(draft.text.as_deref(), Some("The minister: \"No more than two,\" she said.\nThey left."));
    let story = format!("The minister: {}", "no, ".repeat(40).trim_end());
    assert_eq!(read(&format!("Title: Bread\n{story}\n\nEnd")).text, Some(format!("{story}\n\nEnd")));
    let draft = read("\u{200f}المصدر: \u{200f}المنبر\u{200f}\nTitle:\n\n2026-03-04\nهدنة\n\nنص");
    assert_eq!((draft.title.as_deref(), draft.source.as_deref()), (Some("هدنة"), Some("المنبر")));
    assert_eq!(draft.text.as_deref(), Some("2026-03-04\n\nنص"));
}

#[test]
fn a_first_line_may_be_a_headline() {
    for (text, title) in [
        ("Talks resume\n\nThey met.", Some("Talks resume")),
        ("They met on Monday.\nAnd talked.", None),
        ("Only one paragraph", None),
        ("他们周一开会。\n会谈继续。", None),
        ("2026-03-04\nThey met on Monday.\nAnd talked.", Some("2026-03-04")),
        ("Minister: no talks\nHe said so.", Some("Minister: no talks")),
        ("Note: this is prose\n\nText", Some("Note: this is prose")),
    ] {
        assert_eq!(read(text).title.as_deref(), title, "{text}");
    }
    assert_eq!(read(&format!("{}\nrest", "long ".repeat(40))).title, None);
}

#[test]
fn lines_above_a_headline_are_no_headlines() {
    for above in [
        "بسم الله الرحمن الرحيم",
        "4 March 2026",
        "بسم الله الرحمن الرحيم\n4 March 2026",
        "Contact: Ada Quill\nTern Lines Press Office\n+44 20 5555 0101",
        "March 4, 2026\n\nMedia contact: Ada Quill",
    ] {
        let draft = read(&format!("{above}\n\nWells of Orun reopen\n\nFour wells filled overnight."));
        assert_eq!(draft.title.as_deref(), Some("Wells of Orun reopen"), "{above}");
        assert_eq!(draft.text, Some(format!("{above}\n\nFour wells filled overnight.")), "{above}");
    }
    let alone = "Contact: Ada Quill\n\nFour wells filled overnight, said the mayor.\nThey sang.";
    assert_eq!(read(alone).text.as_deref(), Some(alone));
}
