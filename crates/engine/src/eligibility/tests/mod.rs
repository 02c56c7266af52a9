//! The rules, one by one and against a brute force.

mod oracle;
mod table;
mod world;
