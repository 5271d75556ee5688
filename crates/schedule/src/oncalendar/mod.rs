//! systemd's calendar expressions, `Mon..Fri *-*-* 09:00:00`: what they say and when they elapse.
//!
//! An expression is a set of weekdays and six lists of values: year, month, day, hour, minute, and the second in
//! microseconds. It is read (`read`), held against what systemd allows (`valid`), put into systemd's own normal form
//! (`text`), and searched (`search`).

mod component;
