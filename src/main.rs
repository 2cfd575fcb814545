//! Arguments → one function per command → exit code.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{CommandFactory, Parser};
use jiff::Timestamp;
use rayon::prelude::*;
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

use wirefold::cli::{self, By, Cli, Color, Command, CompareArgs, EventsArgs, Format, MarkedAs, Page, What};
use wirefold::config::{Config, Web};
use wirefold::daemon::{self, Lock, Reload};
use wirefold::detect::Settings;
use wirefold::edit::{Asked, Command as Edit};
use wirefold::evaluate::{self, Window, decisions};
use wirefold::failure::Failure;
use wirefold::hooks::post::Answer;
use wirefold::hooks::{self, target};
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::log::Log;
use wirefold::parse::{FileHints, parse};
use wirefold::parsers;
use wirefold::provenance::{self, Family, article::Provenance};
use wirefold::search::{self, Filler, Query};
use wirefold::store::hooks::Outbox;
use wirefold::store::read::{EventFilter, Files, Found, Listed};
use wirefold::store::{self, Reader, StoreError, backup, wal};
use wirefold::text::clean::Safe;
use wirefold::view::ledger::Ledger;
use wirefold::view::{self, Screen, explain, print};
use wirefold::{compare, demo, inbox, late, rebuild, tui, web};

/// Files that `ingest` takes into one transaction, and the bytes after which a batch is full.
const INGEST_BATCH: usize = 512;
const INGEST_BYTES: u64 = 64 << 20;
/// What to do when the store cannot be written at all.
const AGAIN: &str = "what was stored is stored; give the command again when the store can be written";
/// Longest time that `search` takes to bring the index up to date.
const CATCH_UP: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Parser) {
        return parsers::serve();
    }
    match outlive_limit().and_then(|()| run(&cli)) {
        Ok(code) => ExitCode::from(code),
        // Whoever reads our output has had enough, as in `wirefold events | head`.
        Err(failure) if failure.code == 0 => ExitCode::SUCCESS,
        Err(failure) => {
            complain(format_args!("wirefold: {failure}"));
            ExitCode::from(failure.code)
        }
    }
}

