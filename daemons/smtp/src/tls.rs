//! Which destinations must have TLS. TLS itself is not spoken yet: what must not leave in clear waits, with a
//! reason that an administrator understands.

use mail::{Diagnosis, Enhanced, Outcome};
use tables::{Maps, TableError};

/// `smtp_tls_security_level` and `smtp_tls_policy_maps`.
pub struct TlsPolicy {
    level: String,
    maps: Maps,
}

impl TlsPolicy {
    /// From the settings.
    pub fn new(level: String, maps: Maps) -> Self {
        Self { level, maps }
    }

    /// None when mail for this next hop may leave in clear.
    pub async fn objection(&self, nexthop: &str, name: &str) -> Option<Outcome> {
        match self.level_of(nexthop, name).await {
            Ok(level) if ["", "none", "may"].contains(&level.as_str()) => None,
            Ok(level) => {
                let text = format!(
                    "TLS is required, but our TLS engine is unavailable (TLS security level {level} for {nexthop})"
                );
                Some(Outcome::Deferred(Diagnosis::new(Enhanced::new(7, 5), text)))
            }
            Err(error) => {
                let text = format!("TLS policy lookup error for {nexthop}: {error}");
                Some(Outcome::Deferred(Diagnosis::new(Enhanced::new(7, 5), text)))
            }
        }
    }

    /// The policy's level for the next hop as written, for its name, for its parent domains; else the general one.
    async fn level_of(&self, nexthop: &str, name: &str) -> Result<String, TableError> {
        if self.maps.is_empty() {
            return Ok(self.level.clone());
        }
        let (nexthop, name) = (nexthop.to_ascii_lowercase(), name.to_ascii_lowercase());
        let parents = name.match_indices('.').map(|(at, _)| name[at..].to_owned());
        let keys: Vec<String> = [nexthop, name.clone()].into_iter().chain(parents).collect();
        for key in keys {
            if let Some(policy) = self.maps.find(&key).await? {
                let level = policy.split([' ', '\t', ',']).next().unwrap_or_default();
                return Ok(level.to_ascii_lowercase());
            }
        }
        Ok(self.level.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn mail_that_must_have_tls_waits_and_the_rest_goes() {
        let options = tables::Options::default();
        let list =
            "inline:{{.secure.example = encrypt}, {[mx.other]:587 = verify match=x}, {open.example = may}}";
        let maps = Maps::open("smtp_tls_policy_maps", list, &options).unwrap();
        let policy = TlsPolicy::new("encrypt".into(), maps.clone());
        assert!(policy.objection("open.example", "open.example").await.is_none());
        assert!(policy.objection("x.example", "x.example").await.is_some());
        let policy = TlsPolicy::new("may".into(), maps);
        assert!(policy.objection("a.secure.example", "a.secure.example").await.is_some());
        let outcome = policy.objection("[mx.other]:587", "mx.other").await.unwrap();
        assert_eq!(outcome.dsn(), "4.7.5");
        assert!(policy.objection("x.example", "x.example").await.is_none());
    }
}
