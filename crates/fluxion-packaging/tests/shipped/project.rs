//! What people and their tools read first.

use crate::repository::{check_targets, files, mentioned, root, text, yaml};

#[test]
fn documents_name_targets_that_exist() {
    for document in ["README.md", "CONTRIBUTING.md", ".github/pull_request_template.md"] {
        check_targets(document, &mentioned(&text(document)));
    }
}

#[test]
fn documents_link_to_files_that_exist() {
    for document in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md"] {
        let text = text(document);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|t| !t.is_empty() && !t.starts_with("http")) {
            assert!(root().join(target).exists(), "{document}: no {target}");
        }
    }
}

#[test]
fn issue_forms_ask_for_something() {
    for path in files(".github/ISSUE_TEMPLATE") {
        let form = yaml(&path);
        if path.ends_with("config.yml") {
            continue;
        }
        assert!(form["name"].as_str().is_some() && form["description"].as_str().is_some());
        let body = form["body"].as_sequence().unwrap_or_else(|| panic!("{path}: no body"));
        for part in body {
            let kind = part["type"].as_str().unwrap();
            let content = if kind == "markdown" { "value" } else { "label" };
            assert!(part["attributes"][content].as_str().is_some(), "{path}: {kind}");
        }
    }
}

#[test]
fn dependabot_looks_into_folders_that_have_something() {
    let manifests = |ecosystem: &str| match ecosystem {
        "cargo" => vec!["Cargo.toml"],
        "gomod" => vec!["go.mod"],
        "pip" => vec!["pyproject.toml", "test.txt"],
        "github-actions" => vec![".github/workflows/ci.yml"],
        other => panic!("unknown ecosystem {other}"),
    };
    let settings = yaml(".github/dependabot.yml");
    let updates = settings["updates"].as_sequence().unwrap();
    assert!(updates.len() >= 5);
    for update in updates {
        let ecosystem = update["package-ecosystem"].as_str().unwrap();
        let one = update.as_mapping_get("directory").and_then(|folder| folder.as_str());
        let many = update.as_mapping_get("directories").and_then(|folders| folders.as_sequence());
        let many = many.into_iter().flatten().filter_map(|folder| folder.as_str());
        for folder in one.into_iter().chain(many) {
            let folder = root().join(folder.trim_start_matches('/'));
            let found = manifests(ecosystem).iter().any(|file| folder.join(file).is_file());
            assert!(found, "{ecosystem}: nothing in {}", folder.display());
        }
    }
}
