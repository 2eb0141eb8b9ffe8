//! Fingerprints: `smtpd_tls_fingerprint_digest` and its kin.

use crate::Fault;
use aws_lc_rs::digest;
use md5::Digest as _;

/// A hash by which certificates are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// MD5: the default of compatibility levels below 3.6.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Reads OpenSSL's name of a digest.
    pub fn parse(name: &str) -> Result<Self, Fault> {
        match name.to_ascii_lowercase().as_str() {
            "md5" => Ok(Self::Md5),
            "sha1" | "sha" => Ok(Self::Sha1),
            "sha224" | "sha2-224" => Ok(Self::Sha224),
            "sha256" | "sha2-256" => Ok(Self::Sha256),
            "sha384" | "sha2-384" => Ok(Self::Sha384),
            "sha512" | "sha2-512" => Ok(Self::Sha512),
            _ => Err(Fault::new(format!("Digest algorithm \"{name}\" not found"))),
        }
    }

    /// The bytes of the hash.
    pub fn hash(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Md5 => return md5::Md5::digest(bytes).to_vec(),
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    /// The hash as Postfix writes it: `AB:CD:...`.
    pub fn fingerprint(self, bytes: &[u8]) -> String {
        let pairs: Vec<String> = self.hash(bytes).iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_pairs_of_upper_case_digits() {
        assert_eq!(Digest::Md5.fingerprint(b""), "D4:1D:8C:D9:8F:00:B2:04:E9:80:09:98:EC:F8:42:7E");
        assert!(Digest::Sha256.fingerprint(b"").starts_with("E3:B0:C4:42:"));
        assert!(Digest::parse("md6").is_err());
    }
}
