//! Dates as sources write them: the instant and the precision of each, or that it is none.

use wirefold::parse::date;

/// Language, the date as written, what is read: an instant with its precision, or `-`.
const TABLE: &str = include_str!("dates.txt");

#[test]
fn the_table_holds() {
    let rows: Vec<Vec<&str>> = TABLE.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
    assert!(rows.len() >= 150, "{} dates", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let [lang, written, expected] = row[..] else { panic!("three columns, with tabs between: {row:?}") };
        let read = date::read(written, lang).map_or("-".to_owned(), |d| format!("{} {}", d.at, d.precision));
        if read != expected {
            wrong.push(format!("{lang}\t{written}\t{read}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
