//! An answer written by a thread while it is being sent: memory holds a few chunks whatever the length, and the work
//! stops when nobody reads any more.

use axum::body::Body;
use bytes::Bytes;
use std::io::{self, Write};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{StreamExt, once};

const CHUNK: usize = 32 * 1024;
const CHUNKS: usize = 4;

type Chunk = io::Result<Bytes>;

/// Where the thread writes.
#[derive(Debug)]
pub(crate) struct ChunkWriter {
    sender: Sender<Chunk>,
    buffer: Vec<u8>,
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK + 4096));
        self.sender
            .blocking_send(Ok(full.into()))
            .map_err(|_gone| io::ErrorKind::BrokenPipe.into())
    }
}

/// Runs `write` on a thread of its own and sends what it writes.
pub(crate) fn body<W>(write: W) -> Body
where
    W: FnOnce(&mut ChunkWriter) -> io::Result<()> + Send + 'static,
{
    Body::from_stream(ReceiverStream::new(start(write, |error| error)))
}

/// The same, but waits for the first chunk: a failure before it is an error and not a cut answer.
pub(crate) async fn body_once_begun<W, E>(write: W) -> Result<Body, E>
where
    W: FnOnce(&mut ChunkWriter) -> Result<(), E> + Send + 'static,
    E: std::fmt::Display + Send + 'static,
{
    let (failed, failure) = tokio::sync::oneshot::channel::<E>();
    let mut receiver = start(write, move |error| {
        let cut = io::Error::other(error.to_string());
        // Once the answer has begun nobody waits for the error any more: the answer is cut.
        let _nobody = failed.send(error);
        cut
    });
    match receiver.recv().await {
        Some(Ok(first)) => {
            let rest = ReceiverStream::new(receiver);
            Ok(Body::from_stream(
                once(Ok::<_, io::Error>(first)).chain(rest),
            ))
        }
        Some(Err(_)) | None => match failure.await {
            Ok(error) => Err(error),
            Err(_nothing_written) => Ok(Body::empty()),
        },
    }
}

fn start<W, E, F>(write: W, on_error: F) -> Receiver<Chunk>
where
    W: FnOnce(&mut ChunkWriter) -> Result<(), E> + Send + 'static,
    F: FnOnce(E) -> io::Error + Send + 'static,
    E: 'static,
{
    let (sender, receiver) = mpsc::channel(CHUNKS);
    tokio::task::spawn_blocking(move || {
        let mut writer = ChunkWriter {
            sender,
            buffer: Vec::with_capacity(CHUNK + 4096),
        };
        let written = write(&mut writer);
        // The reader may be gone; then there is nobody to tell.
        let _gone = match written {
            Ok(()) => writer.flush(),
            Err(error) => {
                let cut = on_error(error);
                writer
                    .sender
                    .blocking_send(Err(cut))
                    .map_err(io::Error::other)
            }
        };
    });
    receiver
}
