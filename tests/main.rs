//! What needs several programs, a real daemon, or the repository itself.

mod arrows;
mod man;
mod readme;
mod replay;
mod together;
