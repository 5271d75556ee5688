//! Reports keep their order, go out at least once, and stand in nobody's way for ever.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, SystemTime};

use history::{Bounds, Claimed, Decision, End, History, NewReport, NewRun, Outcome, Turn};
use uuid::Uuid;

const HOLD: Duration = Duration::from_secs(10);

struct Box {
    _folder: tempfile::TempDir,
    history: History,
    now: SystemTime,
}

impl Box {
    fn new() -> Box {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(folder.path(), Duration::from_secs(5)).unwrap();
        Box {
            _folder: folder,
            history,
            now: SystemTime::now(),
        }
    }

    /// A run with one report to each address; returns those that are ours to deliver.
    fn put(&mut self, text: &str, addresses: &[&str], hold: Duration) -> Vec<Claimed> {
        let run = NewRun::here(Uuid::new_v4(), "job", "true", "root", self.now);
        let report = |address: &&str| NewReport {
            target: format!("target {address}"),
            address: (*address).to_owned(),
            payload: text.as_bytes().to_vec(),
        };
        let reports = addresses.iter().map(report).collect();
        let end = End::new(Outcome::Exited(1), true, Duration::ZERO);
        self.history
            .finish(&run, &end, |_| Decision {
                status: None,
                reports,
                hold,
            })
            .unwrap()
    }

    fn claim(&mut self) -> Option<Claimed> {
        self.history.claim(None, self.now, HOLD).unwrap()
    }

    fn next(&mut self) -> Option<String> {
        self.claim().map(|claimed| text(&claimed))
    }
}

fn text(claimed: &Claimed) -> String {
    format!(
        "{} {}",
        claimed.address,
        String::from_utf8_lossy(&claimed.payload)
    )
}

#[test]
fn reports_to_one_address_come_in_order_and_one_at_a_time() {
    let mut outbox = Box::new();
    outbox.put("1", &["a", "b"], Duration::ZERO);
    outbox.put("2", &["a"], Duration::ZERO);
    let first = outbox.claim().unwrap();
    assert_eq!(text(&first), "a 1");
    assert_eq!(outbox.next().as_deref(), Some("b 1"));
    assert_eq!(
        outbox.next(),
        None,
        "the second to a waits for the first, b's is held"
    );
    outbox.history.delivered(&first).unwrap();
    assert_eq!(outbox.next().as_deref(), Some("a 2"));
    assert_eq!(outbox.history.outbox().unwrap().len(), 2);
}

#[test]
fn a_run_delivers_its_own_reports_unless_earlier_ones_wait() {
    let mut outbox = Box::new();
    let ours = outbox.put("1", &["a"], HOLD);
    assert_eq!(ours.iter().map(text).collect::<Vec<_>>(), ["a 1"]);
    assert_eq!(outbox.next(), None, "nobody else delivers it meanwhile");
    assert_eq!(outbox.put("2", &["a"], HOLD), []);
    outbox.history.delivered(&ours[0]).unwrap();
    assert_eq!(outbox.next().as_deref(), Some("a 2"));
}

#[test]
fn a_lease_ends_so_that_a_report_whose_deliverer_was_killed_goes_out_all_the_same() {
    let mut outbox = Box::new();
    let killed = outbox.put("1", &["a"], HOLD);
    outbox.now += HOLD * 2;
    let again = outbox.claim().unwrap();
    assert_eq!(text(&again), "a 1");
    outbox.history.delivered(&killed[0]).unwrap();
    assert_eq!(
        outbox.history.outbox().unwrap().len(),
        1,
        "an old lease does not count any more"
    );
    outbox.history.delivered(&again).unwrap();
    assert_eq!(outbox.history.outbox().unwrap(), []);
}

#[test]
fn a_clock_that_was_set_back_holds_nothing_up() {
    let mut outbox = Box::new();
    outbox.put("1", &["a"], HOLD);
    outbox.now -= Duration::from_secs(400 * 86_400);
    assert_eq!(outbox.next().as_deref(), Some("a 1"));
}