/// Writes a line to standard error; that nobody takes it, as on a full disk, is no reason to end.
fn complain(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A file that would grow beyond the limit of the process (`ulimit -f`) brings a signal that ends whoever does not listen to it. Once somebody
/// listened it ends nobody: the write fails instead.
///
/// # Errors
/// If the system lets nobody listen.
fn outlive_limit() -> Result<(), Failure> {
    const SIGXFSZ: i32 = 25;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let listening = runtime.and_then(|runtime| runtime.block_on(async { signal(SignalKind::from_raw(SIGXFSZ)) }));
    listening.map(drop).map_err(|e| Failure::unusable(format!("cannot listen for signals: {e}")))
}

/// What is logged: by the flags, else, of the daemon, by the configuration.
fn level(cli: &Cli, config: &Config) -> LevelFilter {
    match (cli.quiet, cli.verbose) {
        // A line of the log would stand in the middle of a page.
        _ if matches!(cli.command, Command::Tui { .. }) => LevelFilter::OFF,
        (true, _) => LevelFilter::ERROR,
        (false, 0) if matches!(cli.command, Command::Run { .. } | Command::Serve { .. }) => config.log_level,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    }
}

fn logs_json(cli: &Cli, config: &Config) -> bool {
    cli.json || (config.log_json && matches!(cli.command, Command::Run { .. } | Command::Serve { .. }))
}

fn run(cli: &Cli) -> Result<u8, Failure> {
    let file = config_file(cli);
    let config = config(cli, file.as_deref())?;
    let log = Log::start(level(cli, &config), logs_json(cli, &config));
    let colour = match cli.color {
        Color::Auto => None,
        Color::Always => Some(true),
        Color::Never => Some(false),
    };
    let screen = &mut Screen::stdout(cli.json, colour);
    let code = match &cli.command {
        Command::Demo => demonstrate(screen)?,
        Command::Run { once, .. } => watch(cli, config, *once, file.as_deref(), &log)?,
        Command::Serve { listen } => serve(config, listen.as_deref())?,
        Command::Ingest { paths } => ingest(&config, paths, cli.quiet, screen)?,
        Command::Events(args) => events(&config, args, screen)?,
        Command::Show { event } => show(&config, event, screen)?,
        Command::Article { article: id } => article(&config, id, screen)?,
        Command::Compare(args) => compare_two(&config, args, screen)?,
        Command::Explain { a, b } => explain_one(&config, a, b.as_deref(), screen)?,
        Command::History { event } => history(&config, event, screen)?,
        Command::Search { query, limit, from } => search_for(&config, &query.join(" "), *from, Page { limit: *limit, offset: 0 }, screen)?,
        Command::Merge { into, from, by } => edit(&config, Edit::Merge { into: into.clone(), from: from.clone() }, by, screen)?,
        Command::Split { event, articles, by } => {
            edit(&config, Edit::Split { event: event.clone(), articles: articles.clone() }, by, screen)?
        }
        Command::Move { article, event, by } => edit(&config, Edit::Move { article: article.clone(), event: event.clone() }, by, screen)?,
        Command::Pin { a, b, by } => edit(&config, Edit::Pin { a: a.clone(), b: b.clone() }, by, screen)?,
        Command::Unpin { a, b, by } => edit(&config, Edit::Unpin { a: a.clone(), b: b.clone() }, by, screen)?,
        Command::Mark { article, what: MarkedAs::RoundUp, by } => {
            edit(&config, Edit::MarkRoundup { article: article.clone() }, by, screen)?
        }
        Command::Headline { event, text, by } => edit(&config, Edit::Headline { event: event.clone(), text: text.clone() }, by, screen)?,
        Command::Undo { edit: no, by } => edit(&config, Edit::Undo { edit: *no }, by, screen)?,
        Command::Edits { event, page } => edits(&config, event.as_deref(), *page, screen)?,
        Command::Late => rejoin_late(&config, cli.quiet, screen)?,
        Command::Evaluate => evaluate_edits(&config, cli.quiet, screen)?,
        Command::Sources { unknown } => sources(&config, *unknown, screen)?,
        Command::Files { outcome, page } => files(&config, outcome.as_deref(), *page, screen)?,
        Command::Rejects { page } => rejects(&config, *page, screen)?,
        Command::Retry { file } => {
            let to = daemon::retry(&config, file)?;
            screen.line(format!("in the inbox again: {}", view::path(&to.to_string_lossy()))).map(|()| 0)?
        }
        Command::Backup { file } => back_up(&config, file, screen)?,
        Command::Restore { file } => restore(&config, file, screen)?,
        Command::Rebuild { from_archive } => rebuild_store(&config, *from_archive, cli.quiet, screen)?,
        Command::Tui { bidi, who } => tui::run(&config, *bidi, &cli::editor(who.as_deref())).map(|()| 0)?,
        Command::Hooks { test, retry } => tell(&config, test.as_deref(), retry.as_deref(), screen)?,
        Command::Status => status(&config, screen)?,
        Command::Export { what, format } => export(&config, *what, *format, screen)?,
        Command::Train { labels, out } => train(&config, labels, out.as_deref(), screen)?,
        Command::Check { explain: Some(file), .. } => check_file(&config, file, screen)?,
        Command::Check { inbox, store, .. } => check(&config, *inbox, *store, screen)?,
        Command::Parser => 0,
        Command::TryParse { file } => daemon::stand_in(file)?,
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "wirefold", &mut io::stdout());
            0
        }
        Command::Man => clap_mangen::Man::new(Cli::command()).render(&mut io::stdout()).map(|()| 0)?,
    };
    screen.flush()?;
    Ok(code)
}

fn config_file(cli: &Cli) -> Option<PathBuf> {
    let default = PathBuf::from("config/wirefold.toml");
    cli.config.clone().or_else(|| default.exists().then_some(default))
}

