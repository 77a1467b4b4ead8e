//! A few connections that cannot write, lent out one question at a time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rusqlite::Connection;

use crate::error::ViewsError;
use crate::schema;

/// Connections at once: SQLite reads in parallel, and more would only hold more memory.
const CONNECTIONS_MAX: usize = 4;

struct Idle {
    connections: Vec<Connection>,
    made: usize,
}

struct Shared {
    path: PathBuf,
    idle: Mutex<Idle>,
    returned: Condvar,
}

/// The connections. Clones share them.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

impl Pool {
    /// Opens nothing yet.
    pub fn new(path: &Path) -> Pool {
        let idle = Mutex::new(Idle { connections: Vec::new(), made: 0 });
        Pool(Arc::new(Shared { path: path.to_owned(), idle, returned: Condvar::new() }))
    }

    /// Asks one question on a free connection, waiting for one if all are in use.
    pub fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T, ViewsError>) -> Result<T, ViewsError> {
        let connection = self.take()?;
        let lent = Lent { pool: self, connection: Some(connection) };
        match &lent.connection {
            // One transaction, so that a list and its total are of the same instant.
            Some(connection) => question(&*connection.unchecked_transaction()?),
            None => Err(ViewsError::Storage("no connection".to_owned())),
        }
    }

    fn take(&self) -> Result<Connection, ViewsError> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.connections.pop() {
                return Ok(connection);
            }
            if idle.made < CONNECTIONS_MAX {
                let connection = schema::open_reader(&self.0.path)?;
                idle.made += 1;
                return Ok(connection);
            }
            idle = self.0.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Gives the connection back, also when the question panicked.
struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.0.idle.lock().unwrap_or_else(PoisonError::into_inner).connections.push(connection);
            self.pool.0.returned.notify_one();
        }
    }
}
