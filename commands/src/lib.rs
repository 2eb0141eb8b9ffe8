//! The commands an administrator types, one module each, named as in Postfix's manual.
//! They hold no privilege of their own: postdrop and postqueue are programs apart (`bin/`).

mod manual;
mod system;
mod table_command;

pub mod install;
pub mod mailq;
pub mod newaliases;
pub mod postalias;
pub mod postcat;
pub mod postconf;
pub mod postfix;
pub mod postkick;
pub mod postlock;
pub mod postlog;
pub mod postmap;
pub mod postsuper;
pub mod qshape;
pub mod sendmail;
pub mod up;