fn config(cli: &Cli, file: Option<&Path>) -> Result<Config, Failure> {
    let mut config = match file {
        None => Config::default(),
        Some(file) => {
            let loaded = Config::load(file);
            loaded.map_err(|errors| {
                Failure::usage(errors.join("\nwirefold: ")).hint("`config/wirefold.toml` in the sources lists every key with its range")
            })?
        }
    };
    config.program = Some(parsers::THIS_PROGRAM.into());
    if let Some(db) = &cli.db {
        config.store.clone_from(db);
    }
    if let Command::Run { inbox: Some(inbox), .. } = &cli.command {
        config.inbox.clone_from(inbox);
    }
    Ok(config)
}

fn reader(config: &Config) -> Result<Reader, Failure> {
    Ok(Reader::open(&config.store)?)
}

fn demonstrate(screen: &mut Screen) -> Result<u8, Failure> {
    let folder = tempfile::tempdir().map_err(|e| Failure::io("cannot make a temporary folder in", &std::env::temp_dir(), &e))?;
    let (config, tally) = demo::ingest(folder.path(), Some(parsers::THIS_PROGRAM.into()))?;
    let reader = reader(&config)?;
    let mut listed = reader.events(&EventFilter { limit: u32::MAX, ..EventFilter::default() })?;
    listed.events.sort_by_key(|e| std::cmp::Reverse(e.articles));
    print::events(screen, &listed)?;
    if screen.json {
        return Ok(0);
    }
    screen.line("")?;
    screen.line(print::tally(&tally))?;
    // The most instructive article: rewritten, with a long passage left as it was.
    let mut rewrite: Option<(u32, String)> = None;
    reader.each_article::<Failure>(|line| {
        if line.relation == "rewrite"
            && let Ok(Found::One(detail)) = reader.find_article(&line.article)
        {
            let longest = detail.because.matched.as_ref().and_then(|m| m.passages.first()).map_or(0, |run| run.words);
            if rewrite.as_ref().is_none_or(|(words, _)| longest > *words) {
                rewrite = Some((longest, line.article));
            }
        }
        Ok(())
    })?;
    if let Some((_, id)) = rewrite {
        screen.line("")?;
        screen.line(format!("wirefold explain {}", view::short(&id)))?;
        explain_article(&reader, &id, screen)?;
    }
    screen.line("")?;
    screen.line("This was a temporary store. Next: `wirefold run` watches the folder inbox/; drop article files into it.")?;
    Ok(0)
}

fn watch(cli: &Cli, config: Config, once: bool, file: Option<&Path>, log: &Log) -> Result<u8, Failure> {
    let reload = Reload { has_file: file.is_some(), read: &|| self::config(cli, file), log: &|config| log.set(level(cli, config)) };
    let json = logs_json(cli, &config);
    let tally = daemon::run(config, once, reload)?;
    let done = print::tally(&tally);
    if json {
        tracing::info!(done, "ended")
    } else {
        complain(format_args!("{done}"))
    }
    Ok(if once { rejected(&tally) } else { 0 })
}

fn serve(mut config: Config, listen: Option<&str>) -> Result<u8, Failure> {
    if let Some(listen) = listen {
        config.web.listen = Web::address(listen).ok_or_else(|| {
            let failure = Failure::usage(format!("cannot listen on {listen}: it is no address of this machine alone with a port"));
            failure.hint("for example --listen 127.0.0.1:7311; to let other machines in, put a proxy with TLS and a password in front and name its host in web.hosts")
        })?;
    }
    reader(&config)?;
    // Nobody else may be at work on the store. What others store is looked for now and then.
    let _filler = Filler::start(&config.store);
    web::serve(config)?;
    Ok(0)
}

fn rejected(tally: &Tally) -> u8 {
    u8::from(tally.rejects > 0)
}

