//! The journal: what arrives at journald's socket.
