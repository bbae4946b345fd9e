//! What the documents say is so: links lead somewhere, commands run, examples are read as they stand.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that reads files and runs the program"
)]

use model::Record;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use wire::stream::Request;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All documents: those at the root and what lies below docs/ and the folders that have a README.
fn documents() -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", "*.md"]).current_dir(root()).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let found: Vec<PathBuf> = listed.lines().map(PathBuf::from).collect();
    if !found.is_empty() {
        return found;
    }
    // An export without its history: the documents that readers begin with.
    ["README.md", "ARCHITECTURE.md", "docs/protocol.md", "docs/protocol-stream.md"]
        .map(PathBuf::from)
        .to_vec()
}

/// The code blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut followed = 0;
    for document in documents() {
        let text = read(document.to_str().unwrap());
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap().split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            let path = root().join(&document).parent().unwrap().join(target);
            assert!(path.exists(), "{} links to {target}, which is not there", document.display());
            followed += 1;
        }
    }
    assert!(followed > 10, "{followed}");
}

#[test]
fn every_folder_of_the_tree_is_there() {
    let readme = read("README.md");
    let tree = blocks(&readme, "text").into_iter().find(|block| block.starts_with("src/")).unwrap();
    let names = tree.split_whitespace().filter(|word| word.ends_with('/') || word.starts_with("crates/"));
    for name in names {
        let (parent, prefix) =
            name.trim_end_matches('/').rsplit_once('/').unwrap_or((".", name.trim_end_matches('/')));
        let wanted = prefix.trim_end_matches('*');
        let mut entries = std::fs::read_dir(root().join(parent)).unwrap();
        let is_there = entries.any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with(wanted));
        assert!(is_there, "{name} is in the README's tree, but not here");
    }
}

#[test]
fn the_commands_of_the_readme_run() {
    // A command may go over several lines.
    let readme = read("README.md").replace("\\\n", " ");
    let makefile = read("Makefile");
    let home = tempfile::tempdir().unwrap();
    example_files(home.path());
    let (mut made, mut run) = (0, 0);
    for line in blocks(&readme, "console").into_iter().flat_map(str::lines) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some(at) = words.iter().position(|word| *word == "make") {
            let target = words[at + 1];
            assert!(makefile.contains(&format!("\n{target}:")), "`make {target}` is not in the Makefile");
            made += 1;
        } else if words[0] == "pulse" {
            let output = pulse(&words[1..], home.path());
            let told = String::from_utf8_lossy(&output.stderr);
            // The PBX of the example does not exist; everything but it must be understood.
            let unreachable = words[1] == "tail" && told.contains("pbx1.example.org");
            assert!(output.status.success() || unreachable, "`{line}`: {told}");
            run += 1;
        }
    }
    assert!(made >= 3 && run >= 2, "{made} and {run} commands");
}

