//! Reading events from CSV: every record becomes an event or a violation, with the line it starts on.

use std::io::{self, Read};

use assay_app::import::csv::{CsvEvents, Line, Mapping, Template};
use assay_domain::{
    event::{Actor, NewEvent},
    violation::Violation,
};

/// A mapping for the columns `number`, `mod` and `at`.
fn mapping() -> Result<Mapping, Violation> {
    Ok(Mapping {
        subject: Template::column("--subject", "number")?,
        id: Template::column("--id", "{number}-{mod}")?,
        time: Template::column("--time", "at")?,
        time_format: "%d/%m/%Y %H:%M".into(),
        customer: None,
        kind: Template::text("--type", "incident.updated")?,
        sequence: None,
        source: "csv".into(),
        actor: None,
        missing: "?".into(),
    })
}

fn read(file: impl Read, mapping: &Mapping) -> Result<Vec<Line>, Violation> {
    Ok(CsvEvents::open(file, mapping)?.collect())
}

/// The events of a file, or the first violation.
fn events(file: &str, mapping: &Mapping) -> Result<Vec<NewEvent>, Violation> {
    read(file.as_bytes(), mapping)?.into_iter().map(|line| line.result).collect()
}

/// Each line in short: `2 INC1-0`, or `3 time` for a violation of the time.
fn outline(file: &[u8], mapping: &Mapping) -> Result<Vec<String>, Violation> {
    let short = |line: &Line| match &line.result {
        Ok(event) => format!("{} {}", line.number, event.id),
        Err(violation) => format!("{} {}", line.number, violation.field),
    };
    Ok(read(file, mapping)?.iter().map(short).collect())
}

#[test]
fn a_record_becomes_an_event() {
    let mapping = Mapping {
        customer: Some(Template::column("--customer", "site").unwrap()),
        sequence: Some(Template::column("--sequence", "mod").unwrap()),
        actor: Some(Template::text("--actor", "human").unwrap()),
        ..mapping().unwrap()
    };
    let file = "number,mod,at,site,text\nINC1,4,2/3/2016 8:52,Site 9,all well\n";
    let event = NewEvent {
        source: "csv".into(),
        id: "INC1-4".into(),
        kind: "incident.updated".into(),
        subject: "INC1".into(),
        occurred_at: "2016-03-02T08:52:00Z".parse().unwrap(),
        sequence: 4,
        customer: Some("Site 9".into()),
        actor: Actor::Human,
        data: r#"{"number":"INC1","mod":"4","at":"2/3/2016 8:52","site":"Site 9","text":"all well"}"#.into(),
    };
    assert_eq!(events(file, &mapping).unwrap(), [event]);
}

#[test]
fn fields_come_from_columns_templates_or_text() {
    let file = "number,mod,at,kind,who\n7,1,2/3/2016 8:52,note,ai\n";
    let column = |text| Template::column("--id", text).unwrap();
    let text = |text| Template::text("--type", text).unwrap();
    let base = mapping().unwrap();
    for (mapping, expected) in [
        (Mapping { id: column("mod"), ..base.clone() }, "7 1 incident.updated unknown"),
        (Mapping { subject: column("{number}"), ..base.clone() }, "7 7-1 incident.updated unknown"),
        (Mapping { subject: column("T{number}"), ..base.clone() }, "T7 7-1 incident.updated unknown"),
        (Mapping { id: column("{{{number}}}{mod}"), ..base.clone() }, "7 {7}1 incident.updated unknown"),
        (Mapping { kind: text("{kind}"), ..base.clone() }, "7 7-1 note unknown"),
        (Mapping { kind: text("ticket.{kind}"), ..base.clone() }, "7 7-1 ticket.note unknown"),
        (Mapping { actor: Some(text("{who}")), ..base.clone() }, "7 7-1 incident.updated ai"),
        (Mapping { actor: Some(text("system")), ..base.clone() }, "7 7-1 incident.updated system"),
    ] {
        let events = events(file, &mapping).unwrap();
        let NewEvent { subject, id, kind, actor, .. } = &events[0];
        assert_eq!(format!("{subject} {id} {kind} {actor}"), expected);
    }
}

#[test]
fn templates_that_cannot_be_read_name_the_option() {
    for (text, problem) in [
        ("", "is empty"),
        ("{", "not closed"),
        ("a{b", "not closed"),
        ("a}b", "not opened"),
        ("{a}}", "not opened"),
        ("x{}", "without a column's name"),
    ] {
        let violation = Template::column("--id", text).unwrap_err();
        assert_eq!(violation.field, "--id");
        assert!(violation.problem.contains(problem), "{text:?}: {violation}");
    }
}

