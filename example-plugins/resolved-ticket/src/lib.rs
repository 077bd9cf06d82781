//! A ticket is resolved and not reopened within a window.