#[test]
fn what_failed_comes_again_after_its_pause_and_before_what_came_later() {
    let mut outbox = Box::new();
    outbox.put("1", &["a"], Duration::ZERO);
    outbox.put("2", &["a"], Duration::ZERO);
    let first = outbox.claim().unwrap();
    outbox
        .history
        .put_back(&first, "answered 503", outbox.now + Duration::from_secs(60))
        .unwrap();
    assert_eq!(outbox.next(), None);
    let shown = outbox.history.outbox().unwrap();
    assert_eq!(
        (shown[0].attempts, shown[0].error.as_deref()),
        (1, Some("answered 503"))
    );
    outbox.now += Duration::from_secs(61);
    let again = outbox.claim().unwrap();
    assert_eq!((text(&again).as_str(), again.attempts), ("a 1", 1));
}

#[test]
fn what_is_refused_for_good_is_laid_aside_and_the_next_goes_on() {
    let mut outbox = Box::new();
    outbox.put("1", &["a"], Duration::ZERO);
    outbox.put("2", &["a"], Duration::ZERO);
    let first = outbox.claim().unwrap();
    outbox.history.lay_aside(&first, "answered 404").unwrap();
    assert_eq!(outbox.next().as_deref(), Some("a 2"));
    let shown = outbox.history.outbox().unwrap();
    assert_eq!(
        shown.iter().map(|report| report.dead).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(shown[1].error.as_deref(), Some("answered 404"));
}

#[test]
fn an_outbox_has_bounds_in_size_and_age() {
    let mut outbox = Box::new();
    for number in 0..10 {
        outbox.put(&number.to_string(), &["a"], Duration::ZERO);
    }
    let bounds = Bounds {
        reports: 4,
        age: Duration::from_secs(86_400),
    };
    assert_eq!(outbox.history.bound(bounds, outbox.now).unwrap(), 6);
    let shown = outbox.history.outbox().unwrap();
    assert_eq!(shown.iter().filter(|report| !report.dead).count(), 4);
    assert_eq!(
        shown.iter().filter(|report| report.dead).count(),
        4,
        "of the dead only the latest are kept"
    );
    assert_eq!(outbox.next().as_deref(), Some("a 6"));
    let later = outbox.now + Duration::from_secs(2 * 86_400);
    assert_eq!(outbox.history.bound(bounds, later).unwrap(), 4);
    assert!(outbox.history.outbox().unwrap().iter().all(|report| report.dead));
    assert_eq!(outbox.history.bound(Bounds::default(), outbox.now).unwrap(), 0);
}

#[test]
fn turns_at_an_address_are_one_pause_apart_for_all_processes() {
    let folder = tempfile::tempdir().unwrap();
    let open = || History::open(folder.path(), Duration::from_secs(5)).unwrap();
    let (mut one, mut other) = (open(), open());
    let (pause, patience, now) = (
        Duration::from_secs(60),
        Duration::from_secs(90),
        SystemTime::now(),
    );
    let turn =
        |history: &mut History, address: &str, now| history.turn(address, pause, patience, now).unwrap();
    assert_eq!(turn(&mut one, "ops", now), Turn::In(Duration::ZERO));
    let Turn::In(wait) = turn(&mut other, "ops", now) else {
        panic!("within our patience")
    };
    assert_eq!(wait.as_secs(), 60);
    assert!(matches!(turn(&mut one, "ops", now), Turn::NotBefore(at) if at > now + pause));
    assert_eq!(turn(&mut one, "others", now), Turn::In(Duration::ZERO));
    let later = now + 3 * pause;
    assert_eq!(turn(&mut one, "ops", later), Turn::In(Duration::ZERO));
    let set_back = now - Duration::from_secs(86_400);
    assert_eq!(turn(&mut one, "ops", set_back), Turn::In(Duration::ZERO));
}
