//! Posthaste with the programs around it. Everything is in `tests/all`: each scenario runs as root in a
//! network namespace of its own, with Postfix, with Posthaste or with both.