fn pulse(arguments: &[&str], home: &Path) -> Output {
    let mut arguments = arguments.to_vec();
    if arguments[0] == "tail" {
        arguments.extend(["--for", "1"]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulse"));
    command.args(&arguments).current_dir(home).env("PULSE_SOURCE_SECRET", "not-needed").output().unwrap()
}

/// The files that the README's commands name.
fn example_files(home: &Path) {
    let write = |name: &str, text: &str| std::fs::write(home.join(name), text).unwrap();
    write(
        "tenant.toml",
        "tenant = \"acme\"\ntime_zone = \"UTC\"\n[[source]]\nname = \"pbx1\"\nswitch = \"sw1\"\n\
         [[dn]]\nnumber = \"sales\"\nswitch = \"sw1\"\ntype = \"Queue\"\n",
    );
    write(
        "statistics.toml",
        "[[statistic]]\nname = \"entered\"\nstat_type = \"Calls_Entered\"\nobjects = [\"sales@sw1\"]\n\
         object_type = \"Queue\"\n",
    );
    let record = |at: i64, conn: &str| {
        format!(
            "{{\"source\":\"pbx1\",\"received\":{at},\"event\":\"Queued\",\"this_dn\":\"sales\",\
             \"this_queue\":\"sales\",\"conn_id\":\"{conn}\"}}\n"
        )
    };
    write("events.jsonl", &(record(1_795_404_500_000_000, "1") + &record(1_795_404_700_000_000, "2")));
}

#[test]
fn records_in_the_protocol_are_read_and_written_as_they_stand() {
    let protocol = read("docs/protocol.md");
    let examples = blocks(&protocol, "json");
    assert!(!examples.is_empty());
    for example in examples {
        let record: Record =
            serde_json::from_str(example).unwrap_or_else(|error| panic!("{error}: {example}"));
        assert_eq!(serde_json::to_string(&record).unwrap(), example);
    }
}

#[test]
fn what_a_browser_says_is_understood() {
    let stream = read("docs/protocol-stream.md");
    let query = stream.split("A query: `").nth(1).unwrap().split('`').next().unwrap().replace('\n', " ");
    let mut said = 0;
    for rest in stream.split("| `{\"op\"").skip(1) {
        let example = format!("{{\"op\"{}", rest.split('`').next().unwrap());
        let example = example.replace("{…}", &query).replace(":S}", ":7}");
        let request: Result<Request, _> = serde_json::from_str(&example);
        assert!(request.is_ok(), "{example}: {:?}", request.err());
        said += 1;
    }
    assert!(said >= 4, "{said}");
}

#[test]
fn the_table_of_connections_is_that_of_the_program() {
    let listed = pulse(&["check", "--list"], root());
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        read("docs/operations.md").contains(&listed),
        "docs/operations.md has another table than this:\n{listed}"
    );
}

/// Each row has exactly one test of its number, and the document names it.
#[test]
fn every_connection_has_one_test_and_the_document_names_it() {
    let folder = root().join("tests/connections");
    let mut sources = String::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => sources.push_str(&std::fs::read_to_string(path).unwrap()),
            }
        }
    }
    let names = sources.split("fn connection_").skip(1);
    let mut tests: Vec<&str> = names.map(|rest| rest.split('(').next().unwrap()).collect();
    tests.sort_unstable();
    let rows: Vec<String> = tests.iter().map(|name| name.split('_').next().unwrap().to_owned()).collect();
    assert_eq!(rows, (1..=27).map(|row| format!("{row:02}")).collect::<Vec<_>>());
    let operations = read("docs/operations.md");
    let said = operations.lines().filter_map(|line| line.split_once("| `connection_"));
    let mut said: Vec<(&str, &str)> =
        said.map(|(row, rest)| (row.trim_matches(['|', ' ']), rest.split('`').next().unwrap())).collect();
    said.sort_unstable_by_key(|(_, name)| *name);
    let expected: Vec<(&str, &str)> =
        tests.iter().map(|name| (name[..2].trim_start_matches('0'), *name)).collect();
    assert_eq!(said, expected, "the table of tests in docs/operations.md");
}

/// The example of `pulse check` has the lines that the program says, each with a verdict that there is.
#[test]
fn the_example_of_a_check_is_one_that_the_program_could_say() {
    let operations = read("docs/operations.md");
    let example =
        blocks(&operations, "text").into_iter().find(|block| block.contains("not_configured")).unwrap();
    let home = tempfile::tempdir().unwrap();
    // Nothing listens there: what matters are the ends of each line.
    std::fs::write(home.path().join("init.toml"), "tls = \"disable\"\nport = 1\n").unwrap();
    let said = pulse(&["check", "--settings", "."], home.path());
    let said = String::from_utf8(said.stdout).unwrap();
    let verdicts = ["ok", "failed(", "refused(", "slow(", "never_seen", "not_configured"];
    let ends = |line: &str| line.chars().take(42).collect::<String>();
    assert_eq!(example.lines().count(), 27);
    for (example, said) in example.lines().zip(said.lines()) {
        assert_eq!(ends(example), ends(said));
        let verdict: String = example.chars().skip(42).collect();
        assert!(verdicts.iter().any(|known| verdict.starts_with(known)), "{example}");
    }
}
