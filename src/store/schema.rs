//! Migrations, in order; a store that a newer program wrote is refused.

use std::path::Path;
use std::sync::LazyLock;

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, HookResult, M, Migrations};

use super::{Result, StoreError, busy_or, takes};

/// One line each; a store that was written stays readable, so lines are only added.
const SCHEMAS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema2.sql"),
    include_str!("schema3.sql"),
    include_str!("schema4.sql"),
    include_str!("schema5.sql"),
    include_str!("schema_edits.sql"),
    include_str!("schema_notes.sql"),
    include_str!("schema_hooks.sql"),
    include_str!("schema_lists.sql"),
    include_str!("schema_amended.sql"),
    include_str!("schema_early.sql"),
    ITEMS,
    include_str!("schema_sums.sql"),
];

/// Its table is filled from what articles say, which SQL cannot read.
const ITEMS: &str = include_str!("schema_items.sql");

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    let migration = |sql: &&'static str| if *sql == ITEMS { M::up_with_hook(sql, name_items) } else { M::up(sql) };
    Migrations::new(SCHEMAS.iter().map(migration).collect())
});

fn name_items(transaction: &Transaction<'_>) -> HookResult {
    takes::write_all(transaction).map_err(|e| match e {
        StoreError::Sqlite(e) => HookError::RusqliteError(e),
        other => HookError::Hook(other.to_string()),
    })
}

/// The schema version of this program.
const KNOWN: i64 = SCHEMAS.len() as i64;

/// Brings a store up to date, in one transaction.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    MIGRATIONS.to_latest(connection).map_err(|e| match e {
        rusqlite_migration::Error::RusqliteError { err, .. } => busy_or(path, err, StoreError::Sqlite),
        other => StoreError::Open { path: path.to_owned(), cause: other.to_string() },
    })
}

/// For readers: the version must be exactly the known one.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<()> {
    let found = refuse_newer(connection, path)?;
    if found < KNOWN {
        let cause = if found == 0 { "it is no wirefold store" } else { "it is older; a writing command migrates it" };
        return Err(StoreError::Open { path: path.to_owned(), cause: cause.to_owned() });
    }
    Ok(())
}

/// The version of a store, unless a newer program wrote it.
pub(super) fn refuse_newer(connection: &Connection, path: &Path) -> Result<i64> {
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0));
    let found: i64 = version.map_err(|e| busy_or(path, e, |e| StoreError::Open { path: path.to_owned(), cause: e.to_string() }))?;
    if found > KNOWN {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: KNOWN });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_valid_and_counted() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::store::sums::teach(&connection).unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let version: i64 = connection.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
        assert_eq!(version, KNOWN);
    }
}
