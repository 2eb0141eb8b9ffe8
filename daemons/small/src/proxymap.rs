//! proxymap(8): opens lookup tables once for all processes, those in a jail too. As `proxymap` it answers look-ups in
//! the tables that `proxy_read_maps` names, as `proxywrite` it also changes those that `proxy_write_maps` names. It
//! opens no other table, whoever asks.

use config::{Conf, p, split_list};
use maillog::Log;
use serde::{Deserialize, Serialize};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tables::proxy::{Flags, Reply, Request, Verb, is_table_name};
use tables::{IndexWriter, NullBytes, Options, Table, TableError, Update, Warn, split_type};

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<Proxymap>(&args)
}

struct Proxymap {
    approved: HashSet<String>,
    /// `proxywrite`.
    writes: bool,
    options: Options,
    /// What is open; the approved names bound it.
    tables: RefCell<HashMap<(String, Flags), Table>>,
}

/// A request, as the conversation between daemons wants it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Asked(Request);

impl ipc::Request for Asked {
    type Reply = Reply;
}

impl Daemon for Proxymap {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "proxymap",
        privilege: Privilege::Owner,
        // Databases may be anywhere in the network.
        sandbox: Some(Sandbox { writes: &[], data: true, inet: true }),
        resident: false,
    };

    fn open(conf: &Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let (reader, writer) = (conf.get(p::PROXYMAP_SERVICE_NAME)?, conf.get(p::PROXYWRITE_SERVICE_NAME)?);
        let service = &before.invocation.name;
        let writes = *service == writer;
        if !writes && *service != reader {
            return Err(Fatal::new(format!("service name must be one of {writer} or {reader}")));
        }
        let list = if writes { conf.get(p::PROXY_WRITE_MAPS)? } else { conf.get(p::PROXY_READ_MAPS)? };
        let log = before.log.clone();
        let options = Options {
            direct: true,
            lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX / 2),
            alias_databases: split_list(&conf.get(p::ALIAS_DATABASE)?),
            warn: Warn::new(move |text| log.warning(text)),
            ..Options::default()
        };
        Ok(Self { approved: approved(&list), writes, options, tables: RefCell::default() })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let respond = async |asked: Asked, _| self.respond(asked.0, jailed.log()).await;
        service::answer::<Asked>(stream, jailed, respond).await;
    }

    fn more_writes(&self) -> Vec<PathBuf> {
        let folders = self.approved.iter().filter_map(|name| {
            let (_, file) = split_type(name).ok()?;
            Path::new(file).parent().filter(|folder| folder.is_absolute()).map(Path::to_path_buf)
        });
        if self.writes { folders.collect() } else { Vec::new() }
    }
}

impl Proxymap {
    async fn respond(&self, request: Request, log: &Log) -> Reply {
        if !is_table_name(&request.table) {
            return Reply::Bad;
        }
        if !self.approved.contains(&request.table) {
            self.tell_unapproved(&request.table, log);
            return Reply::Denied;
        }
        let changes = matches!(request.verb, Verb::Update(..) | Verb::Delete(_));
        let answer = match changes {
            true if !self.writes => return Reply::Denied,
            true => self.change(request).await,
            false if self.writes && request.verb == Verb::Open => Ok(Reply::Opened { pattern: false }),
            false => self.look(request).await,
        };
        answer.unwrap_or_else(|error| {
            log.warning(error);
            Reply::TryAgain
        })
    }

    fn tell_unapproved(&self, table: &str, log: &Log) {
        let (access, parameter) = match self.writes {
            true => ("read-write", p::PROXY_WRITE_MAPS.name()),
            false => ("read-only", p::PROXY_READ_MAPS.name()),
        };
        log.warning(format_args!("request for unapproved table: \"{table}\""));
        log.warning(format_args!(
            "to approve this table for {access} access, list proxy:{table} in main.cf:{parameter}"
        ));
    }

    async fn look(&self, request: Request) -> Result<Reply, String> {
        let name = request.table.clone();
        let table = self.table(&request).map_err(|error| format!("{name} is unavailable. {error}"))?;
        let key = match request.verb {
            Verb::Lookup(key) => key,
            _ => return Ok(Reply::Opened { pattern: table.is_pattern() }),
        };
        let found = match String::from_utf8(key) {
            Ok(key) => table.lookup(&key).await,
            // Only lines of messages are not UTF-8, and no table of a network sees those.
            Err(bytes) => table.lookup_bytes(bytes.as_bytes()),
        };
        let found = found.map_err(|error| format!("{name} lookup error: {error}"))?;
        Ok(found.map_or(Reply::NotFound, Reply::Found))
    }

