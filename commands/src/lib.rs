//! The commands an administrator types, one module each, named as in Postfix's manual.
//! They hold no privilege of their own: postdrop and postqueue are programs apart (`bin/`).

pub mod newaliases;
pub mod postalias;
pub mod postconf;
pub mod postmap;

mod table_command;
