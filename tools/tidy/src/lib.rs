//! House rules that a machine keeps. Run as tests; nothing of it is installed.
