//! How big, and from which seed?

/// What to make. Equal plans make equal bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Communes, at least 1; capped at what fictional INSEE numbers allow (about 55 000).
    pub towns: usize,
    /// House numbers, exactly.
    pub addresses: usize,
    /// Traced heat networks, exactly; `None` follows the number of towns.
    pub networks: Option<usize>,
    /// Vertices of the traced heat networks, within a few percent; `None` follows the size of the towns.
    pub vertices: Option<usize>,
    /// Everything is drawn from it.
    pub seed: u64,
}

impl Plan {
    /// The territory that an empty data directory shows: ten towns, 20 000 addresses, networks of every kind.
    pub fn small() -> Self {
        Self {
            towns: 10,
            addresses: 20_000,
            networks: None,
            vertices: None,
            seed: 7,
        }
    }

    /// The size of France: 26 million addresses, 1 033 traced heat networks of 2.2 million vertices, 97 departments.
    pub fn national(seed: u64) -> Self {
        Self {
            towns: 35_000,
            addresses: 26_000_000,
            networks: Some(1_033),
            vertices: Some(2_200_000),
            seed,
        }
    }
}