fn ingest(config: &Config, paths: &[PathBuf], quiet: bool, screen: &mut Screen) -> Result<u8, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if std::fs::symlink_metadata(path).is_err() {
            return Err(Failure::not_found(format!("there is no file or folder {}", Safe::path(path))));
        }
        let (found, problems) = inbox::scan(path);
        problems.iter().for_each(|problem| tracing::warn!(problem, "part of the folder cannot be read"));
        files.extend(found);
    }
    let _lock = Lock::take(&config.store)?;
    wal::refuse_cut_off(&config.store)?;
    let mut ingest = Ingest::open(config)?;
    let filler = Filler::start(&config.store);
    let bar = bar(quiet, files.len() as u64, "files");
    let mut tally = Tally::default();
    while !files.is_empty() {
        let batch: Vec<_> = files.drain(..full_batch(&files)).collect();
        let n = batch.len() as u64;
        // Asked while the store is open: closing it shortens its log.
        let refused = |e: StoreError| Failure::from(e).unless_forbidden(&config.store, AGAIN);
        ingest.take(batch, Received::Changed(Timestamp::now()), &mut tally).map_err(refused)?;
        filler.ring();
        bar.inc(n);
        bar.set_message(view::counted(tally.articles, "article"));
    }
    bar.finish_and_clear();
    if screen.json {
        screen.json(&tally)?
    } else {
        screen.line(print::tally(&tally))?
    }
    screen.flush()?;
    filler.finish();
    Ok(rejected(&tally))
}

/// A bar of progress for a terminal.
fn bar(quiet: bool, all: u64, what: &str) -> indicatif::ProgressBar {
    let bar = if quiet || !io::stderr().is_terminal() { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new(all) };
    let style = indicatif::ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {what}  {{msg}}  {{elapsed}}"));
    bar.with_style(style.unwrap_or(indicatif::ProgressStyle::default_bar()))
}

/// Number of files that fill a batch.
fn full_batch(files: &[inbox::Found]) -> usize {
    let mut bytes = 0;
    let fits = |f: &&inbox::Found| {
        let before = bytes;
        bytes += std::fs::symlink_metadata(&f.path).map_or(0, |m| m.len());
        before < INGEST_BYTES
    };
    files.iter().take(INGEST_BATCH).take_while(fits).count().max(1)
}

fn events(config: &Config, args: &EventsArgs, screen: &mut Screen) -> Result<u8, Failure> {
    if let Some(id) = &args.event {
        let (event, _) = one(reader(config)?.find_event(id)?, "event", id)?;
        print::events(screen, &Listed { events: vec![event], total: 1, ..Listed::default() })?;
        return Ok(0);
    }
    if let Some(at) = args.as_of {
        let (events, total) = reader(config)?.known_at(at, args.min_sources, args.page.limit(screen.json), args.page.offset)?;
        print::known_events(screen, &events, total, at)?;
        return Ok(0);
    }
    let reader = reader(config)?;
    let source = args.source.as_ref().map(|name| {
        let nobody = || Failure::not_found(format!("no source goes by the name {name}")).hint("`wirefold sources` lists them");
        reader.names_of_source(name, &config.sources)?.ok_or_else(nobody)
    });
    let mut filter = EventFilter {
        min_sources: args.min_sources,
        source: source.transpose()?,
        lang: args.lang.clone(),
        since: args.since,
        until: args.until,
        limit: args.page.limit(screen.json),
        offset: args.page.offset,
        order: args.order(),
        ..EventFilter::default()
    };
    if let Some(agency) = &args.agency {
        filter = filter.crediting(agency, &config.sources);
    }
    if let Some(code) = &args.country {
        filter = filter.from_country(code, &config.sources).map_err(|expected| Failure::usage(format!("--country {code}: {expected}")))?;
    }
    print::events(screen, &reader.events(&filter)?)?;
    Ok(0)
}

