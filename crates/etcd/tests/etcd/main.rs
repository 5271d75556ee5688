//! The lock against Debian's etcd, and against endpoints that are worse.

mod auth;
mod failover;
mod lock;
mod support;
mod target;
mod tls;
mod unreachable;
