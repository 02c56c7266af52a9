//! What is going on? Logs for whoever operates the service, measures for Prometheus; neither knows what people ask.

pub(crate) mod log;
pub(crate) mod metrics;
