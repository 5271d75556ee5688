//! How much is kept, and what is forgotten.

use super::*;

#[test]
fn old_runs_and_too_many_are_forgotten_with_their_output() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let now = SystemTime::now();
    let day = Duration::from_secs(86_400);
    let mut ids = Vec::new();
    for age in (0..10).rev() {
        let run = NewRun {
            started: now - day * age,
            ..run("job")
        };
        history
            .finish(
                &run,
                &End {
                    output: b"text".to_vec(),
                    ..success()
                },
                nothing,
            )
            .unwrap();
        ids.push(run.id);
    }
    assert_eq!(
        history
            .forget(
                Retention {
                    age: day * 7 + day / 2,
                    runs: 5,
                    ..Retention::default()
                },
                now
            )
            .unwrap(),
        5
    );
    let left: Vec<Uuid> = history
        .last("job", 100)
        .unwrap()
        .into_iter()
        .map(|run| run.id)
        .rev()
        .collect();
    assert_eq!(left, ids[5..]);
    assert_eq!(history.output(ids[0]).unwrap(), None);
    assert!(history.output(ids[9]).unwrap().is_some());
}

#[test]
fn output_is_kept_of_failures_and_of_the_last_successes() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let mut ids = Vec::new();
    for number in 0..40 {
        let run = run("job");
        let failed = number == 3;
        let end = End {
            output: b"text".to_vec(),
            failed,
            ..success()
        };
        history.finish(&run, &end, nothing).unwrap();
        ids.push(run.id);
    }
    let kept: Vec<usize> = (0..40)
        .filter(|&at| history.output(ids[at]).unwrap().is_some())
        .collect();
    assert_eq!(kept[0], 3, "the failure");
    assert!(
        (21..=41).contains(&kept.len()) && kept.ends_with(&(20..40).collect::<Vec<_>>()),
        "{kept:?}"
    );
}

#[test]
fn a_run_that_never_ends_is_not_forgotten_by_writing_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let long = NewRun {
        started: SystemTime::now() - Duration::from_secs(500 * 86_400),
        ..run("job")
    };
    history.begin(&long).unwrap();
    for _ in 0..50 {
        history.finish(&run("job"), &success(), nothing).unwrap();
    }
    assert!(history.find(long.id).unwrap().is_some());
}

#[test]
fn as_much_is_kept_as_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    history.set_retention(Retention {
        runs: 10,
        outputs: 3,
        ..Retention::default()
    });
    for _ in 0..100 {
        let end = End {
            output: b"text".to_vec(),
            ..success()
        };
        history.finish(&run("job"), &end, nothing).unwrap();
    }
    let left = history.last("job", 1_000).unwrap();
    // Not at each run, but at each twentieth.
    assert!((10..=30).contains(&left.len()), "{}", left.len());
    let kept = left
        .iter()
        .filter(|run| history.output(run.id).unwrap().is_some());
    assert!((3..=23).contains(&kept.count()));
}
