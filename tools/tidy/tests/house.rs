//! The house rules of CONTRIBUTING.md.

use std::collections::BTreeSet;
use tidy::layers::{FORBIDDEN, closure, graph, may_use};
use tidy::sources::{files, lines_before_tests, read, root, short};

#[test]
fn arrows_between_layers_only_point_down() {
    let graph = graph(&root()).unwrap();
    let mut wrong = Vec::new();
    for package in graph.values() {
        let Some(allowed) = may_use(&package.layer) else { continue };
        for need in package.needs.iter().filter_map(|id| graph.get(id)).filter(|need| !need.layer.is_empty())
        {
            if !allowed.contains(&need.layer.as_str()) {
                wrong.push(format!("{}/{} uses {}/{}", package.layer, package.name, need.layer, need.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_crates_dependencies_are_its_privileges() {
    let graph = graph(&root()).unwrap();
    let mut wrong = Vec::new();
    for (name, forbidden, why) in FORBIDDEN {
        let ids =
            graph.iter().filter(|(_, p)| p.name == *name && ["daemons", "bin"].contains(&p.layer.as_str()));
        for (id, _) in ids {
            let needs = closure(&graph, id);
            let names: BTreeSet<&str> =
                needs.iter().filter_map(|id| graph.get(id)).map(|p| p.name.as_str()).collect();
            wrong.extend(
                forbidden.iter().filter(|f| names.contains(*f)).map(|f| format!("{name} reaches {f}: {why}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn set_gid_programs_need_only_what_is_listed() {
    let graph = graph(&root()).unwrap();
    let list = root().join("tools/tidy/set-gid-closure.txt");
    let listed: BTreeSet<String> =
        read(&list).lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let mut needed = BTreeSet::new();
    for name in ["postdrop", "postqueue"] {
        let id = graph.iter().find(|(_, p)| p.layer == "bin" && p.name == name).map(|(id, _)| id);
        let needs = closure(&graph, id.unwrap_or_else(|| panic!("bin/{name} is missing")));
        needed.extend(needs.iter().filter_map(|id| graph.get(id)).map(|p| p.name.clone()));
    }
    if std::env::var_os("UPDATE").is_some() {
        let text: String = needed.iter().map(|name| format!("{name}\n")).collect();
        std::fs::write(
            &list,
            format!("# All that the set-gid programs are made of. A new line here is a decision.\n{text}"),
        )
        .unwrap();
        return;
    }
    assert_eq!(needed, listed, "look at what is new, then bring {} up to date", short(&list));
}

#[test]
fn unsafe_stands_in_sys_os_only() {
    for manifest in files(&["Cargo.toml"]) {
        let (name, text) = (short(&manifest), read(&manifest));
        if name == "Cargo.toml" {
            assert!(text.contains("unsafe_code = \"deny\""));
        } else if name != "sys/os/Cargo.toml" && !name.starts_with("fuzz/") {
            assert!(text.contains("[lints]\nworkspace = true"), "{name} must inherit the lints");
        }
    }
    for source in files(&[".rs"]).iter().filter(|path| !short(path).starts_with("sys/os/")) {
        let allows = format!("allow({}_code", "unsafe");
        assert!(!read(source).contains(&allows), "{} lets unsafe in", short(source));
    }
}

#[test]
fn every_file_begins_with_its_story() {
    let silent: Vec<String> = files(&[".rs"])
        .iter()
        .filter(|path| !read(path).starts_with("//!"))
        .map(|path| short(path))
        .collect();
    assert!(silent.is_empty(), "no story at the top of {silent:#?}");
}

#[test]
fn files_stay_short() {
    let limit = |name: &str| {
        if name.contains("/table/") || name.ends_with("unread.rs") || name.contains("tests/") {
            1500
        } else {
            500
        }
    };
    let long: Vec<String> = files(&[".rs"])
        .iter()
        .filter(|path| lines_before_tests(&read(path)) > limit(&short(path)))
        .map(|path| short(path))
        .collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn every_dependency_has_its_reason() {
    let mut silent = Vec::new();
    for manifest in files(&["Cargo.toml"]).iter().filter(|path| short(path) != "Cargo.toml") {
        let text = read(manifest);
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with('[') {
                inside = line.contains("dependencies");
            } else if inside
                && line.contains('=')
                && !line.contains('#')
                && !line.starts_with([' ', '}', ']'])
            {
                silent.push(format!("{}: {line}", short(manifest)));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn evidence_names_tests_that_exist() {
    let sources: String = files(&[".rs"]).iter().map(|path| read(path)).collect();
    let mut ids = BTreeSet::new();
    let mut wrong = Vec::new();
    let table = read(&root().join("docs/features.tsv"));
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, state, tests] = fields[..] else { panic!("three fields, please: {line}") };
        assert!(ids.insert(id.to_owned()), "{id} twice");
        let names: Vec<&str> = tests.split_whitespace().collect();
        match state {
            "done" | "partial" if names.is_empty() => wrong.push(format!("{id} is {state} without a test")),
            "done" | "partial" | "none" => {}
            other => wrong.push(format!("{id}: {other}")),
        }
        wrong.extend(
            names.iter().filter(|name| !exists(name, &sources)).map(|name| format!("{id}: no test {name}")),
        );
    }
    assert_eq!(ids.len(), 736, "one row for each feature");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// `case:group/name` is a conformance case that is green against both mail systems; `dialog:name` a dialog;
/// anything else ends in the name of a test function.
fn exists(name: &str, sources: &str) -> bool {
    if let Some(case) = name.strip_prefix("case:") {
        let pending = read(&root().join("tests/conformance/pending.txt"));
        let written = case.replace('/', "::");
        let is_pending =
            pending.lines().any(|line| line.split('#').next().unwrap_or_default().trim() == written);
        return !is_pending && root().join(format!("tests/conformance/cases/{case}.case")).exists();
    }
    if let Some(dialog) = name.strip_prefix("dialog:") {
        return root().join(format!("tests/dialogs/{dialog}.smtp")).exists();
    }
    let function = name.rsplit("::").next().unwrap_or_default();
    // A function, or a scenario of tests/integrations.
    sources.contains(&format!("fn {function}(")) || sources.contains(&format!("Scenario {{ name: \"{name}\""))
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let home = ["/work", "/"].concat();
    let scratch = ["/tmp", "/ph"].concat();
    for path in files(&[".rs", ".md", ".toml", ".tsv", ".case", ".smtp"]) {
        let text = read(&path);
        for word in [&home, &scratch] {
            assert!(!text.contains(word.as_str()), "{} names a machine's path: {word}", short(&path));
        }
    }
}