fn search_for(config: &Config, line: &str, from: Option<u32>, page: Page, screen: &mut Screen) -> Result<u8, Failure> {
    let query = Query::read(line).map_err(|e| {
        Failure::usage(format!("cannot search for this: {e}"))
            .hint("for example: wirefold search 'title:ferry \"moored barge\" after:2026-03-01'")
    })?;
    let query = query.knowing(&config.sources);
    let reader = reader(config)?;
    let until = Instant::now() + CATCH_UP;
    // What is not in the index yet is taken into it now if that is soon done; that it cannot be written is told as a lag.
    if let Err(error) = search::catch_up(&config.store, || Instant::now() < until) {
        tracing::warn!(%error, "the index of search cannot be brought up to date");
    }
    view::search::results(screen, &search::search(&reader, &query, from, page.limit(screen.json))?)?;
    Ok(0)
}

fn sources(config: &Config, unknown: bool, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    let mut lines = reader.sources()?;
    if !unknown {
        print::sources(screen, &lines)?;
        return Ok(0);
    }
    lines.retain(|l| l.source != "unknown" && config.sources.named(&l.source, None, None).is_none());
    if lines.is_empty() && !screen.json {
        screen.line("every source is known")?;
    }
    for line in lines {
        let (hosts, language) = reader.source_facts(&line.source)?;
        if screen.json {
            screen.json(&serde_json::json!({ "source": line.source, "articles": line.articles, "hosts": hosts, "language": language }))?;
        } else {
            view::beside::entry(screen, &line.source, line.articles, &hosts, language.as_deref())?;
        }
    }
    Ok(0)
}

/// The one thing that an id leads to.
fn one<T>(found: Found<T>, what: &str, id: &str) -> Result<T, Failure> {
    match found {
        Found::One(thing) => Ok(thing),
        Found::Several(n) => Err(Failure::not_found(format!("{n} {what}s begin with {id}")).hint("give more of the id")),
        Found::None => Err(Failure::not_found(format!("no {what} {id}"))
            .hint(format!("`wirefold {}` lists what there is", if what == "event" { "events" } else { "export articles" }))),
    }
}

fn show(config: &Config, id: &str, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    let (summary, members) = one(reader.find_event(id)?, "event", id)?;
    let family = Family::new(reader.kin(&summary.event)?);
    let shares = provenance::event::Shares::of(&family, &summary.event);
    view::event::event(screen, &view::event::EventDetail::read(&reader, summary, members, shares)?)?;
    Ok(0)
}

fn article(config: &Config, id: &str, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    let detail = one(reader.find_article(id)?, "article", id)?;
    let family = Family::new(reader.kin(&detail.line.event)?);
    let rank = family.rank(&detail.line.article).ok_or_else(|| Failure::unusable(format!("article {id} is in no event")))?;
    let kin = reader.versions(detail.pos)?;
    let versions = provenance::versions::versions(kin.iter().collect());
    view::article::article(screen, &detail, &Provenance::of(&family, rank), &versions)?;
    Ok(0)
}

fn explain_article(reader: &Reader, id: &str, screen: &mut Screen) -> Result<(), Failure> {
    let detail = one(reader.find_article(id)?, "article", id)?;
    explain::placement(screen, &detail, &mut |pos| reader.article(pos).ok().map(|a| a.line))?;
    let edits = reader.edits_about(detail.pos)?;
    if !screen.json && !edits.is_empty() {
        screen.line("edited by hand")?;
        edits.iter().try_for_each(|edit| view::edits::edit(screen, edit))?;
    }
    Ok(())
}

fn explain_one(config: &Config, a: &str, b: Option<&str>, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    match b {
        None => explain_article(&reader, a, screen)?,
        Some(b) => {
            let find = |id: &str| one(reader.find_article(id)?, "article", id);
            let mut told =
                |pair: &explain::StoredPair<'_>| explain::pair(screen, pair, &mut |pos| reader.article(pos).ok().map(|a| a.line));
            explain::measured(&reader, &config.detect, (&find(a)?, &find(b)?), |pair| Ok::<_, Failure>(told(pair)?))?;
        }
    }
    Ok(0)
}

