//! Address rewriting and resolution.
