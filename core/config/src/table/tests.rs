//! The table equals the facts in docs/params/parameters.tsv.

use super::*;
use crate::{Range, State, Tag, Type};

const FACTS: &str = include_str!("../../../../docs/params/parameters.tsv");

#[test]
fn the_table_has_the_facts_of_the_list_and_no_more() {
    let mut rows: Vec<Vec<&str>> = FACTS.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    rows.sort_by_key(|row| row[0]);
    assert_eq!(rows.len(), 944);
    assert_eq!(parameters().len(), rows.len());
    for (row, parameter) in rows.iter().zip(parameters()) {
        let tag = parameter_tag(parameter.tag);
        let ours = [
            parameter.name,
            parameter.default,
            type_name(parameter.kind),
            parameter.owners,
            parameter.since,
            tag,
        ];
        assert_eq!(ours, [row[0], row[1], row[2], row[4], row[5], row[6]]);
        assert_eq!(range_name(parameter.range), row.get(7).copied().unwrap_or_default(), "{}", row[0]);
        assert_eq!(parameter.state, state_of_note(row.get(8).copied().unwrap_or_default()), "{}", row[0]);
    }
}

#[test]
fn every_parameter_has_one_sentence_of_its_own() {
    let mut seen = std::collections::BTreeMap::new();
    for parameter in parameters() {
        let sentence = parameter.sentence.trim();
        assert!(sentence.ends_with('.') && sentence.len() > 15, "{}: {sentence}", parameter.name);
        assert_eq!(seen.insert(sentence, parameter.name), None, "{}: {sentence}", parameter.name);
    }
}

#[test]
fn the_unread_list_is_sorted_and_knows_only_parameters() {
    assert!(crate::unread::UNREAD.is_sorted());
    for name in crate::unread::UNREAD {
        assert!(find(name).is_some(), "{name}");
    }
}

#[test]
fn every_default_can_be_read_as_its_type() {
    let conf =
        crate::Conf::parse("main.cf", "compatibility_level = 3.11\n", &crate::HostFacts::default()).unwrap();
    for parameter in parameters().iter().filter(|parameter| parameter.is_listed()) {
        if parameter.kind == Type::RawTemplate {
            continue;
        }
        let value = conf.lookup(parameter.name).unwrap().unwrap();
        match parameter.kind {
            Type::Bool | Type::BoolExpr => {
                crate::parse_bool(parameter.name, &value).unwrap();
            }
            Type::Time => {
                crate::parse_time(parameter.name, &value, 's').unwrap();
            }
            Type::Int | Type::IntExpr | Type::Long if !value.is_empty() => {
                crate::value::parse_int(parameter.name, &value, parameter.range).unwrap();
            }
            _ => {}
        }
    }
}

fn state_of_note(note: &str) -> State {
    match note {
        _ if note.starts_with("documented but removed") => State::Removed,
        _ if note.starts_with("old name") => State::OldName,
        _ if note.starts_with("read-only") => State::RunTime,
        _ if note.starts_with("not a settable parameter") => State::Function,
        _ => State::Current,
    }
}

fn parameter_tag(tag: Tag) -> &'static str {
    match tag {
        Tag::Core => "CORE",
        Tag::Common => "COMMON",
        Tag::Rare => "RARE",
        Tag::Legacy => "LEGACY",
    }
}

fn range_name(range: Range) -> String {
    match range {
        Range::Any => String::new(),
        Range::MayBeEmpty => "may be empty".into(),
        Range::NonEmpty => "non-empty".into(),
        Range::From(low) => format!("{low}.."),
        Range::Between(low, high) => format!("{low}..{high}"),
    }
}

fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Bool => "bool",
        Type::BoolExpr => "bool-expr",
        Type::DestinationList => "destination-list",
        Type::Enum => "enum",
        Type::Function => "function",
        Type::Int => "int",
        Type::IntExpr => "int-expr",
        Type::KeywordSet => "keyword-set",
        Type::List => "list",
        Type::Long => "long",
        Type::Maps => "maps",
        Type::MatchList => "match-list",
        Type::Path => "path",
        Type::RawTemplate => "raw-template",
        Type::RestrictionList => "restriction-list",
        Type::SingleTable => "single-table",
        Type::Str => "str",
        Type::Time => "time",
        Type::TransportSpec => "transport-spec",
    }
}
