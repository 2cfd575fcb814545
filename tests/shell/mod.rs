//! The program run as a command, and what it prints.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

/// Runs the program in a folder, whatever the environment says of its settings.
pub fn wirefold(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("wirefold").unwrap();
    command.current_dir(folder).env_remove("WIREFOLD_DB").env_remove("WIREFOLD_CONFIG").env_remove("WIREFOLD_LOG");
    command.args(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn json_lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}
