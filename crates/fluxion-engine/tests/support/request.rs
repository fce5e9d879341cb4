//! Requests in the notation.

use fluxion_jobspec::{Count, Element, Exclusivity, Operator};

use super::scanner::Scanner;

/// Parses the resources of a request: one element, or several in brackets or parentheses.
pub(crate) fn request(text: &str) -> Vec<Element> {
    let text = text.replace("->", "→");
    let mut scanner = Scanner::new(&text);
    let elements = list(&mut scanner);
    scanner.finish();
    elements
}

fn list(scanner: &mut Scanner<'_>) -> Vec<Element> {
    let closing = if scanner.eat("(") {
        ")"
    } else if scanner.eat("[") {
        "]"
    } else {
        return vec![element(scanner)];
    };
    let mut elements = Vec::new();
    while !scanner.eat(closing) {
        elements.push(element(scanner));
        scanner.eat(",");
    }
    elements
}

fn element(scanner: &mut Scanner<'_>) -> Element {
    let ty = scanner.word().to_owned();
    scanner.expect("[");
    let count = count(scanner);
    let mut exclusivity = exclusivity(scanner);
    scanner.expect("]");
    if exclusivity == Exclusivity::Unspecified {
        exclusivity = self::exclusivity(scanner);
    }
    let label = (ty == "slot").then(|| "default".to_owned());
    let with = if scanner.eat("→") { list(scanner) } else { Vec::new() };
    Element { ty, count, exclusivity, label, with }
}

fn exclusivity(scanner: &mut Scanner<'_>) -> Exclusivity {
    match (scanner.eat("!false"), scanner.eat("!")) {
        (true, _) => Exclusivity::Shared,
        (_, true) => Exclusivity::Exclusive,
        _ => Exclusivity::Unspecified,
    }
}

fn count(scanner: &mut Scanner<'_>) -> Count {
    let min = scanner.number();
    if !scanner.eat("..") {
        return Count::exactly(min);
    }
    let max = scanner.take(|c| c.is_ascii_digit());
    if max.is_empty() {
        return Count::at_least(min);
    }
    let max = max.parse().unwrap();
    let operator = if scanner.eat("*") {
        Operator::Multiply
    } else if scanner.eat("^") {
        Operator::Power
    } else {
        scanner.expect("+");
        Operator::Add
    };
    Count { min, max, operator, operand: scanner.number() }
}
