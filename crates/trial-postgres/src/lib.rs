//! Is there a PostgreSQL to try things on? One started from the system's own binaries for the time of a test, on a
//! socket in a temporary folder, gone with all it held when dropped; on request it also listens on the machine itself,
//! and there speaks TLS. Never part of the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Where Debian and its derivatives put the binaries of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A running PostgreSQL.
#[derive(Debug)]
pub struct TrialPostgres {
    folder: TempDir,
    binaries: PathBuf,
    port: u16,
}

impl TrialPostgres {
    /// Starts one; `None`, with the reason on stderr, when the machine has no PostgreSQL.
    ///
    /// # Panics
    /// When there is one that does not start: a test that then passed would tell nothing.
    #[allow(clippy::print_stderr)]
    pub fn start() -> Option<Self> {
        Self::prepared(|_server| "-c listen_addresses=''".to_owned())
    }

    /// The same, which also listens on 127.0.0.1 and takes nothing there but TLS, with a certificate of its own for
    /// `localhost`.
    ///
    /// # Panics
    /// As [`TrialPostgres::start`], and when the machine gives no port.
    pub fn start_encrypted() -> Option<Self> {
        Self::prepared(|server| {
            let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
                .expect("a certificate can be made");
            server.write("server.crt", &own.cert.pem());
            server.write("server.key", &own.signing_key.serialize_pem());
            // The socket stays open to the test, which makes databases through it.
            server.write(
                "data/pg_hba.conf",
                "local all all trust\nhostssl all all 127.0.0.1/32 trust\n",
            );
            let folder = server.folder.path().display();
            format!(
                "-c listen_addresses=127.0.0.1 -p {} -c ssl=on -c ssl_cert_file={folder}/server.crt -c ssl_key_file={folder}/server.key",
                server.port
            )
        })
    }

    /// Makes the folder, lets `prepare` add to it and say with which options, and starts.
    #[allow(clippy::print_stderr)]
    fn prepared(prepare: impl FnOnce(&Self) -> String) -> Option<Self> {
        let Some(binaries) = binaries() else {
            eprintln!("skipped: PostgreSQL is not installed (apt-get install postgresql)");
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix("caloduc-pg-")
            .tempdir()
            .expect("a temporary folder can be made");
        let server = Self {
            folder,
            binaries,
            port: free_port(),
        };
        server.give();
        let data = server.data();
        server.run(
            "initdb",
            &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
            &["--no-sync", "--no-locale", "--no-instructions"],
        );
        let options = format!(
            "-k {} {} -c fsync=off -c max_connections=80",
            server.folder.path().display(),
            prepare(&server),
        );
        server.give();
        let log = server.folder.path().join("log").display().to_string();
        server.run(
            "pg_ctl",
            &["-D", &data, "-w", "-t", "60", "-l", &log, "-o", &options],
            &["start"],
        );
        Some(server)
    }

    /// The certificate of one that speaks TLS.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("server.crt")
    }

    /// Where one that speaks TLS listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// PostgreSQL refuses to run as root, and to read what is not its user's.
    fn give(&self) {
        if is_root() {
            let given = Command::new("chown")
                .args(["-R", "postgres"])
                .arg(self.folder.path())
                .output();
            assert_done("chown", &given.expect("chown runs"));
        }
    }

    fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("the folder takes files");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
            .expect("the file is ours");
    }

    /// The address of a database, made empty.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn database(&self, name: &str) -> String {
        let socket = self.folder.path().display().to_string();
        // Sockets are named after the port, whether it is listened on or not.
        let port = if self.certificate().exists() {
            self.port
        } else {
            5432
        };
        let port = port.to_string();
        self.run(
            "createdb",
            &["-h", &socket, "-p", &port, "-U", "postgres", name],
            &[],
        );
        format!("postgres:///{name}?host={socket}&port={port}&user=postgres")
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str], more: &[&str]) {
        let output = self
            .command(program)
            .args(arguments)
            .args(more)
            .stdin(Stdio::null())
            .output();
        assert_done(program, &output.expect("PostgreSQL's programs run"));
    }

    fn command(&self, program: &str) -> Command {
        let path = self.binaries.join(program);
        let mut command = if is_root() {
            let mut as_postgres = Command::new("runuser");
            as_postgres.args(["-u", "postgres", "--"]).arg(path);
            as_postgres
        } else {
            Command::new(path)
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for TrialPostgres {
    fn drop(&mut self) {
        let data = self.data();
        // What does not stop is said by the temporary folder that cannot be removed.
        let _stopped = self
            .command("pg_ctl")
            .args(["-D", &data, "-m", "immediate", "-w", "stop"])
            .output();
    }
}

/// The binaries of the latest version.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    let elsewhere = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    found.pop().map(|(_, bin)| bin).or_else(elsewhere)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").port()
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|own| own.uid() == 0)
}

fn assert_done(program: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
