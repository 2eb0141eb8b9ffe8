//! How queue ids are made of time and inode, and taken apart again.

use mail::Timestamp;

/// `enable_long_queue_ids = no`: microseconds and inode in hex. Unique while the file exists.
pub fn short_id(now: Timestamp, inode: u64) -> String {
    format!("{:05X}{inode:X}", now.micros)
}

/// `enable_long_queue_ids = yes`: seconds and microseconds in base 52, `z`, inode in base 51. Never reused.
pub fn long_id(now: Timestamp, inode: u64) -> String {
    let seconds = digits(now.seconds.max(0) as u64, 52, SECONDS_DIGITS);
    format!("{seconds}{}z{}", digits(u64::from(now.micros), 52, MICROS_DIGITS), digits(inode, 51, 1))
}

/// The inode that an id speaks of; None when it is neither a short nor a long id.
pub fn inode_of(id: &str) -> Option<u64> {
    match long_parts(id) {
        Some((_, inode)) => value(inode, 51),
        None => u64::from_str_radix(id.get(5..)?, 16).ok(),
    }
}

/// What the hashed subdirectories of an id are made of: the microseconds as five hex digits.
pub fn hash_key(id: &str) -> String {
    match long_parts(id).and_then(|(micros, _)| value(micros, 52)) {
        Some(micros) => format!("{micros:05X}"),
        None => id.to_owned(),
    }
}

/// The form with a `z` in it.
pub fn is_long_id(id: &str) -> bool {
    long_parts(id).is_some_and(|(micros, inode)| value(micros, 52).is_some() && value(inode, 51).is_some())
}

/// The same time with another inode. A long id stays long only when `long` ids are in use.
pub fn rename_inode(id: &str, inode: u64, long: bool) -> String {
    match id.rfind('z').filter(|_| is_long_id(id)) {
        Some(z) if long => format!("{}z{}", &id[..z], digits(inode, 51, 1)),
        Some(_) => format!("{}{inode:X}", hash_key(id)),
        None => format!("{}{inode:X}", id.get(..5).unwrap_or(id)),
    }
}

/// The microseconds and the inode of a long id.
fn long_parts(id: &str) -> Option<(&str, &str)> {
    let z = id.rfind('z').filter(|z| *z >= SECONDS_DIGITS + MICROS_DIGITS)?;
    Some((id.get(z - MICROS_DIGITS..z)?, id.get(z + 1..)?))
}

fn digits(mut number: u64, base: u64, width: usize) -> String {
    let mut out = Vec::new();
    while number > 0 || out.len() < width {
        out.push(char::from(ALPHABET[(number % base) as usize]));
        number /= base;
    }
    out.into_iter().rev().collect()
}

fn value(text: &str, base: u64) -> Option<u64> {
    let digit = |byte| ALPHABET.iter().position(|a| *a == byte).map(|d| d as u64).filter(|d| *d < base);
    text.bytes().try_fold(0_u64, |sum, byte| sum.checked_mul(base)?.checked_add(digit(byte)?))
}

/// Digits and consonants: no id spells a word.
const ALPHABET: &[u8; 52] = b"0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
const SECONDS_DIGITS: usize = 6;
const MICROS_DIGITS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_hold_the_inode_and_hash_by_microseconds() {
        let now = Timestamp { seconds: 1_795_334_447, micros: 904_640 };
        for inode in [1, 51, 0x98_c0f9, u64::from(u32::MAX) * 51] {
            for id in [short_id(now, inode), long_id(now, inode)] {
                assert_eq!(inode_of(&id), Some(inode), "{id}");
                assert_eq!(&hash_key(&id)[..5], "DCDC0", "{id}");
                assert!(mail::QueueId::parse(&id).is_some());
            }
        }
    }

    #[test]
    fn an_id_can_get_another_inode() {
        let now = Timestamp { seconds: 1_795_334_447, micros: 904_640 };
        assert_eq!(rename_inode("DCDC05", 0xABC, true), "DCDC0ABC");
        assert_eq!(rename_inode(&long_id(now, 5), 77, true), long_id(now, 77));
        assert_eq!(rename_inode(&long_id(now, 5), 0xABC, false), "DCDC0ABC");
    }

    #[test]
    fn postfix_agrees_about_the_digits() {
        // Made by Postfix 3.7.11 at this second, for this inode.
        let id = "4jYk7Z37Sxz1SRpk";
        assert_eq!((inode_of(id), hash_key(id)), (Some(10_010_828), "6BEC1".to_owned()));
        assert_eq!(long_id(Timestamp { seconds: 1_795_526_698, micros: 0x6BEC1 }, 10_010_828), id);
    }

    #[test]
    fn other_names_have_no_inode() {
        for bad in ["", "ABC", "bogus", "0000001234z!", "ABCDEFGH"] {
            assert_eq!(inode_of(bad), None, "{bad}");
        }
    }
}
