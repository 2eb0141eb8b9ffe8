//! The order in which a destination's servers are tried. Pure: randomness comes in as a function.

use crate::settings::{Family, Routing};
use std::net::IpAddr;

/// One address of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The host's name.
    pub host: String,
    /// Its address.
    pub ip: IpAddr,
    /// MX preference: lower is better.
    pub preference: u16,
}

/// Sorts by preference, at random among equals; then, with a limit, sees to it that both families are among
/// those that will be tried.
pub fn order(
    mut all: Vec<Candidate>,
    routing: &Routing,
    limit: usize,
    random: &mut dyn FnMut() -> u64,
) -> Vec<Candidate> {
    if routing.randomize {
        shuffle(&mut all, random);
    }
    let second = |candidate: &Candidate| match routing.prefer {
        Some(Family::Ipv4) => !candidate.ip.is_ipv4(),
        Some(Family::Ipv6) => candidate.ip.is_ipv4(),
        None => false,
    };
    all.sort_by_key(|candidate| (candidate.preference, second(candidate)));
    if routing.balance && limit > 1 && all.len() > limit { balance(all, limit) } else { all }
}

/// RFC 5321 section 5.1: an exchanger at or behind our own place can only send the mail back to us. Gives what is
/// better than ourselves, and whether we are among the exchangers.
pub fn cut_at_self(all: Vec<Candidate>, own: &[IpAddr]) -> (Vec<Candidate>, bool) {
    let ours =
        all.iter().filter(|candidate| own.contains(&candidate.ip)).map(|candidate| candidate.preference);
    match ours.min() {
        None => (all, false),
        Some(mine) => (all.into_iter().filter(|candidate| candidate.preference < mine).collect(), true),
    }
}

/// Fisher and Yates.
fn shuffle(all: &mut [Candidate], random: &mut dyn FnMut() -> u64) {
    for place in (1..all.len()).rev() {
        all.swap(place, (random() % (place as u64 + 1)) as usize);
    }
}

/// Keeps the first of each family so that neither takes all places (smtp_balance_inet_protocols): with one
/// family out of order, the other must still get its chance.
fn balance(all: Vec<Candidate>, limit: usize) -> Vec<Candidate> {
    let v6_count = all.iter().filter(|candidate| candidate.ip.is_ipv6()).count();
    let v4_count = all.len() - v6_count;
    if v4_count == 0 || v6_count == 0 {
        return all;
    }
    let v6_share = v6_count.min(limit.div_ceil(2).max(limit.saturating_sub(v4_count)));
    let (mut v6_left, mut v4_left) = (v6_share, limit - v6_share);
    let keep = |candidate: &Candidate| {
        let left = if candidate.ip.is_ipv6() { &mut v6_left } else { &mut v4_left };
        let yes = *left > 0;
        *left = left.saturating_sub(1);
        yes
    };
    all.into_iter().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dns::Families;

    fn routing() -> Routing {
        Routing {
            lmtp: false,
            families: Families::ALL,
            prefer: None,
            balance: true,
            randomize: true,
            ignore_mx_error: false,
            defer_without_address: false,
            dns: true,
            native: false,
            secure: false,
            own: vec![],
        }
    }

    fn candidate(ip: &str, preference: u16) -> Candidate {
        Candidate { host: "h".into(), ip: ip.parse().unwrap(), preference }
    }

    fn ips(candidates: &[Candidate]) -> Vec<String> {
        candidates.iter().map(|candidate| candidate.ip.to_string()).collect()
    }

    #[test]
    fn better_preference_always_comes_first_and_equals_take_turns() {
        let all = || vec![candidate("192.0.2.9", 20), candidate("192.0.2.1", 10), candidate("192.0.2.2", 10)];
        let mut seed = 1u64;
        let mut first = std::collections::HashSet::new();
        for _ in 0..50 {
            let mut random = || {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                seed >> 33
            };
            let ordered = order(all(), &routing(), 0, &mut random);
            assert_eq!(ordered[2].preference, 20);
            first.insert(ordered[0].ip);
        }
        assert_eq!(first.len(), 2);
    }

    #[test]
    fn a_preferred_family_wins_among_equals_only() {
        let all = vec![candidate("192.0.2.1", 10), candidate("::1", 10), candidate("::2", 20)];
        let routing = Routing { prefer: Some(Family::Ipv6), randomize: false, ..routing() };
        assert_eq!(ips(&order(all, &routing, 0, &mut || 0)), ["::1", "192.0.2.1", "::2"]);
    }

    #[test]
    fn both_families_are_among_the_few_that_are_tried() {
        let all: Vec<_> = (1..9).map(|n| candidate(&format!("2001:db8::{n}"), 10)).collect();
        let all = [all, vec![candidate("192.0.2.1", 20)]].concat();
        let routing = Routing { randomize: false, ..routing() };
        let ordered = order(all, &routing, 5, &mut || 0);
        assert_eq!(ordered.len(), 5);
        assert!(ordered.iter().any(|candidate| candidate.ip.is_ipv4()));
    }

    #[test]
    fn exchangers_at_or_behind_our_place_are_dropped() {
        let own = ["192.0.2.2".parse().unwrap()];
        let all = vec![candidate("192.0.2.1", 10), candidate("192.0.2.2", 20), candidate("192.0.2.3", 20)];
        let (left, found) = cut_at_self(all, &own);
        assert_eq!((ips(&left), found), (vec!["192.0.2.1".to_owned()], true));
        let (left, found) = cut_at_self(vec![candidate("192.0.2.2", 5)], &own);
        assert!(left.is_empty() && found);
    }
}
