//! Databases whose settings stand in main.cf: `mysql:virt` has `virt_hosts`, `virt_query` and so on. Those names are
//! parameters because the database is mentioned (ldap_table(5), mysql_table(5) and their kind). When the settings are
//! in a file of their own, names in it that the database does not know are reported.

use config::{lines, split_at_braces, split_list};

use super::Report;

/// The names that `type:prefix` in a value bring.
pub(super) fn parameters_of(value: &str, report: &mut Report) -> Vec<String> {
    let mut names = Vec::new();
    collect(value, true, &mut names, report);
    names
}

fn collect(value: &str, recurse: bool, names: &mut Vec<String>, report: &mut Report) {
    for word in split_list(value) {
        if word.starts_with('{') {
            if recurse {
                collect(split_at_braces(&word).unwrap_or_default(), recurse, names, report);
            }
            continue;
        }
        let mut word = word.as_str();
        while let Some(proxied) = word.strip_prefix("proxy:") {
            word = proxied;
        }
        let Some((kind, name)) = word.split_once(':') else { continue };
        let known = TYPES.iter().find(|(known, _)| *known == kind).map(|(_, settings)| *settings);
        match (name.chars().next(), known) {
            (Some('/'), Some(settings)) => check_file(kind, name, settings, report),
            (Some('{'), _) => {
                let into = recurse && !PATTERNS.contains(&kind);
                collect(split_at_braces(name).unwrap_or_default(), into, names, report);
            }
            (Some('.' | '/'), _) => {}
            (_, Some(settings)) => names.extend(settings.iter().map(|setting| format!("{name}_{setting}"))),
            (_, None) => {}
        }
    }
}

/// A file that cannot be read is no fault: it may hold passwords.
fn check_file(kind: &str, path: &str, settings: &[&str], report: &mut Report) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return,
        Err(error) => {
            let reason = conf::reason(&error);
            return report.warn(format!("open \"{kind}\" configuration \"{path}\": {reason}"));
        }
    };
    for line in lines::logical(&text) {
        if let Ok((name, value)) = lines::name_value(&line.text)
            && !settings.contains(&name)
        {
            report.warn(format!("{kind}:{path}: unused parameter: {name}={value}"));
        }
    }
}

/// Types whose braces hold patterns, not tables.
const PATTERNS: [&str; 2] = ["regexp", "pcre"];

/// Database types with the settings that their manual pages name.
const TYPES: [(&str, &[&str]); 6] = [
    (
        "ldap",
        &[
            "bind",
            "bind_dn",
            "bind_pw",
            "cache",
            "cache_expiry",
            "cache_size",
            "chase_referrals",
            "debuglevel",
            "dereference",
            "domain",
            "expansion_limit",
            "leaf_result_attribute",
            "query_filter",
            "recursion_limit",
            "result_attribute",
            "result_filter",
            "result_format",
            "sasl_authz_id",
            "sasl_mechs",
            "sasl_minssf",
            "sasl_realm",
            "scope",
            "search_base",
            "server_host",
            "server_port",
            "size_limit",
            "special_result_attribute",
            "start_tls",
            "terminal_result_attribute",
            "timeout",
            "tls_ca_cert_dir",
            "tls_ca_cert_file",
            "tls_cert",
            "tls_cipher_suite",
            "tls_key",
            "tls_random_file",
            "tls_require_cert",
            "version",
        ],
    ),
    (
        "mysql",
        &[
            "additional_conditions",
            "charset",
            "dbname",
            "domain",
            "expansion_limit",
            "hosts",
            "idle_interval",
            "option_file",
            "option_group",
            "password",
            "query",
            "require_result_set",
            "result_format",
            "retry_interval",
            "select_field",
            "table",
            "tls_CAfile",
            "tls_CApath",
            "tls_cert_file",
            "tls_ciphers",
            "tls_key_file",
            "tls_verify_cert",
            "user",
            "where_field",
        ],
    ),
    (
        "pgsql",
        &[
            "additional_conditions",
            "dbname",
            "domain",
            "encoding",
            "expansion_limit",
            "hosts",
            "idle_interval",
            "password",
            "query",
            "result_format",
            "retry_interval",
            "select_field",
            "select_function",
            "table",
            "user",
            "where_field",
        ],
    ),
    (
        "sqlite",
        &[
            "additional_conditions",
            "dbpath",
            "domain",
            "expansion_limit",
            "query",
            "result_format",
            "select_field",
            "table",
            "where_field",
        ],
    ),
    (
        "memcache",
        &[
            "backup",
            "data_size_limit",
            "domain",
            "flags",
            "key_format",
            "line_size_limit",
            "max_try",
            "memcache",
            "retry_pause",
            "timeout",
            "ttl",
        ],
    ),
    (
        "mongodb",
        &[
            "collection",
            "dbname",
            "domain",
            "expansion_limit",
            "projection",
            "query_filter",
            "result_attribute",
            "result_format",
            "uri",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_brings_its_settings_also_behind_proxy_and_in_braces() {
        let mut report = Report::default();
        let names = parameters_of("hash:/x proxy:mysql:virt, pipemap:{ldap:dir,hash:/y}", &mut report);
        assert!(names.contains(&"virt_hosts".to_owned()));
        assert!(names.contains(&"dir_search_base".to_owned()));
        assert!(parameters_of("pcre:{{/mysql:x/ y}}", &mut report).is_empty());
        assert!(report.warnings.is_empty());
    }

    #[test]
    fn strange_names_in_a_databases_file_are_reported() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("virt.cf");
        std::fs::write(&path, "hosts = a\nhost = b\n").unwrap();
        let mut report = Report::default();
        assert!(parameters_of(&format!("mysql:{}", path.display()), &mut report).is_empty());
        assert_eq!(report.warnings, [format!("mysql:{}: unused parameter: host=b", path.display())]);
    }
}
