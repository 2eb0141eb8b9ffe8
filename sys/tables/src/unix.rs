//! unix:passwd.byname and unix:group.byname: the user and group databases as tables, one line of
//! passwd(5) or group(5) as the result.

use crate::table::Driver;
use crate::{ErrorKind, TableError};
use os::users::{Group, User};

pub(crate) enum Unix {
    Passwd,
    Group,
}

impl Unix {
    pub(crate) fn open(name: &str) -> Result<Self, TableError> {
        match name {
            "passwd.byname" => Ok(Self::Passwd),
            "group.byname" => Ok(Self::Group),
            _ => Err(TableError::new(ErrorKind::Unsupported, format!("unknown table: unix:{name}"))),
        }
    }
}

impl Driver for Unix {
    fn get(&self, key: &[u8]) -> Result<Option<String>, TableError> {
        let Ok(name) = std::str::from_utf8(key) else { return Ok(None) };
        let failed = |error: std::io::Error| TableError::new(ErrorKind::Lookup, os::strerror(&error));
        match self {
            Self::Passwd => Ok(User::by_name(name).map_err(failed)?.map(|u| {
                format!(
                    "{}:{}:{}:{}:{}:{}:{}",
                    u.name,
                    u.password,
                    u.uid,
                    u.gid,
                    u.gecos,
                    u.home.display(),
                    u.shell
                )
            })),
            Self::Group => Ok(Group::by_name(name)
                .map_err(failed)?
                .map(|g| format!("{}:{}:{}:{}", g.name, g.password, g.gid, g.members.join(",")))),
        }
    }

    fn blocks(&self) -> bool {
        true
    }
}
