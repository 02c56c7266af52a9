//! CQL2 text: words and signs, then a tree by recursive descent.

use super::super::features::Value;
use super::literal::{Nested, geometry, rectangle};
use super::tree::{ArrayOperand, ArrayRelation, Comparison, Filter, Operand, Spatial, comparable};
use super::{DEEPEST, FilterError, Known};
use caloduc_formats::table::Kind;
use geo::{Coord, Geometry};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name or a keyword, as written.
    Word(String),
    /// A name between double quotes.
    Name(String),
    Text(String),
    Number(f64),
    /// `( ) , = <> < <= > >=`.
    Sign(&'static str),
}

impl Token {
    fn said(&self) -> String {
        match self {
            Self::Word(text) | Self::Name(text) | Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Sign(sign) => (*sign).to_owned(),
        }
    }
}

pub(super) fn parse(filter: &str, known: Known<'_>) -> Result<Filter, FilterError> {
    let mut reader = Reader {
        tokens: tokens(filter)?,
        at: 0,
        depth: 0,
        known,
    };
    let filter = reader.disjunction()?;
    match reader.peek() {
        None => Ok(filter),
        Some(_) => Err(reader.expected("la fin du filtre est attendue")),
    }
}

fn tokens(filter: &str) -> Result<Vec<Token>, FilterError> {
    const SIGNS: [&str; 9] = ["<>", "<=", ">=", "=", "<", ">", "(", ")", ","];
    let mut tokens = Vec::new();
    let mut rest = filter.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if first == '\'' || first == '"' {
            let (text, end) = quoted(rest, first)?;
            tokens.push(if first == '"' {
                Token::Name(text)
            } else {
                Token::Text(text)
            });
            end
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else if first.is_ascii_digit() || "+-.".contains(first) {
            let end = number_end(rest);
            let number = rest[..end].parse().ok().filter(|n: &f64| n.is_finite());
            tokens.push(Token::Number(number.ok_or_else(|| {
                FilterError::Unreadable {
                    near: rest[..end.max(1)].to_owned(),
                    expected: "un nombre est attendu".to_owned(),
                }
            })?));
            end
        } else if first.is_alphabetic() || first == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || "_.:-".contains(c)))
                .unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            end
        } else {
            return Err(FilterError::Unreadable {
                near: first.to_string(),
                expected: "ce signe n’a pas de sens ici".to_owned(),
            });
        };
        rest = rest[end..].trim_start();
    }
    Ok(tokens)
}

/// A quoted text and its length; a doubled or escaped quote is a quote.
fn quoted(rest: &str, quote: char) -> Result<(String, usize), FilterError> {
    let mut text = String::new();
    let mut signs = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = signs.next() {
        let next = signs.peek().map(|(_, c)| *c);
        if (c == quote || c == '\\') && next == Some(quote) {
            // What seems an escape may be a last backslash: only a doubled quote is one for names.
            text.push(quote);
            signs.next();
        } else if c == quote {
            return Ok((text, at + quote.len_utf8()));
        } else {
            text.push(c);
        }
    }
    Err(FilterError::Unreadable {
        near: rest.chars().take(20).collect(),
        expected: "le guillemet qui ferme manque".to_owned(),
    })
}

fn number_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let goes_on = match bytes[end] {
            b'0'..=b'9' | b'.' => true,
            b'+' | b'-' => end == 0 || matches!(bytes[end - 1], b'e' | b'E'),
            b'e' | b'E' => end > 0,
            _ => false,
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    end
}

