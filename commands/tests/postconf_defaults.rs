//! postconf -d lists the parameters of `docs/params/parameters.tsv`, with the defaults of the version that we follow,
//! and those that master.cf's services bring.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

#[test]
fn every_parameter_has_the_default_of_the_list() {
    let shown = defaults();
    for row in FACTS.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        let (name, default, note) = (row[0], row[1], row.get(8).copied().unwrap_or_default());
        if GONE.iter().any(|gone| note.starts_with(gone)) {
            assert_eq!(shown.get(name), None, "{name}");
            continue;
        }
        let value = shown.get(name).unwrap_or_else(|| panic!("postconf -d does not list {name}"));
        let host_decides = default.starts_with('(') || name == "mail_version";
        assert!(host_decides || value == default, "{name}: {value}");
    }
}

#[test]
fn what_is_not_in_the_list_belongs_to_a_service_of_master_cf() {
    let known: Vec<&str> = FACTS.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let mut services = 0;
    for (name, value) in defaults() {
        if known.contains(&name.as_str()) {
            continue;
        }
        let family = config::FAMILIES.iter().find(|family| {
            let service = name.strip_suffix(family.suffix);
            service.is_some() && value == format!("${}", family.default)
        });
        assert!(family.is_some(), "{name} = {value}");
        services += 1;
    }
    assert!(services > 100, "{services}");
}

#[test]
fn old_and_removed_names_are_recognised_with_a_warning() {
    for row in FACTS.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        let note = row.get(8).copied().unwrap_or_default();
        let old = note.starts_with("old name") || note.starts_with("documented but removed");
        if !old {
            continue;
        }
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("main.cf"), format!("{} = no\n", row[0])).unwrap();
        std::fs::write(dir.path().join("master.cf"), "").unwrap();
        let answer = commands::postconf::answer(&["-c".into(), dir.path().into(), "-n".into()]);
        assert_eq!(answer.afterthoughts.len(), 1, "{}: {:?}", row[0], answer.afterthoughts);
        assert!(answer.afterthoughts[0].contains(&format!("support for parameter \"{}\"", row[0])));
    }
}

#[test]
fn deprecation_warnings_can_be_silenced() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("main.cf"), "smtpd_use_tls = yes\nnosuch = 1\n").unwrap();
    std::fs::write(dir.path().join("master.cf"), "").unwrap();
    let told = |options: &str| {
        let args = ["-c".into(), dir.path().into(), options.into()];
        commands::postconf::answer(&args).afterthoughts.len()
    };
    assert_eq!((told("-n"), told("-nq")), (2, 1));
}

#[test]
fn json_lines_hold_name_and_value() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("main.cf"), "smtpd_banner = \"hello\"\\\n").unwrap();
    std::fs::write(dir.path().join("master.cf"), "smtp inet n - n - - smtpd -o a=b\n").unwrap();
    let said = |options: &[&str]| {
        let mut args: Vec<OsString> = vec!["-c".into(), dir.path().into()];
        args.extend(options.iter().map(OsString::from));
        commands::postconf::answer(&args).out
    };
    let banner = r#"{"name":"smtpd_banner","value":"\"hello\"\\"}"#;
    assert_eq!(said(&["-j", "smtpd_banner"]), format!("{banner}\n"));
    assert_eq!(said(&["-P", "-j"]), "{\"name\":\"smtp/inet/a\",\"value\":\"b\"}\n");
    assert!(said(&["-M", "-j"]).contains(r#""command":"smtpd -o a=b""#));
}

fn defaults() -> BTreeMap<String, String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data");
    let args: [OsString; 3] = ["-d".into(), "-c".into(), data.into()];
    let answer = commands::postconf::answer(&args);
    assert_eq!((answer.fatal, answer.warnings), (None, Vec::new()));
    let pair =
        |line: &str| line.split_once(" =").map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    answer.out.lines().map(|line| pair(line).unwrap()).collect()
}

const FACTS: &str = include_str!("../../docs/params/parameters.tsv");
const GONE: [&str; 3] = ["documented but removed", "old name", "not a settable parameter"];
