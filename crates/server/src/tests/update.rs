use super::*;
use crate::updating::{Updated, update};
use caloduc_fetch::{Client, Patience};
use caloduc_store::Moment;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// An archive of so many heat networks, the first with this rate, served on this machine; changed through the handle.
fn served() -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/reseaux.zip", listener.local_addr().unwrap());
    let body = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&body);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .map_while(Result::ok)
                .take_while(|l| !l.is_empty())
                .collect();
            let body = shared.lock().unwrap().clone();
            let etag = format!("\"{}\"", body.iter().map(|b| u64::from(*b)).sum::<u64>());
            let known = head.iter().any(|line| {
                line.to_lowercase().starts_with("if-none-match:") && line.contains(&etag)
            });
            let (status, body) = if known {
                ("304 Not Modified", Vec::new())
            } else {
                ("200 OK", body)
            };
            let head = format!(
                "HTTP/1.1 {status}\r\netag: {etag}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _gone = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&body));
        }
    });
    (address, body)
}

fn archive(count: usize, rate: f64) -> Vec<u8> {
    let features: Vec<Value> = (0..count)
        .map(|n| {
            let lat = 43.2 + n as f64 * 0.01;
            serde_json::json!({"type": "Feature",
                "properties": {"Identifiant reseau": format!("13{n:02}C"), "nom_reseau": "Essai", "communes": "Marseille", "communes_insee": ["13055"], "Taux EnR&R": if n == 0 { rate } else { 50.0 }},
                "geometry": {"type": "LineString", "coordinates": [[5.3, lat], [5.301, lat]]}})
        })
        .collect();
    let text = serde_json::json!({"type": "FeatureCollection", "features": features}).to_string();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("reseaux_de_chaleur.geojson", options)
        .unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_update_makes_a_draft_and_publishes_alone_only_within_its_bounds() {
    let (address, body) = served();
    let app = TestApp::empty_with(|config| {
        config.fetch.networks = address;
        config.update.publish = true;
    });
    let client = Client::new(Patience::default());
    let look = |day: &str| {
        let now = Moment::parse(&format!("2026-09-{day}T08:00:00Z")).unwrap();
        update(&app.store, app.state.config(), &client, &now).unwrap()
    };
    *body.lock().unwrap() = archive(50, 60.0);
    let Updated::Draft(1, why) = look("01") else {
        panic!("a draft")
    };
    assert!(why.contains("première"), "{why}");
    app.store
        .publish(1, &Moment::parse("2026-09-01T09:00:00Z").unwrap())
        .unwrap();
    assert_eq!(look("02"), Updated::NothingNew);
    *body.lock().unwrap() = archive(50, 61.0);
    assert_eq!(look("03"), Updated::Published(2));
    // Ten networks of fifty gone: a person decides.
    *body.lock().unwrap() = archive(40, 61.0);
    let Updated::Draft(3, why) = look("04") else {
        panic!("a draft")
    };
    assert!(why.contains("retirées"), "{why}");
    assert_eq!(app.store.current().unwrap().unwrap().number, 2);
    *body.lock().unwrap() = b"PK\x03\x04 ruin".to_vec();
    let quick = Client::new(Patience {
        attempts: 1,
        ..Patience::default()
    });
    let now = Moment::parse("2026-09-05T08:00:00Z").unwrap();
    assert!(update(&app.store, app.state.config(), &quick, &now).is_err());
    assert_eq!(app.store.current().unwrap().unwrap().number, 2);
}
