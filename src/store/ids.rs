//! Ids as they are typed: any unique beginning is enough.

/// What an id or its beginning led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// One thing.
    One(T),
    /// Several things begin so: how many.
    Several(usize),
    /// Nothing.
    None,
}

/// The lowest and highest id of `len` bytes that is shown with this beginning; `None` if it is not base 32.
pub(super) fn id_range(prefix: &str, len: usize) -> Option<(Vec<u8>, Vec<u8>)> {
    let bits = prefix.chars().map(|c| {
        let c = match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        };
        "0123456789abcdefghjkmnpqrstvwxyz".find(c).map(|v| v as u8)
    });
    let values: Vec<u8> = bits.collect::<Option<_>>()?;
    if values.is_empty() || values.len() > (len * 8).div_ceil(5) {
        return None;
    }
    let fill = |pad: u8| {
        let mut bytes = vec![pad; len];
        for (i, v) in values.iter().enumerate() {
            for b in 0..5 {
                let at = i * 5 + b;
                if at < len * 8 {
                    let mask = 0x80 >> (at % 8);
                    if v & (0x10 >> b) != 0 { bytes[at / 8] |= mask } else { bytes[at / 8] &= !mask }
                }
            }
        }
        bytes
    };
    Some((fill(0), fill(0xff)))
}

/// The bytes of an event's full id.
pub(super) fn id_bytes(event: &str) -> Option<Vec<u8>> {
    id_range(event, 10).filter(|(low, high)| low == high).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::EventId;

    #[test]
    fn a_beginning_of_an_id_is_a_range() {
        let id = EventId([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34]);
        for n in 1..=16 {
            let (low, high) = id_range(&id.to_string()[..n], 10).unwrap();
            assert!(low[..] <= id.0[..] && id.0[..] <= high[..], "{n}");
        }
        assert_eq!(id_range(&id.to_string(), 10).unwrap().0, id.0);
        assert_eq!(id_range("", 10), None);
        assert_eq!(id_range("has space", 10), None);
    }
}
