//! How much, how fast, how well? Counted by route, written in the text format of Prometheus.

use crate::http::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Upper bounds of the histogram, seconds.
const BOUNDS: [f64; 12] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0,
];

/// What was counted since the start.
#[derive(Debug)]
pub(crate) struct Registry {
    started: Instant,
    routes: Mutex<BTreeMap<(String, String), Route>>,
}

#[derive(Debug, Default)]
struct Route {
    by_status: BTreeMap<u16, u64>,
    buckets: [u64; BOUNDS.len()],
    seconds: f64,
    count: u64,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            routes: Mutex::default(),
        }
    }
}

impl Registry {
    pub(crate) fn record(&self, method: &Method, route: &str, status: u16, elapsed: Duration) {
        let method = match method.as_str() {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS") => known,
            _ => "other",
        };
        let seconds = elapsed.as_secs_f64();
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = routes
            .entry((route.to_owned(), method.to_owned()))
            .or_default();
        *counted.by_status.entry(status).or_default() += 1;
        counted.count += 1;
        counted.seconds += seconds;
        for (bucket, bound) in counted.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        head(
            out,
            "caloduc_requests_total",
            "counter",
            "Requests answered.",
        )?;
        for ((route, method), counted) in routes.iter() {
            for (status, count) in &counted.by_status {
                writeln!(
                    out,
                    "caloduc_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {count}"
                )?;
            }
        }
        let name = "caloduc_request_seconds";
        head(
            out,
            name,
            "histogram",
            "Time to the first byte of the answer.",
        )?;
        for ((route, method), counted) in routes.iter() {
            let labels = format!("route=\"{route}\",method=\"{method}\"");
            for (bucket, bound) in counted.buckets.iter().zip(BOUNDS) {
                writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {bucket}")?;
            }
            writeln!(
                out,
                "{name}_bucket{{{labels},le=\"+Inf\"}} {}",
                counted.count
            )?;
            writeln!(out, "{name}_sum{{{labels}}} {}", counted.seconds)?;
            writeln!(out, "{name}_count{{{labels}}} {}", counted.count)?;
        }
        Ok(())
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> std::fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn gauge(out: &mut String, name: &str, help: &str, value: f64) -> std::fmt::Result {
    head(out, name, "gauge", help)?;
    writeln!(out, "{name} {value}")
}

fn gauges(state: &AppState, out: &mut String) -> std::fmt::Result {
    let served = state.served();
    let release = served.as_ref().and_then(|served| served.release());
    gauge(
        out,
        "caloduc_release",
        "Number of the edition in service; 0 on the demonstration territory.",
        f64::from(release.unwrap_or(0)),
    )?;
    gauge(
        out,
        "caloduc_ready",
        "Whether an edition is in service.",
        f64::from(u8::from(served.is_some())),
    )?;
    gauge(
        out,
        "caloduc_addresses_ready",
        "Whether an address index is in service.",
        f64::from(u8::from(state.addresses().is_some())),
    )?;
    gauge(
        out,
        "caloduc_uptime_seconds",
        "Seconds since the start.",
        state.metrics().started.elapsed().as_secs_f64(),
    )?;
    if let Some(bytes) = resident_bytes() {
        gauge(
            out,
            "process_resident_memory_bytes",
            "Resident memory, mapped files included.",
            bytes as f64,
        )?;
    }
    Ok(())
}

/// Resident memory as Linux tells it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// What was counted since the start, in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "service",
    responses(
        (status = 200, description = "Mesures au format texte de Prometheus", content_type = "text/plain", body = String,
            example = "# TYPE caloduc_release gauge\ncaloduc_release 3\n"),
        (status = 401, description = "`unauthorized` : un jeton est configuré et n’a pas été donné", body = crate::http::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn metrics(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = &state.config().metrics.token;
    if token.expose().is_some() {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if !given.is_some_and(|given| token.is(given)) {
            return Err(Problem::new(Code::Unauthorized));
        }
    }
    let mut out = String::new();
    gauges(&state, &mut out)
        .and_then(|()| state.metrics().write(&mut out))
        .map_err(|error| Problem::internal(&error))?;
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((headers, out).into_response())
}
