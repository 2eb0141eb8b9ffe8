//! The graph of our crates, from cargo metadata: who may depend on whom.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// One of our crates, or a foreign one.
#[derive(Debug, Default, Clone)]
pub struct Package {
    /// `core`, `sys`, `daemons`, ... ; empty for foreign crates.
    pub layer: String,
    /// Folder name; for foreign crates their name.
    pub name: String,
    /// Normal dependencies, by package id.
    pub needs: BTreeSet<String>,
}

/// All packages by id.
pub type Graph = BTreeMap<String, Package>;

/// Asks cargo.
pub fn graph(root: &Path) -> Result<Graph, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", PLATFORM])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())?;
    Ok(read(&metadata, root))
}

fn read(metadata: &Value, root: &Path) -> Graph {
    let mut graph = Graph::new();
    for package in list(&metadata["packages"]) {
        let manifest = Path::new(text(&package["manifest_path"]));
        let folder = manifest.parent().unwrap_or(root);
        let (layer, name) = match folder.strip_prefix(root) {
            Ok(inside) => place(inside),
            Err(_) => (String::new(), text(&package["name"]).to_owned()),
        };
        graph.insert(text(&package["id"]).to_owned(), Package { layer, name, needs: BTreeSet::new() });
    }
    for node in list(&metadata["resolve"]["nodes"]) {
        let needs = list(&node["deps"]).filter(|dep| is_normal(dep)).map(|dep| text(&dep["pkg"]).to_owned());
        if let Some(package) = graph.get_mut(text(&node["id"])) {
            package.needs = needs.collect();
        }
    }
    graph
}

/// `core/mail` is crate `mail` of layer `core`.
fn place(inside: &Path) -> (String, String) {
    let mut parts = inside.iter().map(|part| part.to_string_lossy().into_owned());
    let layer = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or_else(|| layer.clone());
    (layer, name)
}

fn is_normal(dep: &Value) -> bool {
    list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Everything that a package needs, directly or not.
pub fn closure(graph: &Graph, id: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![id.to_owned()];
    while let Some(id) = waiting.pop() {
        for need in graph.get(&id).into_iter().flat_map(|package| &package.needs) {
            if found.insert(need.clone()) {
                waiting.push(need.clone());
            }
        }
    }
    found
}

/// The layers that a layer may use; None: anything.
pub fn may_use(layer: &str) -> Option<&'static [&'static str]> {
    match layer {
        "core" => Some(&["core"]),
        "sys" => Some(&["core", "sys"]),
        "daemons" | "commands" => Some(&["core", "sys"]),
        _ => None,
    }
}

/// Crates that must not be in another's closure, by folder name, and why.
pub const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    ("smtpd", &["queue"], "what reads the network cannot write the queue"),
    ("qmqpd", &["queue"], "what reads the network cannot write the queue"),
    ("cleanup", &["net", "dns"], "cleanup reaches no network by itself"),
    ("qmgr", &["net", "dns", "message"], "qmgr reaches no network and parses no content"),
    ("delivery", &["net", "dns"], "mailboxes and commands need no network"),
    ("smtp", &["queue"], "delivery agents never open the queue by name"),
    ("master", &["tokio"], "master is root and lives long: no async runtime"),
    ("postdrop", &["tokio"], "set-gid: short"),
    ("postqueue", &["tokio"], "set-gid: short"),
];

/// What other platforms would need does not count.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
