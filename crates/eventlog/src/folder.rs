//! The data folder: its lock, its store key, its database file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};

use crate::chain::{GENESIS, Hash};
use crate::vault::{StoreKey, Vault};

/// Of the tables in `schema.sql`. A log with a higher number was written by a newer version.
const SCHEMA_VERSION: i64 = 1;
/// Tells our files from other SQLite files: "SgBx".
const APPLICATION_ID: i64 = 0x5367_4278;
/// How long a connection waits for another one that is writing: only backup tools of others make it wait at all.
pub const BUSY: Duration = Duration::from_secs(5);
/// Pages in the write-ahead log before they are carried over into the main file.
const CHECKPOINT_PAGES: i64 = 4_000;
/// Bytes that the write-ahead log keeps on disk when it is empty.
const WAL_BYTES_KEPT: i64 = 64 * 1024 * 1024;
/// Memory for pages, in KiB, for the writer and for each reader.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 4 * 1024;
/// Statements kept prepared.
const STATEMENTS_MAX: usize = 64;

const LOG_FILE: &str = "log.db";
const LOCK_FILE: &str = "log.lock";
const KEY_FILE: &str = "store.key";

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or a file in it cannot be used.
    #[error("{path} cannot be used ({source}): check that it exists and that you may write there")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process has it open.
    #[error("the data folder {0} is in use by another signalbox: stop that one, or choose another folder with --data")]
    Locked(PathBuf),
    /// A log without its key.
    #[error(
        "{0} is missing and the log cannot be read without it: restore it from your backup, or set SIGNALBOX_STORE_KEY"
    )]
    KeyMissing(PathBuf),
    /// A key file with something else in it.
    #[error("{0} does not hold a store key: restore it from your backup, or set SIGNALBOX_STORE_KEY")]
    KeyUnreadable(PathBuf),
    /// A log with another one's key.
    #[error("the store key does not belong to the log in {0}: use the key that the log was made with")]
    KeyWrong(PathBuf),
    /// Written by a newer version.
    #[error(
        "{path} has format {found} and this version knows {known}: it was written by a newer version, use that or a later one"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A database of another program.
    #[error("{0} is not a log of signalbox: move it away, or choose another folder with --data")]
    NotALog(PathBuf),
    /// No log there.
    #[error("there is no log in {0}: choose the folder that `serve --data` was given")]
    NoLog(PathBuf),
    /// Damaged.
    #[error("{path} is damaged ({detail}): run `signalbox check --data` on the folder, then restore a backup")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What the database says.
        detail: String,
    },
    /// The disk is full.
    #[error("no space left for {0}: free disk space")]
    NoSpace(PathBuf),
    /// The database failed otherwise.
    #[error("{path} cannot be opened ({detail})")]
    Storage {
        /// Which file.
        path: PathBuf,
        /// What the database says.
        detail: String,
    },
}

/// The files of one log.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
}

/// Whether a database failure means that the disk is full.
pub fn is_full(error: &rusqlite::Error) -> bool {
    // The index of the write-ahead log is the one file whose growth SQLite reports differently on a full disk.
    const SHARED_MEMORY_SIZE: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => {
            failure.code == ErrorCode::DiskFull || failure.extended_code == SHARED_MEMORY_SIZE
        }
        _ => false,
    }
}

impl Folder {
    /// Names the files; touches nothing.
    pub fn at(dir: &Path) -> Folder {
        Folder { dir: dir.to_owned() }
    }

    /// The database file.
    pub fn log_path(&self) -> PathBuf {
        self.dir.join(LOG_FILE)
    }

