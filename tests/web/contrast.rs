//! Every pair of ink and ground in the style sheet has the contrast that WCAG 2.2 asks for: 4.5 for text, 3 for marks.

use std::collections::HashMap;

const STYLE: &str = include_str!("../../src/web/style.css");

/// Relative luminance (WCAG 2.2, definitions).
fn luminance(hex: &str) -> f64 {
    let hex: String = if hex.len() == 4 { hex[1..].chars().flat_map(|c| [c, c]).collect() } else { hex[1..].to_owned() };
    let part = |at: usize| {
        let c = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn colours(block: &str) -> HashMap<&str, &str> {
    let rules = block.split(';').filter_map(|rule| rule.trim().trim_start_matches(['{', '}']).trim().split_once(':'));
    rules.filter(|(name, _)| name.starts_with("--")).map(|(name, value)| (name, value.trim())).collect()
}

#[test]
fn both_schemes_can_be_read() {
    assert!(STYLE.contains("::placeholder { color: var(--faint); opacity: 1; }"), "browsers make it fainter by themselves");
    let blocks: Vec<&str> = STYLE.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    for (scheme, block) in [("light", blocks[0]), ("dark", blocks[1])] {
        let colour = colours(block);
        let check = |ink: &str, ground: &str, least: f64| {
            let found = contrast(colour[ink], colour[ground]);
            assert!(found >= least, "{scheme}: {ink} on {ground} has {found:.2}, {least} is needed");
        };
        for ground in ["--ground", "--card"] {
            for ink in ["--ink", "--faint", "--link", "--alert-ink"] {
                check(ink, ground, 4.5);
            }
            check("--focus", ground, 3.0);
        }
        for n in 1..=9 {
            check("--ink", &format!("--c{n}"), 4.5);
            check(&format!("--mark{n}"), "--ground", 3.0);
        }
        for pair in ["alert", "ins", "del"] {
            check(&format!("--{pair}-ink"), &format!("--{pair}"), 4.5);
        }
    }
}
