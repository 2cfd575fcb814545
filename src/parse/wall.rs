//! Pages that came in place of an article: that ask to enable scripts, to agree to cookies or to subscribe, check whether a person reads them,
//! refuse, or say that nothing is there; and shells that scripts would fill.
//!
//! Such a page is told by what it says, sentence by sentence, in many languages. Where more than a line is left besides, it is an article
//! with a notice beside it. All of one site look alike, so that each taken for an article would be a copy of the last.

mod kind;
mod words;

pub use kind::{list, shows_anything};

use super::headline::BEFORE_SITE;
use super::tags::{Token, tokens};
use crate::text::fold::{fold, is_alphanumeric};
use words::{Notice, is_login_title, notice};

/// Characters of the longest page that is looked at.
const LONGEST: usize = 1500;
/// Characters of the longest sentence of such a page.
const SENTENCE: usize = 400;
/// Letters that may be left besides, in sentences.
const BESIDES: usize = 80;
/// Words from which something is a sentence and no label or button; letters, in scripts without spaces.
const WORDS: usize = 6;
const LETTERS: usize = 16;
/// Words, and letters in scripts without spaces, of a line that a menu does not have.
const PROSE_WORDS: usize = 12;
const PROSE_LETTERS: usize = 30;

/// Ids of the element that scripts fill, as frameworks name it.
const CONTAINERS: &[&str] = &[
    "root",
    "app",
    "__next",
    "__nuxt",
    "app-root",
    "react-root",
    "react-app",
    "root-app",
    "vue-app",
    "___gatsby",
    "q-app",
    "svelte",
    "application",
];

/// Why a page with this headline and text holds no article, if it does not.
pub fn reason(html: &str, title: Option<&str>, text: &str) -> Option<String> {
    let notice = if text.is_empty() { title.and_then(whole) } else { said(text) };
    let notice = notice.filter(|notice| *notice != Notice::Login || is_login(html, title));
    let says = match notice {
        Some(Notice::Scripts) => "it only asks to enable JavaScript",
        Some(Notice::Loading) => "it only says that it is loading",
        Some(Notice::Person) => "it only checks the browser of its reader",
        Some(Notice::Consent) => "it only asks for consent to cookies",
        Some(Notice::Readers) => "it only asks to subscribe or to log in",
        Some(Notice::Login) => "it only asks to log in",
        Some(Notice::Refused) => "it only says that access is denied",
        Some(Notice::Missing) => "it only says that there is no such page, or that the server fails",
        None if !has_prose(text) && is_shell(html) => "scripts would fill it",
        None => return None,
    };
    Some(format!("a page without an article: {says}"))
}

/// Whether a page asks for a password, or calls itself one to log in: an article may speak of passwords.
fn is_login(html: &str, title: Option<&str>) -> bool {
    let asks = |token: Token<'_>| matches!(token, Token::Open(tag) if tag.name() == "input" && tag.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password")));
    title.is_some_and(|title| fold(title).split(BEFORE_SITE).any(|part| is_login_title(part.trim()))) || tokens(html).any(asks)
}

/// What a headline says that is nearly all such a notice.
fn whole(title: &str) -> Option<Notice> {
    let title = fold(title);
    notice(&title).filter(|(_, phrase)| letters(phrase) * 2 >= letters(&title)).map(|(notice, _)| notice)
}

/// What a text says that is such a notice and hardly anything else.
fn said(text: &str) -> Option<Notice> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let (mut found, mut besides) = (None, 0);
    for sentence in text.split_inclusive(['\n', '.', '!', '?', '؟', '。', '！', '？', '…']) {
        let sentence = fold(sentence.trim());
        match notice(&sentence).filter(|_| sentence.chars().nth(SENTENCE).is_none()) {
            Some((notice, _)) => found = found.or(Some(notice)),
            None if is_long(&sentence, WORDS, LETTERS) => besides += letters(&sentence),
            None => {}
        }
        // Of an article this is seen in its first sentences.
        if besides >= BESIDES {
            return None;
        }
    }
    found
}

fn has_prose(text: &str) -> bool {
    text.lines().any(|line| is_long(line, PROSE_WORDS, PROSE_LETTERS))
}

fn is_long(line: &str, words: usize, letters_of_one: usize) -> bool {
    line.split_whitespace().count() >= words || line.split_whitespace().any(|word| letters(word) >= letters_of_one)
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| is_alphanumeric(*c)).count()
}