fn compare_two(config: &Config, args: &CompareArgs, screen: &mut Screen) -> Result<u8, Failure> {
    if let Some(file) = &args.pairs {
        return compare_pairs(config, file, screen);
    }
    let (Some(a), Some(b)) = (&args.a, &args.b) else { return Err(Failure::usage("compare needs two articles, or --pairs FILE")) };
    if Path::new(a).exists() && Path::new(b).exists() {
        let (first, second) = (compare::article_of(Path::new(a), &config.sources)?, compare::article_of(Path::new(b), &config.sources)?);
        let mut compared = compare::articles(&first, &second, &config.detect);
        compared.evidence.spell(&second.title, &second.text, &second.lang);
        explain::files(screen, &first, &second, &compared)?;
        return Ok(0);
    }
    explain_one(config, a, Some(b), screen)
}

fn compare_pairs(config: &Config, file: &Path, screen: &mut Screen) -> Result<u8, Failure> {
    let text = std::fs::read_to_string(file).map_err(|e| Failure::usage(format!("cannot read {}: {e}", Safe::path(file))))?;
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let compared: Vec<_> = lines.par_iter().map(|line| compare::pair(line, &config.detect, &config.sources)).collect();
    let mut bad = 0;
    for (n, pair) in compared.iter().enumerate() {
        match pair {
            Ok(line) => screen.json(line)?,
            Err(reason) => {
                bad += 1;
                complain(format_args!("wirefold: {} line {}: {}", Safe::path(file), n + 1, Safe::line(reason)));
                screen.json(&serde_json::json!({ "label": null, "error": reason }))?;
            }
        }
    }
    Ok(u8::from(bad > 0))
}

fn history(config: &Config, id: &str, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    view::history::history(screen, &one(reader.history(id)?, "event", id)?)?;
    Ok(0)
}

/// Makes an edit, beside a daemon too: that one follows before it places the next batch.
fn edit(config: &Config, command: Edit, by: &By, screen: &mut Screen) -> Result<u8, Failure> {
    let asked = Asked { command, who: cli::editor(by.who.as_deref()), why: by.why.clone(), at: Timestamp::now() };
    view::edits::edit(screen, &store::edit::edit(&config.store, &asked)?)?;
    Ok(0)
}

fn edits(config: &Config, event: Option<&str>, page: Page, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    let event = event.map(|id| one(reader.find_event(id)?, "event", id)).transpose()?.map(|(summary, _)| summary.event);
    let (lines, total) = reader.edits(event.as_deref(), page.limit(screen.json), page.offset)?;
    view::edits::edits(screen, &lines, total)?;
    Ok(0)
}

