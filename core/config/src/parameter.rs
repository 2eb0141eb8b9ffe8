//! One parameter: its facts, and the typed constant by which a daemon asks for it.

use std::marker::PhantomData;
use std::time::Duration;

use crate::{Conf, Fault, unread, value};

/// What the table knows of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in main.cf.
    pub name: &'static str,
    /// Its default in main.cf's own language; in parentheses when the host decides.
    pub default: &'static str,
    /// What kind of value it has.
    pub kind: Type,
    /// The programs that use it, as the manual names them, separated by commas.
    pub owners: &'static str,
    /// The Postfix version that brought it.
    pub since: &'static str,
    /// How much it matters.
    pub tag: Tag,
    /// What values are allowed.
    pub range: Range,
    /// Whether its value is used as written, without expansion when it is read.
    pub raw: bool,
    /// Whether it's still a parameter.
    pub state: State,
    /// One sentence on what it does.
    pub sentence: &'static str,
}

impl Parameter {
    /// Whether a program reads it already. What isn't read is said so by `postfix check`, never ignored in silence.
    pub fn is_read(&self) -> bool {
        unread::UNREAD.binary_search(&self.name).is_err()
    }

    /// Whether `postconf -d` lists it: neither removed nor an old name nor a function.
    pub fn is_listed(&self) -> bool {
        matches!(self.state, State::Current | State::RunTime)
    }
}

/// What kind of value a parameter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Type {
    Bool,
    BoolExpr,
    DestinationList,
    Enum,
    Function,
    Int,
    IntExpr,
    KeywordSet,
    List,
    Long,
    Maps,
    MatchList,
    Path,
    RawTemplate,
    RestrictionList,
    SingleTable,
    Str,
    Time,
    TransportSpec,
}

/// How much a parameter matters in practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Nearly every site depends on it.
    Core,
    /// Many sites set it.
    Common,
    /// Few sites set it.
    Rare,
    /// Kept for old configurations.
    Legacy,
}

/// What values a parameter allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Not limited.
    Any,
    /// A text that may be empty.
    MayBeEmpty,
    /// A text that may not be empty.
    NonEmpty,
    /// A number (seconds for times) from here on.
    From(i64),
    /// A number (seconds for times) between two limits, both allowed.
    Between(i64, i64),
}

/// Whether a name of the table is a parameter of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A parameter.
    Current,
    /// An old name, still the default of its replacement; using it draws a warning.
    OldName,
    /// Described in the manual, but without effect.
    Removed,
    /// Set by the running program.
    RunTime,
    /// A function in `${...}`, no parameter.
    Function,
}

/// A parameter with the type of its value.
#[derive(Debug)]
pub struct Param<K> {
    facts: &'static Parameter,
    kind: PhantomData<K>,
}

impl<K> Clone for Param<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Param<K> {}

impl<K> Param<K> {
    pub(crate) const fn new(facts: &'static Parameter) -> Self {
        Self { facts, kind: PhantomData }
    }

    /// What the table says about it.
    pub const fn facts(self) -> &'static Parameter {
        self.facts
    }

    /// Its name in main.cf.
    pub const fn name(self) -> &'static str {
        self.facts.name
    }
}

/// How a value is read.
pub trait Kind {
    /// The type of the value.
    type Value;
    /// Whether `$name` stay as written.
    const RAW: bool = false;

    /// Turns the text that main.cf gives for `name`, not yet expanded, into a value within the parameter's range.
    fn read(conf: &Conf, name: &str, text: &str, facts: &Parameter) -> Result<Self::Value, Fault>;
}

/// A text, `$name` expanded.
#[derive(Debug)]
pub struct Text;
/// A text as written: its `$name` are expanded later, with what the delivery or session gives.
#[derive(Debug)]
pub struct Raw;
/// A number.
#[derive(Debug)]
pub struct Int;
/// Yes or no.
#[derive(Debug)]
pub struct Bool;
/// A length of time.
#[derive(Debug)]
pub struct Time;

impl Kind for Text {
    type Value = String;

    fn read(conf: &Conf, name: &str, text: &str, facts: &Parameter) -> Result<String, Fault> {
        value::parse_text(name, conf.expand(text)?, facts.range)
    }
}

impl Kind for Raw {
    type Value = String;
    const RAW: bool = true;

    fn read(_: &Conf, name: &str, text: &str, facts: &Parameter) -> Result<String, Fault> {
        value::parse_text(name, text.to_owned(), facts.range)
    }
}

impl Kind for Int {
    type Value = i64;

    fn read(conf: &Conf, name: &str, text: &str, facts: &Parameter) -> Result<i64, Fault> {
        value::parse_int(name, &conf.expand(text)?, facts.range)
    }
}

impl Kind for Bool {
    type Value = bool;

    fn read(conf: &Conf, name: &str, text: &str, _: &Parameter) -> Result<bool, Fault> {
        value::parse_bool(name, &conf.expand(text)?)
    }
}

impl Kind for Time {
    type Value = Duration;

    fn read(conf: &Conf, name: &str, text: &str, facts: &Parameter) -> Result<Duration, Fault> {
        value::parse_time_in(name, &conf.expand(text)?, value::default_unit(facts.default), facts.range)
    }
}