#[test]
fn unknown_columns_are_told_at_once_with_the_closest() {
    let column = |text| Template::column("--x", text).unwrap();
    let base = mapping().unwrap();
    let file = "number,mod,at,location\n";
    for (mapping, option, unknown, suggestion) in [
        (Mapping { customer: Some(column("locaton")), ..base.clone() }, "--customer", "locaton", "did you mean \"location\"?"),
        (Mapping { customer: Some(column("LOCATION")), ..base.clone() }, "--customer", "LOCATION", "did you mean \"location\"?"),
        (Mapping { subject: column("numbr"), ..base.clone() }, "--subject", "numbr", "did you mean \"number\"?"),
        (Mapping { id: column("{number}-{sequence}"), ..base.clone() }, "--id", "sequence", "name one of its columns"),
        (Mapping { time: column("updated_at"), ..base.clone() }, "--time", "updated_at", "name one of its columns"),
        (Mapping { kind: column("{modd}"), ..base.clone() }, "--type", "modd", "did you mean \"mod\"?"),
        (Mapping { sequence: Some(column("mode")), ..base.clone() }, "--sequence", "mode", "did you mean \"mod\"?"),
        (Mapping { actor: Some(column("{nobody}")), ..base.clone() }, "--actor", "nobody", "name one of its columns"),
    ] {
        let violation = events(file, &mapping).unwrap_err();
        assert_eq!(violation.field, option);
        assert!(violation.problem.contains(&format!("{unknown:?}")), "{violation}");
        assert!(violation.remedy.contains(suggestion), "{violation}");
        assert!(violation.remedy.contains("number, mod, at, location"), "{violation}");
    }
}

