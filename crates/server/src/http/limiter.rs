//! Has this client asked too much? A bucket of requests per client, refilled with time. Per process.

use crate::config::{Limits, Network};
use crate::http::client::Client;
use crate::http::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Clients remembered before those that have nothing to be blamed for are forgotten.
const REMEMBERED: usize = 20_000;

/// Buckets by client.
#[derive(Debug)]
pub(crate) struct Limiter {
    per_second: f64,
    burst: f64,
    exempt: Vec<Network>,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            per_second: f64::from(limits.requests_per_second),
            burst: f64::from(limits.burst.max(1)),
            exempt: limits.exempt.clone(),
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one request from the client's bucket; seconds to wait when it is empty.
    pub(crate) fn take(&self, client: IpAddr, now: Instant) -> Result<(), u32> {
        if self.per_second <= 0.0 || self.exempt.iter().any(|network| network.contains(client)) {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| self.filled(*bucket, now).left < self.burst);
        }
        let full = Bucket {
            left: self.burst,
            at: now,
        };
        let bucket = buckets.entry(household(client)).or_insert(full);
        *bucket = self.filled(*bucket, now);
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err(((1.0 - bucket.left) / self.per_second).ceil().max(1.0) as u32)
    }

    fn filled(&self, bucket: Bucket, now: Instant) -> Bucket {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        Bucket {
            left: (bucket.left + seconds * self.per_second).min(self.burst),
            at: now,
        }
    }
}

/// One IPv6 client has a whole /64.
fn household(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

/// Refuses clients whose bucket is empty.
pub(crate) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<Client>().copied();
    if let Some(Client(address)) = client
        && request.method() != Method::OPTIONS
        && let Err(seconds) = state.limiter().take(address, Instant::now())
    {
        return Problem::new(Code::TooManyRequests)
            .retry_after_s(seconds)
            .into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn limiter(requests_per_second: u32, burst: u32) -> Limiter {
        Limiter::new(&Limits {
            requests_per_second,
            burst,
            ..Limits::default()
        })
    }

    #[test]
    fn a_client_waits_once_its_bucket_is_empty_and_others_do_not() {
        let limiter = limiter(2, 3);
        let start = Instant::now();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(limiter.take(one, start), Ok(()));
        }
        assert_eq!(limiter.take(one, start), Err(1));
        assert_eq!(limiter.take(other, start), Ok(()));
        assert_eq!(
            limiter.take(one, start + Duration::from_millis(500)),
            Ok(())
        );
        assert_eq!(
            limiter.take(one, start + Duration::from_millis(500)),
            Err(1)
        );
    }

    #[test]
    fn the_machine_itself_is_not_limited() {
        let limiter = limiter(1, 1);
        for _ in 0..10 {
            assert_eq!(limiter.take("::1".parse().unwrap(), Instant::now()), Ok(()));
        }
    }

    #[test]
    fn zero_means_no_limit() {
        let limiter = limiter(0, 1);
        for _ in 0..10 {
            let client = "192.0.2.1".parse().unwrap();
            assert_eq!(limiter.take(client, Instant::now()), Ok(()));
        }
    }
}
