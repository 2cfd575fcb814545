//! Whether the log of a store that nobody has open is whole. SQLite takes a log that is damaged for one that ends there, and leaves out what was
//! committed behind it without a word.

use std::fs::{File, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::{Result, StoreError};

/// Bytes of the head of the log, and of that of each page in it.
const HEAD: usize = 32;
const FRAME: usize = 24;

/// How a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a transaction, or there is none.
    Whole,
    /// Within its last transaction: whoever wrote that was killed, or the machine went down, or the disk altered it.
    Within,
    /// Before several transactions that cannot be read: the disk altered it. (Or the machine went down behind commits that are not synced,
    /// of which only the notes of webhooks are any.)
    Before,
}

/// Looks how the log of the store at `path` ends.
///
/// # Errors
/// If it cannot be read.
pub fn end(path: &Path) -> Result<End> {
    let failed = |e: io::Error| StoreError::Open { path: path.to_owned(), cause: format!("cannot read its log: {e}") };
    let mut log = match File::open(format!("{}-wal", path.display())) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(End::Whole),
        opened => BufReader::with_capacity(1 << 20, opened.map_err(failed)?),
    };
    loop {
        let begun = head(&mut log).map_err(failed)?;
        let cut_off = look_through(&mut log, &begun).map_err(failed)?;
        // Somebody may be at work after all, and have begun it anew meanwhile.
        if head(&mut log).map_err(failed)? == begun {
            return Ok([End::Whole, End::Within].get(cut_off as usize).copied().unwrap_or(End::Before));
        }
    }
}

/// For whoever cannot take again what a log lost, and knows that nobody is at work.
///
/// # Errors
/// If it lost transactions, or cannot be read.
pub fn refuse_cut_off(path: &Path) -> Result<End> {
    let end = end(path)?;
    if end != End::Before {
        return Ok(end);
    }
    let cause = "what was stored last cannot be read from its log; `wirefold run` takes it again from the archive".to_owned();
    Err(StoreError::Damaged { path: path.to_owned(), cause })
}

/// As [`refuse_cut_off`], unless somebody is at work: then SQLite goes by what it knows of the log, not by what it reads there.
pub(super) fn refuse_cut_off_at_rest(path: &Path) -> Result<End> {
    let lock = File::open(format!("{}.lock", path.display()));
    let is_held = lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)));
    if is_held { Ok(End::Whole) } else { refuse_cut_off(path) }
}

/// The first bytes of the log, as many as there are.
fn head(log: &mut BufReader<File>) -> io::Result<Vec<u8>> {
    log.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD);
    log.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Transactions that SQLite would leave out: those that end behind the first page that is not what was written. A log that was used before
/// goes on behind its end with pages of that time, which have another salt.
fn look_through(log: &mut BufReader<File>, head: &[u8]) -> io::Result<u32> {
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    // A log that was made and not synced is empty, or has no bytes in it yet.
    if head.len() < HEAD || head.iter().all(|byte| *byte == 0) {
        return Ok(0);
    }
    let big = word(head, 0) & 1 == 1;
    let mut sum = summed((0, 0), &head[..24], big);
    let is_sound = word(head, 0) | 1 == 0x377f_0683 && sum == (word(head, 24), word(head, 28));
    let page = if is_sound { word(head, 8) as usize } else { 0 };
    if !(512..=65536).contains(&page) {
        return Ok(if log.get_ref().metadata()?.len() > HEAD as u64 { u32::MAX } else { 0 });
    }
    let mut frame = vec![0; FRAME + page];
    // Each page goes on from the sum of the one before, as it should be or as it stands there. Where neither holds, what follows is of
    // another time: pages of a transaction that was given up or cut off by a crash, over which later ones were written.
    let (mut stands, mut whole, mut begins_behind, mut cut_off) = (sum, true, false, 0u32);
    while read_whole(log, &mut frame)? {
        let next = |from| summed(summed(from, &frame[..8], big), &frame[FRAME..], big);
        let said = (word(&frame, 16), word(&frame, 20));
        let (should, goes_on) = (next(sum), next(sum) == said || next(stands) == said);
        let is_of_this = frame[8..16] == head[16..24];
        whole &= should == said && is_of_this;
        if !whole {
            if !goes_on && (begins_behind || !is_of_this) {
                break;
            }
            begins_behind = true;
            cut_off += u32::from(word(&frame, 4) != 0);
        }
        (sum, stands) = (should, said);
    }
    Ok(cut_off)
}

