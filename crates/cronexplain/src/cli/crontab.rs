//! `crontab`: files, pictures, and what goes where.

use std::io::{self, IsTerminal, Write};

use crontab::{Daemon, Kind};

use super::{Failure, color, terminal};
use crate::answer::{Place, Verdict};
use crate::crontabs::{Counter, Entry, Listing, Load, Reader, Rest, Timeline, daemon};
use crate::options::{Crontabs, Options, Span, UserColumn};
use crate::style::Style;
use crate::trouble::Trouble;
use crate::{files, time};

/// Explains crontabs.
pub(super) fn read(
    options: &Options,
    asked: &Crontabs,
    place: &Place,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let daemon = daemon(place.dialect)?;
    let found = files::find(&asked.paths, daemon)?;
    let mut picture = Picture::asked_for(asked, place)?;
    let json = options.common.json;
    // Only the picture goes to stdout, so that it is a picture.
    let alone = asked.svg.as_ref().is_some_and(|file| file.as_os_str() == "-");
    let listed = !alone && (json || asked.svg.is_some() || matches!(picture, Picture::None));
    let mut listing = Listing::new(place, daemon.title, json);
    let mut rest = Rest::default();
    let reader = reader(options, asked, daemon, place);
    if listed {
        listing.begin(out)?;
    }
    for file in found {
        reader.read(&file.read()?, &mut rest, |entry| {
            picture.add(entry);
            if listed {
                listing.entry(entry, out)?;
            }
            Ok(())
        })?;
    }
    let drawn = picture.finish();
    if listed {
        listing.end(drawn.load(), &rest, out)?;
    } else if !alone {
        out.write_all(drawn.text(place.style).as_bytes())?;
    }
    if !alone {
        listing.warn(&rest, out)?;
    }
    if let Some(file) = &asked.svg {
        files::write(file, &drawn.svg(), out)??;
    }
    out.flush()?;
    complain(&rest);
    Ok(rest.verdict())
}

fn reader<'r>(options: &Options, asked: &Crontabs, daemon: &'static Daemon, place: &'r Place) -> Reader<'r> {
    Reader {
        daemon,
        kind: match asked.kind {
            None | Some(UserColumn::Auto) => None,
            Some(UserColumn::User) => Some(Kind::User),
            Some(UserColumn::System) => Some(Kind::System),
        },
        place,
        zones: &|name| host::zone(Some(name)).ok(),
        troubles: Style {
            color: color(options.common.color, io::stderr().is_terminal()),
            quiet: options.common.quiet,
        },
    }
}

fn complain(rest: &Rest) {
    let mut stderr = io::stderr().lock();
    for trouble in &rest.troubles {
        let _ = stderr.write_all(trouble.as_bytes());
    }
    if rest.more > 0 {
        let lines = time::count(rest.more as i64, "more line");
        let _ = writeln!(stderr, "... and {lines} that cannot be read");
    }
}

/// What is drawn, while the entries are read.
enum Picture<'z> {
    None,
    /// One day, a line for each entry.
    Timeline(Timeline<'z>),
    /// Some days, all entries together.
    Load(Counter<'z>),
}

impl<'z> Picture<'z> {
    fn asked_for(asked: &Crontabs, place: &'z Place) -> Result<Picture<'z>, Trouble> {
        let zone = &place.zone;
        if let Some(day) = &asked.timeline {
            let moment = time::moment("--timeline", day, zone, place.now)?;
            return Ok(Picture::Timeline(Timeline::new(moment.local.date(), zone)));
        }
        let from = place.from.unwrap_or(place.now);
        let today = from.with_timezone(&zone.offset_at(from)).date_naive();
        Ok(match asked.load {
            Some(Span::Day) => Picture::Load(Counter::new(today, 1, zone)),
            Some(Span::Week) => Picture::Load(Counter::new(today, 7, zone)),
            // A picture that is asked for without more is that of the week.
            None if asked.svg.is_some() => Picture::Load(Counter::new(today, 7, zone)),
            None => Picture::None,
        })
    }

    fn add(&mut self, entry: &Entry<'_>) {
        match self {
            Picture::None => {}
            Picture::Timeline(timeline) => timeline.add(entry),
            Picture::Load(counter) => counter.add(entry),
        }
    }

    fn finish(self) -> Drawn<'z> {
        match self {
            Picture::None => Drawn::None,
            Picture::Timeline(timeline) => Drawn::Timeline(timeline),
            Picture::Load(counter) => Drawn::Load(counter.load()),
        }
    }
}

/// What is drawn, when all entries have been read.
enum Drawn<'z> {
    None,
    Timeline(Timeline<'z>),
    Load(Load),
}

impl Drawn<'_> {
    fn load(&self) -> Option<&Load> {
        match self {
            Drawn::Load(load) => Some(load),
            _ => None,
        }
    }

    fn text(&self, style: Style) -> String {
        let terminal = terminal(style);
        match self {
            Drawn::None => String::new(),
            Drawn::Timeline(timeline) => timeline.text(&terminal),
            Drawn::Load(load) => load.text(&terminal),
        }
    }

    fn svg(&self) -> String {
        match self {
            Drawn::None => String::new(),
            Drawn::Timeline(timeline) => timeline.svg(),
            Drawn::Load(load) => load.svg(),
        }
    }
}
