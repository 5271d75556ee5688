//! Work that nobody waits for past its deadline.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use crate::DeliveryErrorKind;

/// Does the work on a thread of its own, which is left behind when the deadline passes: a name service that hangs
/// cannot be interrupted, and must not hold the caller.
pub(crate) fn by<T: Send + 'static>(
    deadline: Instant,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, DeliveryErrorKind> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let work = move || {
        // The caller may be gone by now; then nobody wants the answer.
        let _ = sender.send(work());
    };
    thread::Builder::new()
        .name("delivery".to_owned())
        .spawn(work)
        .map_err(|error| DeliveryErrorKind::Here(format!("cannot start a thread: {error}")))?;
    receiver
        .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        .map_err(|error| match error {
            RecvTimeoutError::Timeout => DeliveryErrorKind::Timeout("waiting for an answer"),
            RecvTimeoutError::Disconnected => {
                DeliveryErrorKind::Here("the delivering thread broke down".to_owned())
            }
        })
}
