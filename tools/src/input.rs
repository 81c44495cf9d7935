//! Where a recording comes from.

use crate::bad::BadInput;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The most that is kept of an input that cannot be read twice.
const LARGEST_STREAM: u64 = 256 << 20;

/// A recording that can be read more than once: a divergence is shown by replaying up to it again.
#[derive(Debug)]
pub struct Input {
    name: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    File(PathBuf, u64),
    Bytes(Cow<'static, [u8]>),
}

impl Input {
    /// An input that is in memory already.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// The file `path`, or standard input if that is `-`. What is no regular file is read into
    /// memory here.
    ///
    /// # Errors
    /// If it cannot be read, is a directory, or is a stream of over 256 MiB.
    pub fn open(path: &Path) -> Result<Self, BadInput> {
        if path.as_os_str() == "-" {
            return Ok(Self::bytes("-", spool(io::stdin().lock())?));
        }
        let failed = |error: io::Error| BadInput::file(format!("cannot be opened: {error}"));
        let metadata = fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(BadInput::file("is a directory"));
        }
        let file = File::open(path).map_err(failed)?;
        let content = if metadata.is_file() {
            Content::File(path.into(), metadata.len())
        } else {
            Content::Bytes(spool(file)?.into())
        };
        Ok(Self { name: path.display().to_string(), content })
    }

    /// The name to report it under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name without its folders: where a file lies is nobody's business who is sent what was made
    /// of it.
    pub fn file_name(&self) -> Cow<'_, str> {
        Path::new(&self.name).file_name().unwrap_or(self.name.as_ref()).to_string_lossy()
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match &self.content {
            Content::File(_, len) => *len,
            Content::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads it from the start.
    ///
    /// # Errors
    /// If the file cannot be opened any more.
    pub fn reader(&self) -> Result<Box<dyn BufRead + '_>, BadInput> {
        Ok(match &self.content {
            Content::File(path, _) => {
                let file = File::open(path)
                    .map_err(|error| BadInput::file(format!("cannot be opened: {error}")))?;
                Box::new(BufReader::with_capacity(1 << 16, file))
            }
            Content::Bytes(bytes) => Box::new(&**bytes),
        })
    }
}

/// Reads a stream to its end.
fn spool(stream: impl Read) -> Result<Vec<u8>, BadInput> {
    let mut bytes = Vec::new();
    let read = stream
        .take(LARGEST_STREAM + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| BadInput::file(format!("cannot be read: {error}")))?;
    if read as u64 > LARGEST_STREAM {
        let what = format!("a stream of over {} MiB: give it as a file", LARGEST_STREAM >> 20);
        return Err(BadInput::file(what));
    }
    Ok(bytes)
}
