//! Is this address in that network? `10.0.0.0/8`, `::1`, IPv4 inside IPv6 taken as IPv4.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use thiserror::Error;

/// A set of addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// A text that is no network.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("« {0} » n’est ni une adresse IP ni un réseau (exemples : 10.0.0.0/8, 192.0.2.7, ::1)")]
pub struct NetworkError(String);

impl Network {
    /// The machine itself, IPv4.
    pub const LOOPBACK_V4: Self = Self {
        first: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)),
        bits: 8,
    };
    /// The machine itself, IPv6.
    pub const LOOPBACK_V6: Self = Self {
        first: IpAddr::V6(Ipv6Addr::LOCALHOST),
        bits: 128,
    };

    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                (a.to_bits() ^ b.to_bits()) & mask == 0
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                (a.to_bits() ^ b.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        let parse = || {
            let (address, bits) = match text.split_once('/') {
                Some((address, bits)) => (address, Some(bits)),
                None => (text.as_str(), None),
            };
            let first: IpAddr = address.trim().parse().ok()?;
            let most = if first.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Some(most), |b| b.trim().parse().ok())?;
            (bits <= most).then_some(Self { first, bits })
        };
        parse().ok_or_else(|| NetworkError(text.clone()))
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        format!("{}/{}", network.first, network.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        Network::try_from(network.to_owned())
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_in_the_networks_that_share_its_first_bits() {
        assert!(contains("10.0.0.0/8", "10.255.1.2"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0"));
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(contains("192.0.2.7", "::ffff:192.0.2.7"));
        assert!(contains("0.0.0.0/0", "8.8.8.8"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(!contains("2001:db8::/32", "10.0.0.1"));
    }

    #[test]
    fn a_text_that_is_no_network_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0", "::1/129", "exemple.fr"] {
            assert!(Network::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
