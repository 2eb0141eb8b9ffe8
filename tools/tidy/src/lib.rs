//! House rules that a machine keeps: what ARCHITECTURE.md says about layers, files and evidence, as tests.
//! Nothing of it is installed. What a test here checks, a reviewer need not.

pub mod layers;
pub mod sources;
