//! The sender of address probes. It may change with time (`address_verify_sender_ttl`), so that nobody gathers it.

use crate::Address;

/// `address_verify_sender`, as probes use it and as smtpd knows it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbeSender {
    /// The address without its changing part; null for the null sender.
    pub base: Address,
    /// How long each form of the address is in use, in seconds; 0: there is only one.
    pub ttl: i64,
}

impl ProbeSender {
    /// From the parameter's value, completed with `myorigin` when it has no domain.
    pub fn new(address: &str, myorigin: &str, ttl: i64) -> Self {
        let base = match address {
            "" | "<>" => Address::null(),
            address if address.contains('@') => Address::new(address),
            local => Address::new(format!("{local}@{myorigin}")),
        };
        Self { base, ttl }
    }

    /// The address in use now.
    pub fn at(&self, now: i64) -> Address {
        match self.ttl {
            0 => self.base.clone(),
            ttl => self.form(now / ttl),
        }
    }

    /// True for the address in use now; when it changes, also for the one before and the one after.
    pub fn is_in_use(&self, address: &Address, now: i64) -> bool {
        let Some(suffix) = self.suffix(address) else { return false };
        match self.ttl {
            0 => suffix.is_empty(),
            ttl => (-1..=1).any(|near| digits(now / ttl + near) == suffix),
        }
    }

    /// What an address has more than the base.
    fn suffix<'a>(&self, address: &'a Address) -> Option<&'a str> {
        let domain = self.base.domain()?;
        let (start, suffix) = address.local().split_at_checked(self.base.local().len())?;
        let same = start.eq_ignore_ascii_case(self.base.local())
            && address.domain().is_some_and(|other| other.eq_ignore_ascii_case(domain));
        same.then_some(suffix)
    }

    fn form(&self, slot: i64) -> Address {
        match self.base.domain() {
            Some(domain) => Address::new(format!("{}{}@{domain}", self.base.local(), digits(slot))),
            None => self.base.clone(),
        }
    }
}

/// A number without vowels, so that it spells no word.
fn digits(number: i64) -> String {
    let (mut rest, mut digits) = (number.unsigned_abs() as usize, Vec::new());
    loop {
        digits.push(DIGITS[rest % DIGITS.len()]);
        rest /= DIGITS.len();
        if rest == 0 {
            return digits.iter().rev().map(|digit| char::from(*digit)).collect();
        }
    }
}

const DIGITS: &[u8; 31] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_of_probes_changes_with_time_and_its_neighbours_are_known() {
        let sender = ProbeSender::new("probe", "example.com", 864_000);
        assert_eq!(sender.at(1_795_538_368).as_str(), "probe251@example.com");
        let known = |text: &str| sender.is_in_use(&Address::new(text), 1_795_538_368);
        assert!(
            known("probe250@example.com") && known("probe251@example.com") && known("PROBE252@Example.com")
        );
        assert!(!known("probe253@example.com") && !known("probe@example.com"));
    }

    #[test]
    fn without_a_lifetime_there_is_one_sender_and_it_may_be_null() {
        let sender = ProbeSender::new("double-bounce", "example.com", 0);
        assert_eq!(sender.at(1).as_str(), "double-bounce@example.com");
        assert!(sender.is_in_use(&Address::new("Double-Bounce@example.com"), 1));
        assert!(!sender.is_in_use(&Address::new("double-bounce1@example.com"), 1));
        assert!(!sender.is_in_use(&Address::new("double-bounce"), 1));
        assert!(ProbeSender::new("", "example.com", 9).at(1).is_null());
    }
}
