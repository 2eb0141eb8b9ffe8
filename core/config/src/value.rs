//! Typed values from text: booleans, integers, times, lists. Ranges are checked here too.

use std::time::Duration;

use crate::lines::is_space;
use crate::{Fault, Range};

/// `yes` or `no`, in any case.
pub fn parse_bool(name: &str, text: &str) -> Result<bool, Fault> {
    if text.eq_ignore_ascii_case("yes") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("no") {
        Ok(false)
    } else {
        Err(Fault::new(format!("bad boolean configuration: {name} = {text}")))
    }
}

/// A decimal number in its range.
pub(crate) fn parse_int(name: &str, text: &str, range: Range) -> Result<i64, Fault> {
    let bad = || Fault::new(format!("bad numerical configuration: {name} = {text}"));
    let value = text.trim_start_matches(is_space).parse().map_err(|_| bad())?;
    in_range(name, value, range)
}

/// A number with a unit of s, m, h, d or w; without one the unit is `unit`.
pub fn parse_time(name: &str, text: &str, unit: char) -> Result<Duration, Fault> {
    let bad = || Fault::new(format!("parameter {name}: bad time value or unit: {text}"));
    let (digits, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => (&text[..at], single(&text[at..]).ok_or_else(bad)?),
        None => (text, unit),
    };
    let number: u64 = digits.parse().map_err(|_| bad())?;
    let seconds = number.checked_mul(seconds_of(unit).ok_or_else(bad)?).ok_or_else(bad)?;
    // Postfix keeps times in an int.
    if seconds > i32::MAX as u64 { Err(bad()) } else { Ok(Duration::from_secs(seconds)) }
}

/// A time in its range, which counts seconds.
pub(crate) fn parse_time_in(name: &str, text: &str, unit: char, range: Range) -> Result<Duration, Fault> {
    let time = parse_time(name, text, unit)?;
    in_range(name, time.as_secs() as i64, range).map(|_| time)
}

/// A string that may have to be non-empty.
pub(crate) fn parse_text(name: &str, text: String, range: Range) -> Result<String, Fault> {
    if range == Range::NonEmpty && text.is_empty() {
        return Err(Fault::new(format!("bad string length 0 < 1: {name} = {text}")));
    }
    Ok(text)
}

/// The unit that a parameter's plain numbers have: that of its default.
pub(crate) fn default_unit(default: &str) -> char {
    default.chars().last().filter(|c| seconds_of(*c).is_some()).unwrap_or('s')
}

/// The elements of a list: separated by commas and white space, `{...}` keeping its content together.
/// Braces stay; see [`split_at_braces`] to look inside.
pub fn split_list(text: &str) -> Vec<String> {
    split_protected(text, |c| c == ',' || is_space(c))
}

/// What stands between outer braces, trimmed; the text itself when it has none.
pub fn split_at_braces(text: &str) -> Result<&str, Fault> {
    let Some(inner) = text.strip_prefix('{') else { return Ok(text) };
    match matching_brace(text) {
        Some(end) if end == text.len() - 1 => Ok(inner[..end - 1].trim_matches(is_space)),
        Some(end) => Err(Fault::new(format!("syntax error after '}}' in \"{}\"", &text[..=end]))),
        None => Err(Fault::new(format!("missing '}}' in \"{text}\""))),
    }
}

/// Where the brace that opens `text` is closed.
pub(crate) fn matching_brace(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Words of a text, `{...}` keeping its content together wherever it begins.
pub(crate) fn split_protected(text: &str, separates: impl Fn(char) -> bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && separates(c) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn in_range(name: &str, value: i64, range: Range) -> Result<i64, Fault> {
    let (low, high) = match range {
        Range::From(low) => (low, i64::MAX),
        Range::Between(low, high) => (low, high),
        Range::Any | Range::MayBeEmpty | Range::NonEmpty => (i64::MIN, i64::MAX),
    };
    if value < low {
        return Err(Fault::new(format!("invalid {name} parameter value {value} < {low}")));
    }
    if value > high {
        return Err(Fault::new(format!("invalid {name} parameter value {value} > {high}")));
    }
    Ok(value)
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?.to_ascii_lowercase();
    chars.next().is_none().then_some(first)
}

fn seconds_of(unit: char) -> Option<u64> {
    match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(60 * 60),
        'd' => Some(24 * 60 * 60),
        'w' => Some(7 * 24 * 60 * 60),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_unit_has_that_of_its_default() {
        let time = |text: &str| parse_time("x", text, default_unit("5d"));
        assert_eq!(time("1"), Ok(Duration::from_secs(86_400)));
        assert_eq!(time("2h"), Ok(Duration::from_secs(7_200)));
        for bad in ["", "h", "1x", "1h30m", "-1s", "99999999w"] {
            assert!(time(bad).is_err(), "{bad}");
        }
        assert_eq!(default_unit("${stress?{10}:{300}}s"), 's');
    }

    #[test]
    fn numbers_outside_their_range_are_named() {
        let fault = parse_int("smtpd_recipient_limit", "0", Range::From(1)).unwrap_err();
        assert_eq!(fault.to_string(), "invalid smtpd_recipient_limit parameter value 0 < 1");
        assert!(parse_int("x", "12a", Range::Any).is_err());
        assert_eq!(
            parse_int("x", "11", Range::Between(0, 10)).unwrap_err().text(),
            "invalid x parameter value 11 > 10"
        );
    }

    #[test]
    fn lists_split_on_commas_and_white_space_but_not_inside_braces() {
        let text = "a, b\tc,,{ check_x { y = z, w } , q } inline:{k=v, l=w}";
        assert_eq!(split_list(text), ["a", "b", "c", "{ check_x { y = z, w } , q }", "inline:{k=v, l=w}"]);
        assert_eq!(split_list(" ,, "), [""; 0]);
    }

    #[test]
    fn outer_braces_come_off() {
        assert_eq!(split_at_braces("{ a b }").unwrap(), "a b");
        assert_eq!(split_at_braces("{}").unwrap(), "");
        assert_eq!(split_at_braces("a").unwrap(), "a");
        assert!(split_at_braces("{a").is_err());
        assert!(split_at_braces("{a}b").is_err());
    }
}
