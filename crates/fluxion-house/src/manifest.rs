//! What a `Cargo.toml` depends on: as much of TOML as manifests of this repository use.

/// The names under `[dependencies]` and `[build-dependencies]`, those of a platform included; what tests alone use is
/// left out.
#[must_use]
pub fn dependencies(manifest: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_list = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('[') {
            let heading = heading.trim_end_matches(']');
            is_list = is_dependencies(heading);
            let table = heading.rsplit_once('.').filter(|(list, _)| is_dependencies(list));
            found.extend(table.map(|(_, name)| name));
        } else if is_list && !line.starts_with('#') {
            let key = line.split(['.', '=', ' ']).next().unwrap_or_default();
            found.extend(Some(key).filter(|key| !key.is_empty()));
        }
    }
    found
}

fn is_dependencies(heading: &str) -> bool {
    let list = heading.rsplit_once('.').map_or(heading, |(_, list)| list);
    matches!(list, "dependencies" | "build-dependencies") && !heading.starts_with("workspace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, expected: &[&str]) {
        assert_eq!(dependencies(manifest), expected);
    }

    #[test]
    fn each_way_to_name_a_dependency() {
        check("[dependencies]\ntokio.workspace = true\nbytes = \"1\"", &["tokio", "bytes"]);
        check("[dependencies]\n# why\n\nprost = { version = \"1\" }", &["prost"]);
        check("[dependencies.tonic]\nversion = \"1\"", &["tonic"]);
        check("[build-dependencies]\nprotox.workspace = true", &["protox"]);
        check("[target.'cfg(unix)'.dependencies]\nlibc = \"1\"", &["libc"]);
    }

    #[test]
    fn what_is_no_dependency() {
        check("[dev-dependencies]\ninsta.workspace = true", &[]);
        check("[package]\nname = \"a\"\n\n[lints]\nworkspace = true", &[]);
        check("[workspace.dependencies]\nbytes = \"1\"", &[]);
    }
}
