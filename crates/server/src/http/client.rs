//! Who asks, and under which number is the request known? Our proxies are believed, nobody else.

use crate::config::Network;
use crate::state::AppState;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The client's address, in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

/// The request's number, in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) HeaderValue);

/// Finds out both, and says the number in the answer.
pub(crate) async fn identify(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let proxies = &state.config().trusted_proxies;
    let through_proxy = proxies.iter().any(|network| network.contains(peer));
    let id = given_id(request.headers())
        .filter(|_| through_proxy)
        .unwrap_or_else(new_id);
    let client = Client(client_address(request.headers(), peer, proxies));
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The last address of the chain that is not one of our proxies.
fn client_address(headers: &HeaderMap, peer: IpAddr, proxies: &[Network]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut client = peer;
    let chain = headers.get_all("x-forwarded-for").iter().rev();
    let addresses = chain.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    for text in addresses {
        if !trusted(client) {
            break;
        }
        let Ok(address) = text.trim().parse() else {
            break;
        };
        client = address;
    }
    client.to_canonical()
}

/// A proxy's own number, when it is one: it goes to the log, so nothing but letters, figures and dashes.
fn given_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(REQUEST_ID)?;
    let is_plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let bytes = value.as_bytes();
    ((8..=64).contains(&bytes.len()) && bytes.iter().all(is_plain)).then(|| value.clone())
}

fn new_id() -> HeaderValue {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:016x}", KEYS.hash_one(count));
    HeaderValue::from_str(&id).expect("hexadecimal figures make a header")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&'static str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let proxies: Vec<Network> = proxies
            .iter()
            .map(|text| Network::try_from((*text).to_owned()).unwrap())
            .collect();
        client_address(&headers, peer.parse().unwrap(), &proxies).to_string()
    }

    #[test]
    fn nobody_is_believed_but_our_proxies() {
        assert_eq!(client("192.0.2.1", &["8.8.8.8"], &[]), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &["8.8.8.8"], &["10.0.0.0/8"]), "8.8.8.8");
        assert_eq!(
            client("10.0.0.1", &["1.1.1.1, 8.8.8.8, 10.0.0.2"], &["10.0.0.0/8"]),
            "8.8.8.8"
        );
        assert_eq!(
            client("10.0.0.1", &["1.1.1.1", "8.8.8.8"], &["10.0.0.0/8"]),
            "8.8.8.8"
        );
        assert_eq!(
            client("10.0.0.1", &["n-importe"], &["10.0.0.0/8"]),
            "10.0.0.1"
        );
    }
}
