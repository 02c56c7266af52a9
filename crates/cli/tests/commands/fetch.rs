use super::stage::{Stage, heat};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Files = Arc<Mutex<BTreeMap<&'static str, Vec<u8>>>>;

/// Serves these files on this machine; the address.
fn serve(files: Files) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &files);
        }
    });
    address
}

fn answer(mut stream: TcpStream, files: &Files) {
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    for line in lines.map_while(Result::ok) {
        if line.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let files = files.lock().expect("the files");
    let (status, body) = match files.get(path) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", &[][..]),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _gone = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body));
}

fn archive(heat: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("reseaux_de_chaleur.geojson", options)
        .expect("a member");
    zip.write_all(heat.as_bytes()).expect("a member");
    zip.finish().expect("an archive").into_inner()
}

const BAN: &str = "\
id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles
13901_0010_00001;;1;;Rue des Lilas;13900;13901;Portville;;;;;5.3850;43.3203;entrée;;;PORTVILLE;;;;;
";

fn gzip(text: &str) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text.as_bytes()).expect("compressed");
    out.finish().expect("compressed")
}

#[test]
fn the_official_files_are_fetched_imported_and_indexed_and_a_ruin_changes_nothing() {
    let stage = Stage::new();
    let files: Files = Arc::default();
    let base = serve(Arc::clone(&files));
    let put = |path, bytes| {
        files.lock().expect("the files").insert(path, bytes);
    };
    put("/reseaux.zip", archive(&heat(3, 60.0)));
    put("/adresses-13.csv.gz", gzip(BAN));
    stage.write(
        "config.toml",
        format!(
            "[fetch]\nnetworks = \"{base}/reseaux.zip\"\naddresses = \"{base}/adresses-{{department}}.csv.gz\"\nplaces = \"\"\n"
        ),
    );
    let done = stage
        .line("--config config.toml fetch --departments 13 --networks --publish --json")
        .well()
        .json();
    assert_eq!(
        (&done["release"], &done["published"], &done["addresses"]),
        (&1.into(), &true.into(), &1.into())
    );
    let answer = stage
        .run(&["test", "1 rue des lilas portville", "--json"])
        .well()
        .json();
    assert_eq!(answer["release"], 1);

    let mut ruin = archive(&heat(3, 70.0));
    ruin.truncate(ruin.len() / 2);
    put("/reseaux.zip", ruin);
    stage
        .line("--config config.toml fetch --networks --publish")
        .failed_with("abîmé");
    assert_eq!(
        stage
            .line("releases list --json")
            .well()
            .json()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    stage
        .line("--config config.toml fetch --departments 75")
        .failed_with("404");
    stage.line("fetch --departments 99").misused();
    stage.line("fetch").misused();
    stage.line("fetch --networks").failed_with("[fetch]");
}
