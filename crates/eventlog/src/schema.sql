-- Facts. `kind` and `conversation` repeat what the JSON says, to be looked up by.
CREATE TABLE event (
    position       INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    occurred_at    INTEGER,
    actor          TEXT NOT NULL,
    command        BLOB,
    cause          INTEGER,
    kind           TEXT NOT NULL,
    conversation   BLOB,
    event          TEXT NOT NULL,
    content_digest BLOB,
    hash           BLOB NOT NULL
) STRICT;
CREATE INDEX event_of_conversation ON event (conversation) WHERE conversation IS NOT NULL;

-- The end of the chain, vouched for with the store key: a log whose last facts were cut off is found out.
CREATE TABLE anchor (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    seal     BLOB NOT NULL
) STRICT;

-- Words, each beside the fact that brought it. Erased: the row stays, without nonce and ciphertext.
CREATE TABLE content (
    position     INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    customer     BLOB NOT NULL,
    conversation BLOB,
    nonce        BLOB,
    ciphertext   BLOB
) STRICT;
CREATE INDEX content_of_customer ON content (customer);

-- Rows are only added, and `sealed` is only ever overwritten in place: a key is in exactly one place of the file, so that it can be destroyed.
CREATE TABLE customer_key (
    number   INTEGER PRIMARY KEY,
    customer BLOB NOT NULL UNIQUE,
    sealed   BLOB NOT NULL
) STRICT;

CREATE TABLE erased (
    customer BLOB PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
    digest   BLOB NOT NULL,
    customer BLOB NOT NULL,
    PRIMARY KEY (digest, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_of_customer ON identity (customer);

CREATE TABLE command (
    id    BLOB PRIMARY KEY,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    holder          TEXT NOT NULL,
    epoch           INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    decided_through INTEGER NOT NULL
) STRICT;
INSERT INTO lease VALUES (1, '', 0, 0, 0);

CREATE TABLE secret (
    kind   TEXT NOT NULL,
    key    TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE store_key (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    check_digest BLOB NOT NULL
) STRICT;