struct Reader<'k> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    known: Known<'k>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn expected(&self, expected: &str) -> FilterError {
        FilterError::Unreadable {
            near: self.peek().map_or_else(|| "la fin".to_owned(), Token::said),
            expected: expected.to_owned(),
        }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(there)) if there.eq_ignore_ascii_case(word))
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    fn takes(&mut self, sign: &'static str) -> bool {
        let is = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(is);
        is
    }

    fn needs(&mut self, sign: &'static str) -> Result<(), FilterError> {
        if self.takes(sign) {
            Ok(())
        } else {
            Err(self.expected(&format!("« {sign} » est attendu")))
        }
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, FilterError>,
    ) -> Result<T, FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FilterError::TooDeep);
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn disjunction(&mut self) -> Result<Filter, FilterError> {
        let mut any = vec![self.conjunction()?];
        while self.takes_word("OR") {
            any.push(self.conjunction()?);
        }
        Ok(one_or(any, Filter::Or))
    }

    fn conjunction(&mut self) -> Result<Filter, FilterError> {
        let mut all = vec![self.negation()?];
        while self.takes_word("AND") {
            all.push(self.negation()?);
        }
        Ok(one_or(all, Filter::And))
    }

    fn negation(&mut self) -> Result<Filter, FilterError> {
        if self.takes_word("NOT") {
            let inner = self.deeper(Self::negation)?;
            return Ok(Filter::Not(Box::new(inner)));
        }
        self.deeper(Self::condition)
    }

    fn condition(&mut self) -> Result<Filter, FilterError> {
        if self.takes("(") {
            let inner = self.disjunction()?;
            self.needs(")")?;
            return Ok(inner);
        }
        if let Some(Token::Word(word)) = self.peek() {
            let word = word.to_ascii_uppercase();
            if let Some(how) = spatial(&word) {
                self.at += 1;
                return self.spatial(how);
            }
            if let Some(how) = array(&word) {
                self.at += 1;
                return self.array(how);
            }
            if word == "S_DWITHIN" {
                self.at += 1;
                return self.near();
            }
            let alone = !matches!(
                self.tokens.get(self.at + 1),
                Some(Token::Sign("=" | "<>" | "<" | "<=" | ">" | ">="))
            );
            if alone && (word == "TRUE" || word == "FALSE") {
                self.at += 1;
                return Ok(Filter::Always(word == "TRUE"));
            }
        }
        self.predicate()
    }

    fn predicate(&mut self) -> Result<Filter, FilterError> {
        let said = self.peek().map_or_else(String::new, Token::said);
        let left = self.operand()?;
        let not = self.takes_word("NOT");
        let negated = |filter| {
            if not {
                Filter::Not(Box::new(filter))
            } else {
                filter
            }
        };
        if self.takes_word("LIKE") {
            let pattern = self.operand()?;
            if left.kind(self.known) != Some(Kind::Text) {
                return Err(FilterError::WrongType(said));
            }
            return Ok(negated(Filter::Like(left, pattern)));
        }
        if self.takes_word("BETWEEN") {
            let low = self.operand()?;
            if !self.takes_word("AND") {
                return Err(self.expected("« AND » est attendu"));
            }
            let high = self.operand()?;
            comparable(self.known, &left, &low, &said)?;
            comparable(self.known, &left, &high, &said)?;
            return Ok(negated(Filter::Between(left, low, high)));
        }
        if self.takes_word("IN") {
            self.needs("(")?;
            let mut list = vec![self.operand()?];
            while self.takes(",") {
                list.push(self.operand()?);
            }
            self.needs(")")?;
            for one in &list {
                comparable(self.known, &left, one, &said)?;
            }
            return Ok(negated(Filter::In(left, list)));
        }
        if not {
            return Err(self.expected("« LIKE », « BETWEEN » ou « IN » est attendu"));
        }
        if self.takes_word("IS") {
            let not = self.takes_word("NOT");
            if !self.takes_word("NULL") {
                return Err(self.expected("« NULL » est attendu"));
            }
            let filter = Filter::IsNull(left);
            return Ok(if not {
                Filter::Not(Box::new(filter))
            } else {
                filter
            });
        }
        let how = match self.peek() {
            Some(Token::Sign("=")) => Comparison::Equal,
            Some(Token::Sign("<>")) => Comparison::Different,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::LessOrEqual,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::GreaterOrEqual,
            _ => return Err(self.expected("une comparaison est attendue")),
        };
        self.at += 1;
        let right = self.operand()?;
        comparable(self.known, &left, &right, &said)?;
        Ok(Filter::Compare(how, left, right))
    }

    fn operand(&mut self) -> Result<Operand, FilterError> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.expected("une propriété ou une valeur est attendue"));
        };
        self.at += 1;
        match token {
            Token::Text(text) => Ok(Operand::Literal(Value::Text(text))),
            Token::Number(number) => Ok(Operand::Literal(Value::Real(number))),
            Token::Name(name) => Ok(Operand::Property(self.known.column(&name)?.0)),
            Token::Word(word) => self.named(&word),
            Token::Sign(_) => {
                self.at -= 1;
                Err(self.expected("une propriété ou une valeur est attendue"))
            }
        }
    }

    fn named(&mut self, word: &str) -> Result<Operand, FilterError> {
        let upper = word.to_ascii_uppercase();
        if self.takes("(") {
            let inner = self.deeper(Self::operand)?;
            self.needs(")")?;
            return match (upper.as_str(), inner) {
                ("CASEI", inner) => Ok(Operand::CaseInsensitive(Box::new(inner))),
                ("ACCENTI", inner) => Ok(Operand::AccentInsensitive(Box::new(inner))),
                ("DATE" | "TIMESTAMP", Operand::Literal(Value::Text(text))) => {
                    Ok(Operand::Literal(Value::Text(text)))
                }
                _ => Err(FilterError::UnknownOperator(word.to_owned())),
            };
        }
        match upper.as_str() {
            "TRUE" => Ok(Operand::Literal(Value::Boolean(true))),
            "FALSE" => Ok(Operand::Literal(Value::Boolean(false))),
            _ => Ok(Operand::Property(self.known.column(word)?.0)),
        }
    }

    fn spatial(&mut self, how: Spatial) -> Result<Filter, FilterError> {
        self.needs("(")?;
        let (first, given) = if self.takes_geometry_property() {
            self.needs(",")?;
            (true, self.geometry()?)
        } else {
            let given = self.geometry()?;
            self.needs(",")?;
            if !self.takes_geometry_property() {
                return Err(self.expected("« geometry » est attendu"));
            }
            (false, given)
        };
        self.needs(")")?;
        Ok(Filter::Spatial(
            if first { how } else { converse(how) },
            given,
        ))
    }

    fn near(&mut self) -> Result<Filter, FilterError> {
        self.needs("(")?;
        if !self.takes_geometry_property() {
            return Err(self.expected("« geometry » est attendu"));
        }
        self.needs(",")?;
        let given = self.geometry()?;
        self.needs(",")?;
        let Some(Token::Number(metres)) = self.peek().cloned() else {
            return Err(self.expected("une distance en mètres est attendue"));
        };
        self.at += 1;
        self.needs(")")?;
        Ok(Filter::Near(given, metres))
    }

    fn takes_geometry_property(&mut self) -> bool {
        if self.peek() == Some(&Token::Name("geometry".to_owned())) {
            self.at += 1;
            return true;
        }
        self.takes_word("geometry")
    }

    fn geometry(&mut self) -> Result<Geometry<f64>, FilterError> {
        let Some(Token::Word(kind)) = self.peek().cloned() else {
            return Err(self.expected("une géométrie est attendue"));
        };
        self.at += 1;
        let _with_height = self.takes_word("Z");
        if kind.eq_ignore_ascii_case("BBOX") {
            let mut numbers = Vec::new();
            self.needs("(")?;
            loop {
                let Some(Token::Number(number)) = self.peek().cloned() else {
                    return Err(self.expected("un nombre est attendu"));
                };
                self.at += 1;
                numbers.push(number);
                if !self.takes(",") {
                    break;
                }
            }
            self.needs(")")?;
            return rectangle(&numbers, self.known.crs);
        }
        let nested = self.nested()?;
        geometry(&kind, &nested, self.known.crs)
    }

    /// What is between parentheses: positions, or more parentheses.
    fn nested(&mut self) -> Result<Nested, FilterError> {
        self.needs("(")?;
        let mut items = Vec::new();
        loop {
            if self.peek() == Some(&Token::Sign("(")) {
                items.push(self.deeper(Self::nested)?);
            } else {
                let mut numbers = Vec::new();
                while let Some(Token::Number(number)) = self.peek() {
                    numbers.push(*number);
                    self.at += 1;
                }
                let (Some(&x), Some(&y)) = (numbers.first(), numbers.get(1)) else {
                    return Err(self.expected("deux coordonnées sont attendues"));
                };
                items.push(Nested::Position(Coord { x, y }));
            }
            if !self.takes(",") {
                break;
            }
        }
        self.needs(")")?;
        Ok(Nested::List(items))
    }

    fn array(&mut self, how: ArrayRelation) -> Result<Filter, FilterError> {
        self.needs("(")?;
        let left = self.list()?;
        self.needs(",")?;
        let right = self.list()?;
        self.needs(")")?;
        Ok(Filter::Array(how, left, right))
    }

    fn list(&mut self) -> Result<ArrayOperand, FilterError> {
        if !self.takes("(") {
            let Some(Token::Word(name) | Token::Name(name)) = self.peek().cloned() else {
                return Err(self.expected("une propriété ou une liste est attendue"));
            };
            self.at += 1;
            let (at, column) = self.known.column(&name)?;
            return match column.kind {
                Kind::List => Ok(ArrayOperand::Property(at)),
                _ => Err(FilterError::WrongType(name)),
            };
        }
        let mut items = Vec::new();
        while let Some(Token::Text(text)) = self.peek().cloned() {
            self.at += 1;
            items.push(text);
            if !self.takes(",") {
                break;
            }
        }
        self.needs(")")?;
        Ok(ArrayOperand::Literal(items))
    }
}

