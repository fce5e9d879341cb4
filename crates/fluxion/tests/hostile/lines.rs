//! What comes in at the prompt, and the words of the command line.

use crate::support::{Answer, Jgf, session};

#[track_caller]
fn enter(input: &[u8]) -> Answer {
    let graph = Jgf::cluster(2, &[("core", 1)]);
    let input = [input, b"\nfind status=up\nquit\n"].concat();
    session(&[("graph", graph.as_bytes())], "-L graph -f jgf -F jgf", &input)
}

/// The session goes on after a line.
#[track_caller]
fn survives(input: &[u8]) {
    enter(input).says("EXPRESSION=");
}

#[test]
fn very_long_lines() {
    survives(&[b'x'; 3 << 20]);
    survives(&[b'\xff'; 3 << 20]);
    survives(&[b' '; 20 << 20]);
    survives(&[b"find status=up", &[b' '; 4 << 20][..]].concat());
    survives(&"match ".repeat(1 << 20).into_bytes());
    survives(&[b"help ", &[b'x'; 4 << 20][..]].concat());
    survives(&[b"match allocate ", &[b'x'; 4 << 20][..]].concat());
    survives(&[b"set-property /cluster0 a=", &[b'x'; 4 << 20][..]].concat());
    survives(&[b"set-status ", &[b'/'; 4 << 20][..], b" down"].concat());
}

#[test]
fn a_line_without_end() {
    let graph = Jgf::cluster(1, &[("core", 1)]);
    let line = vec![b'x'; 200 << 20];
    let input = [&line[..], b"\nfind status=up\n"].concat();
    let answer = session(&[("graph", graph.as_bytes())], "-L graph -f jgf", &input);
    answer.says("EXPRESSION=").says("a line has at most 4194304 bytes");
}

#[test]
fn bytes_that_are_no_text() {
    survives(b"\0");
    survives(b"match\0allocate job");
    survives(b"match allocate \0");
    survives(b"cat \0");
    survives(b"\xff\xfe\xfd");
    survives(b"find \xff");
    survives(b"find names=\xf0\x9f\x98\x80");
    survives("find jobid-tag=ƒƒƒ".as_bytes());
    survives(b"set-property /cluster0 \xff=\xff");
    survives(b"\r\r\r\x0b\x0c\x1b[31m");
    survives(&(0..=255u8).collect::<Vec<_>>());
}

#[test]
fn many_lines() {
    survives(&b"\n".repeat(1 << 20));
    survives(&b"find\n".repeat(20_000));
    survives(&b"help\n".repeat(5_000));
}

#[test]
fn numbers_out_of_range() {
    for number in ["-1", "0", "99999999999999999999999", "0x10", "1e9", "x", "18446744073709551615"]
    {
        survives(format!("cancel {number}\ninfo {number}\n").as_bytes());
    }
}

#[test]
fn options_out_of_range() {
    let graph = Jgf::cluster(2, &[("core", 1)]);
    let long = "x".repeat(100_000);
    let types: String = (0..10_000).map(|n| format!("ALL:t{n},")).collect();
    for (option, value) in [
        ("-r", "99999999999999999999"),
        ("-P", long.as_str()),
        ("-S", &long),
        ("-T", &long),
        ("-F", &long),
        ("-f", &long),
        ("-p", &long),
        ("-p", &types),
        ("-W", &long),
        ("-L", &long),
    ] {
        let args = format!("-L graph -f jgf {option} \"{value}\"");
        session(&[("graph", graph.as_bytes())], &args, b"find status=up\n");
    }
}