/// The sum of SQLite's log, going on from `sum`; `bytes` are a multiple of eight.
fn summed(sum: (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    let number = |b: &[u8]| if big { u32::from_be_bytes([b[0], b[1], b[2], b[3]]) } else { u32::from_le_bytes([b[0], b[1], b[2], b[3]]) };
    bytes.chunks_exact(8).fold(sum, |(a, b), pair| {
        let a = a.wrapping_add(number(&pair[..4])).wrapping_add(b);
        (a, b.wrapping_add(number(&pair[4..])).wrapping_add(a))
    })
}

/// Whether there was as much as is to be filled.
fn read_whole(log: &mut BufReader<File>, into: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(into) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a store ends whose log is what `change` makes of a log of four transactions.
    fn after(change: impl FnOnce(&mut Vec<u8>)) -> End {
        let folder = tempfile::tempdir().unwrap();
        let (store, other) = (folder.path().join("store.db"), folder.path().join("other.db"));
        let connection = rusqlite::Connection::open(&store).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t(n)").unwrap();
        (0..3).for_each(|n| assert_eq!(connection.execute("INSERT INTO t VALUES(?1)", [n]).unwrap(), 1));
        let mut log = std::fs::read(folder.path().join("store.db-wal")).unwrap();
        change(&mut log);
        std::fs::write(folder.path().join("other.db-wal"), log).unwrap();
        end(&other).unwrap()
    }

    #[test]
    fn it_is_told_how_a_log_ends() {
        let frame = FRAME + 4096;
        assert_eq!(end(Path::new("/nowhere/store.db")).unwrap(), End::Whole);
        assert_eq!(after(|_| {}), End::Whole);
        assert_eq!([0, 10, HEAD, HEAD + 100].map(|length| after(|log| log.truncate(length))), [End::Whole; 4], "nothing was committed");
        assert_eq!(after(|log| log.truncate(log.len() - 1)), End::Whole, "as SQLite takes what was not written whole");
        assert_eq!(after(|log| log.fill(0)), End::Whole, "made, and not synced");
        assert_eq!(after(|log| log.extend([7; 3 * 4120])), End::Whole, "what an earlier log left behind the end");
        let flipped = |at: fn(usize, usize) -> usize| {
            after(|log| {
                let at = at(log.len(), FRAME + 4096);
                log[at] ^= 4;
            })
        };
        assert_eq!([flipped(|all, _| all - 1), flipped(|all, frame| all - frame + 20)], [End::Within; 2]);
        let middle = [
            flipped(|all, frame| all - 2 * frame + 100),
            flipped(|all, frame| all - 2 * frame + 17),
            flipped(|all, frame| all - 3 * frame + 9),
        ];
        assert_eq!(middle, [End::Before; 3], "a page, a sum, a salt");
        assert_eq!([flipped(|_, _| 1), flipped(|_, _| 9), flipped(|_, _| 25)], [End::Before; 3], "the head");
        // Of a transaction that was cut off, a longer one of before shows behind it.
        let cut = after(|log| {
            let at = log.len() - 2 * frame;
            log[at + 200] ^= 1;
            let last = log.len() - frame;
            log[last + 16] ^= 1;
            log[last + 300] ^= 1;
        });
        assert_eq!(cut, End::Within);
    }
}
