//! The pictures as SVG, read back by an XML parser.

use chart::{Calendar, HeatMap, LoadMap, Row, Timeline};
use chrono::{NaiveDate, Weekday};
use roxmltree::{Document, Node};

const HOSTILE: &str =
    "</text><script>alert('1')</script> & \"quotes\" ]]> <!-- \0 \x1b[31m \u{202e}desrever \u{ffff} \u{feff}";

/// The same, as it may be shown.
const SHOWN: &str = "</text><script>alert('1')</script> & \"quotes\" ]]> <!-- \\x00 \\x1b[31m \\u{202e}desrever \
                     \\u{ffff} \\u{feff}";

fn pictures(title: &str) -> Vec<(&'static str, String)> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
    let counts = first
        .iter_days()
        .take(365)
        .step_by(3)
        .map(|day| (day, 1))
        .collect();
    let calendar = Calendar {
        title,
        first,
        months: 12,
        week_start: Weekday::Mon,
        counts: &counts,
    };
    let rows = [
        Row {
            label: HOSTILE,
            minutes: &[0, 30, 31, 32, 1439],
        },
        Row {
            label: "",
            minutes: &[],
        },
    ];
    let load: Vec<u32> = (0..10080).map(|minute| u32::from(minute % 60 == 0) * 3).collect();
    let week = LoadMap {
        title,
        first,
        counts: &load,
        collision: 2,
    };
    let day = LoadMap {
        counts: &load[..1440],
        ..week
    };
    vec![
        ("calendar", calendar.svg()),
        (
            "month",
            Calendar {
                months: 1,
                ..calendar
            }
            .svg(),
        ),
        (
            "no months",
            Calendar {
                months: 0,
                ..calendar
            }
            .svg(),
        ),
        ("hours", HeatMap::hour_by_weekday(title, &[[1; 24]; 7]).svg()),
        ("minutes", HeatMap::minute_by_hour(title, &[[0; 60]; 24]).svg()),
        ("timeline", Timeline { title, rows: &rows }.svg()),
        ("no rows", Timeline { title, rows: &[] }.svg()),
        ("load of a week", week.svg()),
        ("load of a day", day.svg()),
        ("load of nothing", LoadMap { counts: &[], ..week }.svg()),
    ]
}

fn each(title: &str, check: impl Fn(&str, &str, Node<'_, '_>)) {
    for (name, svg) in pictures(title) {
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}\n{svg}"));
        check(name, &svg, document.root_element());
    }
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Node<'a, 'a> {
    node.children()
        .find(|child| child.has_tag_name(("http://www.w3.org/2000/svg", name)))
        .expect("the element")
}

#[test]
fn each_is_well_formed_and_named_for_screen_readers() {
    each("A & B", |name, _, root| {
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        let labels: Vec<&str> = root
            .attribute("aria-labelledby")
            .unwrap()
            .split_whitespace()
            .collect();
        let (title, desc) = (child(root, "title"), child(root, "desc"));
        assert_eq!(
            labels,
            [title.attribute("id").unwrap(), desc.attribute("id").unwrap()]
        );
        assert_eq!(title.text(), Some("A & B"), "{name}");
        assert!(desc.text().unwrap().len() > 8, "{name}");
    });
}

#[test]
fn hostile_names_stay_text() {
    each(HOSTILE, |name, svg, root| {
        assert_eq!(child(root, "title").text(), Some(SHOWN), "{name}");
        let allowed = ["svg", "title", "desc", "style", "rect", "text", "path"];
        for node in root.descendants().filter(Node::is_element) {
            assert!(
                allowed.contains(&node.tag_name().name()),
                "{name}: <{}>",
                node.tag_name().name()
            );
            for attribute in node.attributes() {
                assert!(
                    !attribute.name().starts_with("on") && attribute.name() != "href",
                    "{name}"
                );
            }
        }
        let raw = svg
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || "\u{202e}\u{feff}\u{ffff}".contains(*c));
        assert_eq!(raw, None, "{name}");
    });
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    each("", |name, svg, _| {
        let namespace = "xmlns=\"http://www.w3.org/2000/svg\"";
        assert!(!svg.replace(namespace, "").contains("://"), "{name}");
        assert!(!svg.contains("url("), "{name}");
        assert!(!svg.contains("@import"), "{name}");
    });
}

#[test]
fn the_style_knows_light_and_dark_and_stays_within_its_picture() {
    each("x", |name, svg, root| {
        let id = root.attribute("id").unwrap();
        let style = child(root, "style").text().unwrap();
        let (light, dark) = style
            .split_once("@media(prefers-color-scheme:dark){")
            .unwrap_or_else(|| panic!("{name}"));
        for rules in [light, dark.strip_suffix('}').unwrap()] {
            let selectors = rules
                .split_terminator('}')
                .map(|rule| rule.split('{').next().unwrap());
            for selector in selectors.flat_map(|list| list.split(',')) {
                assert!(selector.starts_with(&format!("#{id} ")), "{name}: {selector}");
            }
        }
        assert!(!svg.contains('%'), "{name}");
    });
}

#[test]
fn two_pictures_on_one_page_do_not_share_ids() {
    let mut ids: Vec<String> = Vec::new();
    for (_, svg) in pictures("x") {
        let document = Document::parse(&svg).unwrap();
        let nodes = document.descendants();
        ids.extend(nodes.filter_map(|node| node.attribute("id").map(str::to_owned)));
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert_eq!(pictures("x"), pictures("x"));
}

#[test]
fn nothing_lies_outside_of_the_page() {
    each("A title", |name, _, root| {
        let number = |node: Node<'_, '_>, key: &str| -> f64 {
            node.attribute(key).map_or(0.0, |text| text.parse().unwrap())
        };
        let (width, height) = (number(root, "width"), number(root, "height"));
        for node in root
            .descendants()
            .filter(|node| ["rect", "text"].contains(&node.tag_name().name()))
        {
            let right = number(node, "x") + number(node, "width");
            let bottom = number(node, "y") + number(node, "height");
            assert!(right <= width && bottom <= height, "{name}: {node:?}");
        }
    });
}

#[test]
fn a_day_that_fires_says_how_often() {
    let svg = &pictures("x")[0].1;
    assert!(svg.contains("<title>2026-01-04: 1 firing</title>"));
    assert!(svg.contains("Calendar of January 2026 to December 2026: 122 of 365 days, 122 firings. At most 1 a day, first on 2026-01-01."));
}

#[test]
fn a_label_that_is_cut_is_whole_in_its_tip() {
    let rows = [Row {
        label: "a command line that is much longer than there is room for beside the day",
        minutes: &[61],
    }];
    let svg = Timeline {
        title: "",
        rows: &rows,
    }
    .svg();
    assert!(
        svg.contains("</title>a command line that is much longer …</text>"),
        "{svg}"
    );
    assert!(
        svg.contains(
            "<title>a command line that is much longer than there is room for beside the day</title>"
        )
    );
    assert!(svg.contains("beside the day: 1 firing at 01:01."));
}