/// Whether the element that frameworks fill is there and empty, and scripts to fill it.
pub fn is_shell(html: &str) -> bool {
    let (mut open, mut is_empty, mut has_script) = (None::<String>, false, false);
    for token in tokens(html) {
        match token {
            Token::Open(tag) => {
                has_script |= tag.name() == "script";
                let is_container = tag.attribute("id").is_some_and(|id| CONTAINERS.contains(&id)) || tag.name() == "app-root";
                open = is_container.then(|| tag.name().to_owned());
            }
            Token::Close(tag) => is_empty |= open.take().is_some_and(|name| name == tag.name()),
            Token::Text(text) if !text.trim().is_empty() => open = None,
            _ => {}
        }
    }
    is_empty && has_script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_told_from_articles() {
        let article =
            "Four wells that had been dry since the spring filled overnight in the upper quarter of Orun, the mayor said on Wednesday.";
        for (text, says) in [
            ("You need to enable JavaScript to run this app.", "JavaScript"),
            ("يرجى تفعيل جافا سكريبت في متصفحك لمتابعة القراءة.", "JavaScript"),
            ("Orun Post\nChecking your browser before accessing orunpost.example.\nThis process is automatic.\nRay ID: 8a1", "browser"),
            ("جارٍ التحقق من المتصفح…", "browser"),
            ("We use cookies.\nWe and our 842 partners store information on your device.\nAccept all\nManage preferences", "cookies"),
            ("نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا. بالمتابعة فإنك توافق على ذلك.\nموافق", "cookies"),
            ("Access Denied\nYou don't have permission to access this page on this server.\nReference #18.2f", "denied"),
            ("الصفحة غير موجودة", "no such page"),
            ("This story is for subscribers only. Already a subscriber? Sign in.", "subscribe"),
            ("هذا المحتوى للمشتركين فقط.", "subscribe"),
            (
                "Mit Werbung weiterlesen\nBesuchen Sie Orun Post mit Werbung und Tracking. Details finden Sie in unserer Datenschutzerklärung.",
                "cookies",
            ),
            ("Nous utilisons des traceurs. Pour en savoir plus, consultez notre politique de confidentialité.", "cookies"),
            ("Loading...", "loading"),
            ("请启用JavaScript以继续浏览。", "JavaScript"),
        ] {
            let found = reason("", None, text).unwrap_or_default();
            assert!(found.contains(says), "{text}: {found}");
            assert_eq!(reason("", None, &format!("{article}\n{text}")), None, "{text}");
            assert_eq!(reason("", None, &format!("{article} {text}")), None, "{text}");
        }
        for text in [
            "The court ordered the exchange to ask for consent to cookies.",
            "Ministry: enable two locks",
            "",
            "The page that was not found in the archive of Orun has turned up in the saltworks, its keeper said.",
        ] {
            assert_eq!(reason("", Some("Wells of Orun fill"), text), None, "{text}");
        }
        assert!(reason("", Some("Just a moment..."), "").is_some());
        assert_eq!(reason("", Some("Access denied: how three villages lost their only road to the coast"), ""), None);
    }

    #[test]
    fn pages_to_log_in_are_told_from_articles_on_passwords() {
        let form = "<form><input name=a><input type=Password name=b></form>";
        for (html, title, text, is_refused) in [
            ("", "Log in - Orun Post", "Enter your e-mail address and password to read Orun Post. Forgot your password?", true),
            (form, "Orun Post", "Forgot your password?", true),
            (form, "الوادي", "البريد الإلكتروني\nكلمة المرور\nنسيت كلمة المرور؟", true),
            (form, "Anmelden | Orun Post", "Passwort vergessen?", true),
            ("", "Bank of Orun hit by leak", "Change your password now, police told customers.", false),
            (form, "Bank of Orun hit by leak", "Police told customers of the bank to change all passwords by noon.", false),
            ("", "Log in", "The loggers of Orun cut the last oak of the valley on Monday.", false),
        ] {
            assert_eq!(reason(html, Some(title), text).is_some(), is_refused, "{title}: {text}");
        }
    }

    #[test]
    fn shells_are_empty_and_filled_by_scripts() {
        let shell = |inside: &str| format!("<body><div id=root>{inside}</div><script src=a.js></script></body>");
        for (page, text, is_refused) in [
            (shell(" "), "", true),
            (shell("<!-- x -->"), "Home\nSport\n© Orun Post", true),
            (shell("<p>x"), "", false),
            (shell(""), "The council of Orun decided on Monday to build a second bridge over the river Tern.", false),
            ("<div id=root></div>".to_owned(), "", false),
            ("<app-root></app-root><script src=a.js></script>".to_owned(), "", true),
        ] {
            assert_eq!(reason(&page, Some("Orun"), text).is_some(), is_refused, "{page}");
        }
    }
}