fn rejoin_late(config: &Config, quiet: bool, screen: &mut Screen) -> Result<u8, Failure> {
    let bar = bar(quiet, 0, "articles");
    let rejoined = late::rejoin(config, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    view::edits::rejoined(screen, &rejoined)?;
    Ok(0)
}

fn evaluate_edits(config: &Config, quiet: bool, screen: &mut Screen) -> Result<u8, Failure> {
    let reader = reader(config)?;
    let bar = bar(quiet, 0, "articles");
    let told = decisions::evaluate(&reader, &config.detect, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    view::decisions::decisions(screen, &told)?;
    Ok(0)
}

fn back_up(config: &Config, file: &Path, screen: &mut Screen) -> Result<u8, Failure> {
    let copied = backup::back_up(&config.store, file)?;
    screen.line(format!("{} in {}, checked", view::counted(copied.articles, "article"), Safe::path(file)))?;
    Ok(0)
}

fn restore(config: &Config, file: &Path, screen: &mut Screen) -> Result<u8, Failure> {
    let restored = daemon::restore(config, file)?;
    Filler::start(&config.store).finish();
    screen.line(format!("{} restored from {}", view::counted(restored.articles, "article"), Safe::path(file)))?;
    if let Some(aside) = &restored.aside {
        screen.line(format!("the store that was there is {}", Safe::path(aside)))?;
    }
    if restored.returned > 0 {
        screen
            .line(format!("{} back in the inbox; `wirefold run` takes them", view::counted(restored.returned as u32, "newer original")))?;
    }
    Ok(0)
}

fn rebuild_store(config: &Config, from_archive: bool, quiet: bool, screen: &mut Screen) -> Result<u8, Failure> {
    let bar = bar(quiet, 0, if from_archive { "files" } else { "articles" });
    let rebuilt = rebuild::rebuild(config, from_archive, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    Filler::start(&config.store).finish();
    let done = rebuilt.succession;
    if screen.json {
        screen.json(&done)?;
        return Ok(0);
    }
    let (articles, events) = (view::counted(done.articles, "article"), view::counted(done.events, "event"));
    screen.line(format!(
        "{articles} in {events}; {} in another event than before, {} no more",
        done.moved,
        view::counted(done.gone, "event")
    ))?;
    if done.unread > 0 {
        let unread = view::counted(done.unread, "article");
        screen.line(format!("{unread} of the old store are not there: this version does not read them; see `wirefold rejects`"))?;
    }
    if let Some(why) = &rebuilt.unusable {
        screen.line(format!("nothing was taken over from the old store, so that its event ids may lead nowhere: {}", Safe::line(why)))?;
    }
    if let Some(kept) = &rebuilt.kept {
        screen.line(format!("the old store is kept as {}; delete it when all is well", Safe::path(kept)))?;
    }
    Ok(0)
}

fn files(config: &Config, outcome: Option<&str>, page: Page, screen: &mut Screen) -> Result<u8, Failure> {
    if let Some(unknown) = outcome.filter(|o| o.parse::<wirefold::article::Outcome>().is_err()) {
        return Err(Failure::usage(format!("unknown outcome {unknown}")).hint("stored, partial, rejected, resent or waiting"));
    }
    let which = outcome.map_or(Files::All, Files::Outcome);
    let Ledger { files: lines, total, .. } =
        view::ledger::files(&reader(config)?, config, which, None, page.limit(screen.json), page.offset)?;
    let none =
        outcome.map_or("no files yet: drop some into the inbox or run `wirefold ingest PATH`".to_owned(), |o| format!("no file is {o}"));
    print::files(screen, &lines, total, &none)?;
    Ok(0)
}

fn rejects(config: &Config, page: Page, screen: &mut Screen) -> Result<u8, Failure> {
    let (lines, total) = reader(config)?.files(Files::WithRejects, page.limit(screen.json), page.offset)?;
    print::files(screen, &lines, total, "nothing was rejected, or it was taken again since")?;
    Ok(0)
}

fn status(config: &Config, screen: &mut Screen) -> Result<u8, Failure> {
    // On a full disk the store may not even be readable; the daemon that waits for room says so.
    let reader = reader(config).map_err(|failure| match Lock::is_held(&config.store) {
        true => failure.and(&view::ledger::health(config, None).said),
        false => failure,
    })?;
    let health = view::ledger::health(config, Some(&reader));
    let waiting = daemon::waiting(config, &reader, 0, |_| true)?.total;
    print::status(screen, &reader.totals()?, waiting, &health, &reader.search_progress()?, &reader.hooks()?)?;
    Ok(0)
}

/// The targets of webhooks; posts to one, or sends one everything again.
fn tell(config: &Config, test: Option<&str>, retry: Option<&str>, screen: &mut Screen) -> Result<u8, Failure> {
    let unknown = |name: &str| Failure::not_found(format!("no webhook is called {name}"));
    if let Some(name) = test {
        let target = config.webhooks.iter().find(|target| target.name == name);
        let target = target.ok_or_else(|| unknown(name).hint("the configuration names them: [[webhook]]"))?;
        let begun = Instant::now();
        return match hooks::ping(target, Timestamp::now())? {
            Answer::Taken => {
                screen.line(format!("{name} took it, after {} ms", begun.elapsed().as_millis()))?;
                Ok(0)
            }
            Answer::Gone => Err(Failure::unusable(format!("{name}: answered 410, that it wants no more"))),
            Answer::Refused(why, _) => Err(Failure::unusable(format!("{name}: {why}"))),
        };
    }
    if let Some(name) = retry {
        let again = Outbox::open(&config.store)?.again(name, Timestamp::now())?;
        let again = again.ok_or_else(|| unknown(name).hint("`wirefold hooks` lists those that `wirefold run` tells"))?;
        screen.line(view::hooks::again(name, &again))?;
        return Ok(0);
    }
    view::hooks::hooks(screen, &reader(config)?.hooks()?)?;
    Ok(0)
}

fn export(config: &Config, what: What, format: Format, screen: &mut Screen) -> Result<u8, Failure> {
    view::export::export(screen, &reader(config)?, what, format)?;
    Ok(0)
}

fn train(config: &Config, labels: &[PathBuf], out: Option<&Path>, screen: &mut Screen) -> Result<u8, Failure> {
    let windows = labels.par_iter().map(|file| Window::read(file)).collect::<Result<Vec<_>, _>>().map_err(Failure::usage)?;
    let learned: Vec<_> = windows.par_iter().map(|w| w.learn(&config.detect)).collect();
    for (i, window) in windows.iter().enumerate().filter(|_| windows.len() > 1) {
        let model = evaluate::fitted(&learned, Some(i), "");
        let figures = window.figures(&window.place(&Settings { model, ..config.detect.clone() }));
        screen.line(format!("{:<20} {:>5} articles, weights of the others   {figures}", window.name, window.rows.len()))?;
    }
    let names: Vec<&str> = windows.iter().map(|w| w.name.as_str()).collect();
    let model = evaluate::fitted(&learned, None, &names.join(", "));
    let json = serde_json::to_string_pretty(&*model).map_err(|e| Failure::unusable(e.to_string()))?;
    match out {
        None => screen.line(json)?,
        Some(file) => {
            std::fs::write(file, json + "\n").map_err(|e| Failure::io("cannot write the weights to", file, &e))?;
            screen.line(format!("weights written to {}; set detect.weights to use them", file.display()))?;
        }
    }
    Ok(0)
}

fn check(config: &Config, inbox: bool, store: bool, screen: &mut Screen) -> Result<u8, Failure> {
    screen.line(config.to_toml().trim_end())?;
    if !config.webhooks.is_empty() {
        screen.line(target::to_toml(&config.webhooks).trim_end())?;
    }
    for target in &config.webhooks {
        target.secret.keys().map_err(|why| Failure::usage(format!("webhook {}: {why}", target.name)))?;
    }
    if inbox {
        daemon::try_folders(config)?;
        for folder in [&config.inbox, &config.work, &config.archive, &config.quarantine] {
            screen.line(format!("# {}: files can be written, renamed and synced", Safe::path(folder)))?;
        }
    }
    if store {
        let articles = view::counted(backup::examine(&config.store)?.articles, "article");
        screen.line(format!("# {}: {articles}, all that is in it is as it was written", Safe::path(&config.store)))?;
    }
    Ok(0)
}

/// Shows how a file would be read if it were ingested now.
fn check_file(config: &Config, path: &Path, screen: &mut Screen) -> Result<u8, Failure> {
    let below = path.strip_prefix(&config.inbox).ok().filter(|below| below.components().count() > 1);
    let folder = below.and_then(|below| below.iter().next()).map(|folder| folder.to_string_lossy().into_owned());
    let file = inbox::read(inbox::Found { path: path.to_owned(), folder }, config.limits.file_bytes);
    let (bytes, _) = file.content.as_ref().map_err(|reason| {
        let failure = Failure::not_found(format!("{}: {reason}", Safe::path(path)));
        failure.hint(if path.is_dir() {
            "`wirefold check --explain` takes one file, not a folder"
        } else {
            "look at its name and who may read it"
        })
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hints = FileHints {
        name: &name,
        folder: file.found.folder.as_deref(),
        sidecar: file.sidecar.as_deref(),
        sources: &config.sources,
        received: Timestamp::now(),
    };
    let parsed = parse(bytes, &hints, &config.limits);
    view::reading::file(screen, &parsed)?;
    Ok(u8::from(!parsed.rejects.is_empty()))
}