    fn table(&self, request: &Request) -> Result<Table, TableError> {
        let key = (request.table.clone(), request.flags);
        if let Some(table) = self.tables.borrow().get(&key) {
            return Ok(table.clone());
        }
        let Flags { fold, utf8 } = request.flags;
        let options = Options { fold, utf8, ..self.options.clone() };
        let table = Table::open(&request.table, &options)?;
        self.tables.borrow_mut().insert(key, table.clone());
        Ok(table)
    }

    /// Changes happen on a thread that may block, one after the other.
    async fn change(&self, request: Request) -> Result<Reply, String> {
        let options = self.options.clone();
        let change = move || {
            change(&request, &options).map_err(|error| format!("{} is unavailable. {error}", request.table))
        };
        tokio::task::spawn_blocking(change).await.unwrap_or_else(|error| Err(error.to_string()))
    }
}

fn change(request: &Request, options: &Options) -> Result<Reply, TableError> {
    let writer = IndexWriter::of_table(&request.table, Some(NEW_FILE_MODE), NullBytes::Default, options)?;
    let folded =
        |key: &[u8]| if request.flags.fold { tables::fold(key, request.flags.utf8) } else { key.to_vec() };
    let done = match &request.verb {
        Verb::Update(key, value) => {
            writer.put(&folded(key), value, Update::Replace)?;
            true
        }
        Verb::Delete(key) => writer.delete(&folded(key))?,
        Verb::Open | Verb::Lookup(_) => false,
    };
    Ok(if done { Reply::Done } else { Reply::NotFound })
}

/// The tables of a list, without their `proxy:`. What has none is not meant.
fn approved(list: &str) -> HashSet<String> {
    let names = split_list(list).into_iter().filter_map(|word| {
        let mut name = word.strip_prefix(PREFIX)?;
        while let Some(rest) = name.strip_prefix(PREFIX) {
            name = rest;
        }
        Some(name.to_owned())
    });
    names.collect()
}

const PREFIX: &str = "proxy:";
const NEW_FILE_MODE: u32 = 0o644;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_with_its_prefix_is_approved() {
        let approved = approved(
            "proxy:unix:passwd.byname, hash:/x proxy:proxy:hash:/y, $mydestination proxy:inline:{a=b}",
        );
        let mut names: Vec<_> = approved.into_iter().collect();
        names.sort();
        assert_eq!(names, ["hash:/y", "inline:{a=b}", "unix:passwd.byname"]);
    }

    fn ask(writes: bool, table: &str, verb: Verb) -> (Reply, String) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let table = table.replace("DIR", &dir.path().display().to_string());
        let log = Log::open("t", maillog::Sink::file(std::fs::File::create(&path).unwrap()), false);
        let options = Options { direct: true, warn: Warn::new(|_| ()), ..Options::default() };
        let approved = approved(&format!(
            "proxy:inline:{{k=v}} proxy:regexp:{{{{/x/ y}}}} proxy:hash:{}/c",
            dir.path().display()
        ));
        let proxymap = Proxymap { approved, writes, options, tables: RefCell::default() };
        let request = Request { table, flags: Flags { fold: true, utf8: true }, verb };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let reply = runtime.block_on(proxymap.respond(request, &log));
        (reply, std::fs::read_to_string(&path).unwrap_or_default())
    }

    #[test]
    fn approved_tables_answer_and_others_are_refused() {
        let lookup = |key: &str| Verb::Lookup(key.into());
        assert_eq!(ask(false, "inline:{k=v}", lookup("K")).0, Reply::Found("v".into()));
        assert_eq!(ask(false, "inline:{k=v}", lookup("x")).0, Reply::NotFound);
        assert_eq!(ask(false, "regexp:{{/x/ y}}", Verb::Open).0, Reply::Opened { pattern: true });
        assert_eq!(ask(false, "hash:DIR/c", lookup("x")).0, Reply::TryAgain);
        assert_eq!(ask(false, "hash", Verb::Open).0, Reply::Bad);
        let (reply, log) = ask(false, "static:all", lookup("x"));
        assert_eq!(reply, Reply::Denied);
        assert!(log.contains("list proxy:static:all in main.cf:proxy_read_maps"), "{log}");
    }

    #[test]
    fn only_the_writing_service_changes_tables() {
        let update = || Verb::Update(b"K".to_vec(), b"v".to_vec());
        assert_eq!(ask(false, "hash:DIR/c", update()).0, Reply::Denied);
        assert_eq!(ask(true, "hash:DIR/c", update()).0, Reply::Done);
        assert_eq!(ask(true, "hash:DIR/c", Verb::Delete(b"k".to_vec())).0, Reply::NotFound);
        assert_eq!(ask(true, "inline:{k=v}", update()).0, Reply::TryAgain);
    }
}