fn one_or(mut filters: Vec<Filter>, all: impl Fn(Vec<Filter>) -> Filter) -> Filter {
    if filters.len() == 1 {
        filters.remove(0)
    } else {
        all(filters)
    }
}

/// The relation of that function.
pub(super) fn spatial(name: &str) -> Option<Spatial> {
    Some(match name {
        "S_INTERSECTS" => Spatial::Intersects,
        "S_DISJOINT" => Spatial::Disjoint,
        "S_WITHIN" => Spatial::Within,
        "S_CONTAINS" => Spatial::Contains,
        "S_EQUALS" => Spatial::Equals,
        "S_TOUCHES" => Spatial::Touches,
        "S_CROSSES" => Spatial::Crosses,
        "S_OVERLAPS" => Spatial::Overlaps,
        _ => return None,
    })
}

/// The relation of that function.
pub(super) fn array(name: &str) -> Option<ArrayRelation> {
    Some(match name {
        "A_EQUALS" => ArrayRelation::Equals,
        "A_CONTAINS" => ArrayRelation::Contains,
        "A_CONTAINEDBY" => ArrayRelation::ContainedBy,
        "A_OVERLAPS" => ArrayRelation::Overlaps,
        _ => return None,
    })
}

/// The relation seen from the other side.
pub(super) fn converse(how: Spatial) -> Spatial {
    match how {
        Spatial::Within => Spatial::Contains,
        Spatial::Contains => Spatial::Within,
        same => same,
    }
}
