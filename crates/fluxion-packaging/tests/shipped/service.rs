//! The service of systemd and the Debian package around it.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::repository::root;

/// The worst score that the service may have, in tenths: systemd counts what an intruder could do.
const MOST_EXPOSED: u32 = 20;

/// What a program says; nothing where it is not installed, which CI does not accept.
fn said_by(program: &str, words: &[&str]) -> Option<Output> {
    match Command::new(program).args(words).current_dir(root()).output() {
        Ok(output) => Some(output),
        Err(error) if std::env::var_os("CI").is_none() => {
            let _ = writeln!(io::stderr(), "skipped: {program}: {error}");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

#[test]
fn the_service_is_confined() {
    let unit = "packaging/systemd/fluxion.service";
    let words = ["security", "--offline=true", "--no-pager", unit];
    let Some(output) = said_by("systemd-analyze", &words) else { return };
    let text = String::from_utf8(output.stdout).unwrap();
    let level = text.lines().find_map(|line| line.split_once("Overall exposure level for "));
    let score = level.and_then(|(_, told)| told.split(' ').nth(1)).unwrap();
    let (whole, tenth) = score.split_once('.').unwrap();
    let tenths = whole.parse::<u32>().unwrap() * 10 + tenth.parse::<u32>().unwrap();
    assert!(tenths <= MOST_EXPOSED, "{score}");
}

/// Says what the package asks the program.
const PROGRAM: &str = r#"#!/bin/sh
case "$1" in
--version) echo "fluxion 1.2.3" ;;
man) mkdir -p "$3" && echo page > "$3/fluxion.1" ;;
completions) echo complete ;;
esac
"#;

fn package(folder: &Path) -> Option<String> {
    let program = folder.join("fluxion");
    fs::write(&program, PROGRAM).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    said_by("dpkg-deb", &["--version"])?;
    let words = [program.to_str().unwrap(), folder.to_str().unwrap()];
    let output = said_by("packaging/debian/build", &words)?;
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().trim_end().to_owned())
}

#[test]
fn a_package_holds_the_program_with_all_that_belongs_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(package) = package(folder.path()) else { return };
    let name = Path::new(&package).file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("fluxion_1.2.3_") && name.ends_with(".deb"), "{name}");
    let listed = said_by("dpkg-deb", &["--contents", &package]).unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut files: Vec<String> = listed
        .lines()
        .filter(|line| !line.starts_with('d'))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            format!("{} {} {}", words[0], words[1], words[5])
        })
        .collect();
    files.sort();
    insta::assert_snapshot!(files.join("\n"), @r"
    -rw-r--r-- root/root ./etc/fluxion/fluxion.toml
    -rw-r--r-- root/root ./usr/lib/systemd/system/fluxion.service
    -rw-r--r-- root/root ./usr/share/bash-completion/completions/fluxion
    -rw-r--r-- root/root ./usr/share/doc/fluxion/copyright
    -rw-r--r-- root/root ./usr/share/man/man1/fluxion.1.gz
    -rwxr-xr-x root/root ./usr/bin/fluxion
    ");
    let fields = said_by("dpkg-deb", &["--field", &package, "Version"]).unwrap();
    assert_eq!(String::from_utf8(fields.stdout).unwrap(), "1.2.3\n");
}

#[test]
fn who_builds_a_package_without_a_program_is_told_how() {
    let Some(output) = said_by("packaging/debian/build", &[]) else { return };
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("usage: packaging/debian/build PROGRAM FOLDER"), "{told}");
}