    fn file_error(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull => OpenError::NoSpace(path),
            _ => OpenError::File { path, source },
        }
    }

    fn db_error(&self, error: rusqlite::Error) -> OpenError {
        let path = self.log_path();
        if is_full(&error) {
            return OpenError::NoSpace(path);
        }
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path, detail },
            _ => OpenError::Storage { path, detail },
        }
    }

    /// Makes the folder and takes its lock, which falls when the file is dropped or the process dies.
    ///
    /// # Errors
    /// When the folder cannot be made or another process has the lock.
    pub fn lock(&self) -> Result<File, OpenError> {
        fs::create_dir_all(&self.dir).map_err(Self::file_error(&self.dir))?;
        let path = self.dir.join(LOCK_FILE);
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(Self::file_error(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked(self.dir.clone())),
            Err(TryLockError::Error(source)) => Err(OpenError::File { path, source }),
        }
    }

    /// Reads the store key, if there is a file for it.
    ///
    /// # Errors
    /// When it cannot be read or holds something else.
    pub fn read_key(&self) -> Result<Option<StoreKey>, OpenError> {
        let path = self.dir.join(KEY_FILE);
        match fs::read_to_string(&path) {
            Ok(text) => StoreKey::from_base64(&text).map(Some).map_err(|_| OpenError::KeyUnreadable(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(OpenError::KeyUnreadable(path)),
            Err(source) => Err(OpenError::File { path, source }),
        }
    }

    /// Makes a store key and keeps it before anything is encrypted with it: whole or not at all, and for its owner only.
    fn make_key(&self) -> Result<StoreKey, OpenError> {
        let (path, new) = (self.dir.join(KEY_FILE), self.dir.join("store.key.new"));
        let key = StoreKey::random();
        let written = (|| {
            let _ = fs::remove_file(&new);
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&new)?;
            file.write_all(format!("{}\n", key.to_base64()).as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(&self.dir)?.sync_all()
        })();
        written.map_err(Self::file_error(&path)).map(|()| key)
    }

    fn key_missing(&self) -> OpenError {
        OpenError::KeyMissing(self.dir.join(KEY_FILE))
    }

    /// Opens the log to write, and makes it when there is none. A key that is given is used instead of the file.
    ///
    /// # Errors
    /// When it is not ours, damaged, newer, or the key is not its own.
    pub fn open(&self, given: Option<StoreKey>) -> Result<(Connection, Vault), OpenError> {
        let conn = Connection::open(self.log_path()).map_err(|e| self.db_error(e))?;
        let is_new = self.is_new(&conn)?;
        let key = match (given, self.read_key()?) {
            (Some(key), _) | (None, Some(key)) => key,
            (None, None) if is_new => self.make_key()?,
            (None, None) => return Err(self.key_missing()),
        };
        let vault = Vault::new(&key);
        tune_writer(&conn).map_err(|e| self.db_error(e))?;
        if is_new {
            create(&conn, &vault).map_err(|e| self.db_error(e))?;
            File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(Self::file_error(&self.dir))?;
        }
        self.check_key(&conn, &vault)?;
        Ok((conn, vault))
    }

    /// Opens the log to look at it only, whoever else has it open.
    ///
    /// # Errors
    /// As for `open`; and when there is no log.
    pub fn open_to_check(&self, given: Option<StoreKey>) -> Result<(Connection, Vault), OpenError> {
        if !self.log_path().is_file() {
            return Err(OpenError::NoLog(self.dir.clone()));
        }
        let conn = self.connect_reader().map_err(|e| self.db_error(e))?;
        if self.is_new(&conn)? {
            return Err(OpenError::NoLog(self.dir.clone()));
        }
        let key = match given {
            Some(key) => key,
            None => self.read_key()?.ok_or_else(|| self.key_missing())?,
        };
        let vault = Vault::new(&key);
        self.check_key(&conn, &vault)?;
        Ok((conn, vault))
    }

    /// A connection that reads. It may write into the shared index of the write-ahead log, and nowhere else.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn connect_reader(&self) -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(self.log_path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.busy_timeout(BUSY)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(conn)
    }

    fn is_new(&self, conn: &Connection) -> Result<bool, OpenError> {
        let number =
            |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(|e| self.db_error(e));
        let (application, version) = (number("application_id")?, number("user_version")?);
        let tables: i64 =
            conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(|e| self.db_error(e))?;
        match (application, version) {
            (0, 0) if tables == 0 => Ok(true),
            (APPLICATION_ID, SCHEMA_VERSION) => Ok(false),
            (APPLICATION_ID, found) => Err(OpenError::Newer { path: self.log_path(), found, known: SCHEMA_VERSION }),
            _ => Err(OpenError::NotALog(self.log_path())),
        }
    }

    fn check_key(&self, conn: &Connection, vault: &Vault) -> Result<(), OpenError> {
        let stored: Option<Hash> = conn
            .query_row("SELECT check_digest FROM store_key", [], |row| row.get(0))
            .optional()
            .map_err(|e| self.db_error(e))?;
        if stored == Some(vault.check()) { Ok(()) } else { Err(OpenError::KeyWrong(self.dir.clone())) }
    }
}

fn tune_writer(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    conn.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))
}

fn create(conn: &Connection, vault: &Vault) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    tx.execute_batch(include_str!("schema.sql"))?;
    tx.execute("INSERT INTO store_key VALUES (1, ?1)", [vault.check()])?;
    tx.execute("INSERT INTO anchor VALUES (1, 0, ?1, ?2)", [GENESIS, vault.anchor(0, &GENESIS)])?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    tx.commit()
}
