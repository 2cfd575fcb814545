//! Tables as Apache Parquet, a row group at a time: <https://parquet.apache.org/docs/file-format/>.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::table::{Cell, Kind, columns, each_row};
use crate::cli::What;
use crate::failure::Failure;
use crate::store::Reader;

/// Rows of a row group: all of it is in memory at a time.
const GROUP: usize = 20_000;

/// Writes a kind of thing to standard output.
pub(super) fn parquet(reader: &Reader, what: What) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::usage("Parquet is not for terminals")
            .hint("send it to a file: wirefold export articles --format parquet > articles.parquet"));
    }
    let columns = columns(what);
    let fields: String = columns.iter().map(|(name, kind)| format!("OPTIONAL {};\n", field(name, *kind))).collect();
    let schema = parse_message_type(&format!("message wirefold {{\n{fields}}}")).map_err(failed)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(io::BufWriter::new(io::stdout()), Arc::new(schema), Arc::new(properties)).map_err(failed)?;
    let mut group: Vec<Vec<Cell>> = Vec::with_capacity(GROUP);
    each_row(reader, what, |row| {
        group.push(row);
        if group.len() == GROUP { write_group(&mut writer, &std::mem::take(&mut group)).map_err(failed) } else { Ok(()) }
    })?;
    if !group.is_empty() {
        write_group(&mut writer, &group).map_err(failed)?;
    }
    writer.close().map(drop).map_err(failed)
}

fn failed(error: ParquetError) -> Failure {
    match error {
        // Whoever closed the pipe has had enough, as everywhere.
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => (*cause).into(),
            Err(cause) => Failure::unusable(format!("cannot write Parquet: {cause}")),
        },
        other => Failure::unusable(format!("cannot write Parquet: {other}")),
    }
}

fn field(name: &str, kind: Kind) -> String {
    match kind {
        Kind::Text => format!("BYTE_ARRAY {name} (UTF8)"),
        Kind::Whole => format!("INT64 {name}"),
        Kind::Number => format!("DOUBLE {name}"),
        Kind::Time => format!("INT64 {name} (TIMESTAMP(MICROS,true))"),
    }
}

fn write_group<W: io::Write + Send>(writer: &mut SerializedFileWriter<W>, rows: &[Vec<Cell>]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    let mut at = 0;
    while let Some(mut column) = group.next_column()? {
        write_column(&mut column, rows.iter().map(|row| &row[at]))?;
        column.close()?;
        at += 1;
    }
    group.close().map(drop)
}

/// Writes the cells of one column: which are there, and the values of those that are.
fn write_column<'r>(column: &mut SerializedColumnWriter<'_>, cells: impl Iterator<Item = &'r Cell>) -> Result<(), ParquetError> {
    let (mut there, mut texts, mut wholes, mut numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for cell in cells {
        let before = texts.len() + wholes.len() + numbers.len();
        match cell {
            Cell::Text(text) => texts.extend(text.as_ref().map(|t| ByteArray::from(t.as_bytes().to_vec()))),
            Cell::Whole(n) => wholes.push(*n),
            Cell::Time(at) => wholes.extend(at.map(|at| at.as_microsecond())),
            Cell::Number(n) => numbers.extend(*n),
        }
        there.push(i16::from(texts.len() + wholes.len() + numbers.len() > before));
    }
    // A column of which every cell is empty may be of any type; its writer says of which.
    match column.untyped() {
        parquet::column::writer::ColumnWriter::ByteArrayColumnWriter(_) => {
            column.typed::<ByteArrayType>().write_batch(&texts, Some(&there), None).map(drop)
        }
        parquet::column::writer::ColumnWriter::DoubleColumnWriter(_) => {
            column.typed::<DoubleType>().write_batch(&numbers, Some(&there), None).map(drop)
        }
        _ => column.typed::<Int64Type>().write_batch(&wholes, Some(&there), None).map(drop),
    }
}