#[test]
fn headers_and_options_that_fit_no_record_are_refused() {
    let base = mapping().unwrap();
    let actor = Mapping { actor: Some(Template::text("--actor", "robot").unwrap()), ..base.clone() };
    for (file, mapping, field) in [
        (&b""[..], &base, "file"),
        (b"\n\n", &base, "file"),
        (b"number,mod,at,mod\n", &base, "header"),
        (b"number,mod,at,caf\xe9\n", &base, "header"),
        (b"number,mod,at\n", &actor, "--actor"),
    ] {
        assert_eq!(read(file, mapping).unwrap_err().field, field, "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn times_are_read_as_their_format_says() {
    let file = |text: &str| format!("number,mod,at\nINC1,0,\"{text}\"\n");
    for (format, text) in [
        ("%d/%m/%Y %H:%M", "2/3/2016 8:52"),
        ("%d/%m/%Y %H:%M", "02/03/2016 08:52"),
        ("%Y-%m-%d %H:%M:%S%.f", "2016-03-02 08:52:00.000"),
        ("%Y-%m-%d %H:%M %z", "2016-03-02 10:52 +0200"),
        ("%Y%m%dT%H%M", "20160302T0852"),
        ("%a, %b %d %Y %I:%M %p", "Wed, Mar 02 2016 08:52 AM"),
        ("%s", "1456908720"),
        ("rfc3339", "2016-03-02T08:52:00Z"),
        ("rfc3339", "2016-03-02T09:52:00+01:00"),
    ] {
        let mapping = Mapping { time_format: format.into(), ..mapping().unwrap() };
        let events = events(&file(text), &mapping).unwrap_or_else(|violation| panic!("{format}, {text}: {violation}"));
        assert_eq!(events[0].occurred_at.to_string(), "2016-03-02T08:52:00Z", "{format}, {text}");
    }
}

#[test]
fn a_date_alone_is_its_midnight() {
    let mapping = Mapping { time_format: "%Y-%m-%d".into(), ..mapping().unwrap() };
    let events = events("number,mod,at\nINC1,0,2016-03-02\n", &mapping).unwrap();
    assert_eq!(events[0].occurred_at.to_string(), "2016-03-02T00:00:00Z");
}

#[test]
fn formats_that_tell_no_time_are_refused_at_once() {
    for format in ["", "%", "%Y-%m-%d %L", "%H:%M", "%d/%m %H:%M", "%Y-%m-%d %H:%M %Z", "%c", "dd/mm/yyyy", "RFC3339"] {
        let mapping = Mapping { time_format: format.into(), ..mapping().unwrap() };
        let violation = events("number,mod,at\n", &mapping).unwrap_err();
        assert_eq!(violation.field, "--time-format", "{format:?}");
        assert!(violation.problem.contains(&format!("{format:?}")), "{violation}");
    }
}

#[test]
fn a_time_that_cannot_be_read_names_itself_and_the_format() {
    for (format, text) in [
        ("%d/%m/%Y %H:%M", "31/2/2016 06:38"),
        ("%d/%m/%Y %H:%M", "2016-03-02 08:52"),
        ("%d/%m/%Y %H:%M", "2/3/2016 8:52 CET"),
        ("rfc3339", "2/3/2016 8:52"),
        ("rfc3339", "2016-03-02T08:52:00"),
    ] {
        let mapping = Mapping { time_format: format.into(), ..mapping().unwrap() };
        let file = format!("number,mod,at\nINC1,0,{text}\n");
        let violation = events(&file, &mapping).unwrap_err();
        assert_eq!(violation.field, "time");
        assert!(violation.problem.contains(&format!("{text:?}")), "{violation}");
        assert!(format == "rfc3339" || violation.problem.contains(&format!("{format:?}")), "{violation}");
        assert!(violation.remedy.contains("--time-format"), "{violation}");
    }
}

#[test]
fn missing_values_are_left_out() {
    let mapping = Mapping {
        customer: Some(Template::column("--customer", "site").unwrap()),
        sequence: Some(Template::column("--sequence", "order").unwrap()),
        actor: Some(Template::text("--actor", "{who}").unwrap()),
        ..mapping().unwrap()
    };
    for (missing, cells, data, customer) in [
        ("?", "?,?,?,", r#","note":"""#, None),
        ("?", ",,,?", r#","site":"","order":"","who":"""#, None),
        ("", ",,,?", r#","note":"?""#, None),
        ("", "?,,,", r#","site":"?""#, Some("?")),
        ("n/a", "n/a,n/a,n/a,n/a", "", None),
    ] {
        let mapping = Mapping { missing: missing.into(), ..mapping.clone() };
        let file = format!("number,mod,at,site,order,who,note\n1,0,2/3/2016 8:52,{cells}\n");
        let event = events(&file, &mapping).unwrap().remove(0);
        assert_eq!(event.data, format!(r#"{{"number":"1","mod":"0","at":"2/3/2016 8:52"{data}}}"#), "{missing:?}, {cells}");
        assert_eq!((event.customer.as_deref(), event.sequence, event.actor), (customer, 0, Actor::Unknown), "{missing:?}, {cells}");
    }
}

#[test]
fn a_missing_identity_or_time_is_a_violation() {
    for (record, field) in
        [("?,0,2/3/2016 8:52", "id"), ("1,?,2/3/2016 8:52", "id"), ("1,,2/3/2016 8:52", "id"), ("1,0,?", "time"), ("1,0,", "time")]
    {
        let violation = events(&format!("number,mod,at\n{record}\n"), &mapping().unwrap()).unwrap_err();
        assert_eq!(violation.field, field, "{record}");
        assert!(violation.problem.contains("has no value"), "{violation}");
    }
}

#[test]
fn data_is_valid_json_whatever_the_cells_hold() {
    let file = "number,mod,at,\"the \"\"text\"\"\"\n1,0,2/3/2016 8:52,\"a \"\"quote\"\", a back\\slash,\ttab\nand é\"\n";
    let event = events(file, &mapping().unwrap()).unwrap().remove(0);
    let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
    let expected = serde_json::json!({
        "number": "1", "mod": "0", "at": "2/3/2016 8:52",
        "the \"text\"": "a \"quote\", a back\\slash,\ttab\nand é",
    });
    assert_eq!(data, expected);
}

#[test]
fn records_are_numbered_by_the_line_they_start_on() {
    for (name, file, expected) in [
        ("LF", "number,mod,at\n1,0,x\n2,0,x\n", &[2, 3][..]),
        ("CRLF", "number,mod,at\r\n1,0,x\r\n2,0,x\r\n", &[2, 3]),
        ("no last line end", "number,mod,at\n1,0,x\n2,0,x", &[2, 3]),
        ("a byte order mark", "\u{feff}number,mod,at\n1,0,x\n", &[2]),
        ("empty lines", "number,mod,at\n\n1,0,x\n\n\n2,0,x\n\n", &[3, 6]),
        ("empty lines before the header", "\n\nnumber,mod,at\n1,0,x\n", &[4]),
        ("line ends inside", "number,mod,at\n\"1\n1\",0,x\n2,0,\"x\r\nx\"\n3,0,x\n", &[2, 4, 6]),
        ("all of it", "number,mod,at\r\n\r\n\"1\r\n\r\n1\",0,x\r\n2,0,x\r\n", &[3, 6]),
        ("an open quote", "number,mod,at\n1,0,x\n2,0,\"x\n", &[2, 3]),
        ("an open quote over lines", "number,mod,at\n1,0,x\n\"2,0,x\n3,0,x\n4,0,x", &[2, 3]),
        ("a line end in the header", "number,mod,at,\"two\nlines\"\n1,0,x,y\n", &[3]),
    ] {
        let lines = read(file.as_bytes(), &mapping().unwrap()).unwrap();
        let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, expected, "{name}");
    }
}

#[test]
fn long_lines_are_read_in_pieces() {
    let long = "x".repeat(300_000);
    let file = format!("number,mod,at,text\n1,0,2/3/2016 8:52,{long}\n2,0,2/3/2016 8:52,\"{long}\n{long}\"\n3,0,2/3/2016 8:52,y\n");
    assert_eq!(outline(file.as_bytes(), &mapping().unwrap()).unwrap(), ["2 1-0", "3 2-0", "5 3-0"]);
}

#[test]
fn broken_records_stop_nothing() {
    let file = b"number,mod,at\n\
        1,0,2/3/2016 8:52\n\
        2,0\n\
        3,0,2/3/2016 8:52,more\n\
        4,0,yesterday\n\
        5,\xff,2/3/2016 8:52\n\
        6\xc3,\xa9,2/3/2016 8:52\n\
        7,0,2/3/2016 8:52\n";
    let expected = ["2 1-0", "3 record", "4 record", "5 time", "6 mod", "7 number", "8 7-0"];
    assert_eq!(outline(file, &mapping().unwrap()).unwrap(), expected);
}

#[test]
fn a_wrong_number_of_fields_tells_both_numbers() {
    let lines = read(&b"number,mod,at\n1,0\n\"2,0,x\n3,0,x\n"[..], &mapping().unwrap()).unwrap();
    let [short, open] = lines.as_slice() else { panic!("{lines:?}") };
    let short = short.result.as_ref().unwrap_err();
    assert!(short.problem.contains("2 fields") && short.problem.contains("header has 3"), "{short}");
    let open = open.result.as_ref().unwrap_err();
    assert!(open.remedy.contains("left open"), "{open}");
}

#[test]
fn sequences_and_actors_must_be_what_they_say() {
    let mapping = Mapping {
        sequence: Some(Template::column("--sequence", "order").unwrap()),
        actor: Some(Template::text("--actor", "{who}").unwrap()),
        ..mapping().unwrap()
    };
    let file = b"number,mod,at,order,who\n\
        1,0,2/3/2016 8:52,-3,ai\n\
        2,0,2/3/2016 8:52,1.5,ai\n\
        3,0,2/3/2016 8:52,99999999999999999999,ai\n\
        4,0,2/3/2016 8:52,1,robot\n";
    assert_eq!(outline(file, &mapping).unwrap(), ["2 1-0", "3 sequence", "4 sequence", "5 actor"]);
}

#[test]
fn a_file_that_breaks_off_says_so() {
    struct Torn;
    impl Read for Torn {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("torn"))
        }
    }
    let file = (&b"number,mod,at\n1,0,2/3/2016 8:52\n2,0,2/3"[..]).chain(Torn);
    let lines = read(file, &mapping().unwrap()).unwrap();
    let [first, last] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(first.result.as_ref().map(|event| event.id.as_str()), Ok("1-0"));
    let last = last.result.as_ref().unwrap_err();
    assert_eq!(last.field, "file");
    assert!(last.problem.contains("torn"), "{last}");
}

#[test]
fn the_position_moves_from_the_header_to_the_end() {
    let file = "number,mod,at\n1,0,2/3/2016 8:52\n2,0,2/3/2016 8:52\n";
    let mut events = CsvEvents::open(file.as_bytes(), &mapping().unwrap()).unwrap_or_else(|violation| panic!("{violation}"));
    let mut positions = vec![events.position()];
    while events.next().is_some() {
        positions.push(events.position());
    }
    assert_eq!(positions, [14, 32, 50]);
}
