//! Words that can be searched: turns, replies that were sent, notes and names of files. Whispers are left out.

use rusqlite::{Transaction, params};
use signalbox_model::content::Body;
use signalbox_model::event::Event;
use signalbox_model::event::customer::CustomerErased;
use signalbox_model::event::supervision::Ask;
use signalbox_model::id::Position;

use crate::column::Key;
use crate::error::ViewsError;
use crate::rows::Applied;

/// Puts the words of a fact under its position.
pub fn fold(tx: &Transaction, applied: &Applied) -> Result<(), ViewsError> {
    let recorded = &applied.recorded;
    match &recorded.event {
        Event::TurnAdded(_) | Event::ReplyAsked(_) | Event::NoteAdded(_) => {}
        Event::AiTurnCompleted(completed) if completed.task.speaks() => {}
        // Words that were never said to the customer are not found in the conversation.
        Event::AiTurnDiscarded(_) => return forget(tx, recorded.cause),
        Event::AskRefused(refused) if refused.ask == Ask::Reply => return forget(tx, recorded.cause),
        _ => return Ok(()),
    }
    let text = match &applied.body {
        Some(Body::Text { text }) => text,
        Some(Body::File { name, .. }) => name,
        Some(Body::Identity { .. }) | None => return Ok(()),
    };
    tx.prepare_cached("INSERT INTO said (rowid, text) VALUES (?1, ?2)")?
        .execute(params![recorded.position.0 as i64, text])?;
    Ok(())
}

fn forget(tx: &Transaction, cause: Option<Position>) -> Result<(), ViewsError> {
    if let Some(cause) = cause {
        tx.prepare_cached("DELETE FROM said WHERE rowid = ?1")?.execute([cause.0 as i64])?;
    }
    Ok(())
}

/// Destroys the words of every conversation of a customer.
pub fn erase(tx: &Transaction, erased: &CustomerErased) -> Result<(), ViewsError> {
    let mut delete =
        tx.prepare_cached("DELETE FROM said WHERE rowid IN (SELECT position FROM fact WHERE conversation = ?1)")?;
    for conversation in &erased.conversations {
        delete.execute([conversation.blob()])?;
    }
    let mut others = tx.prepare_cached("SELECT id FROM conversation WHERE customer = ?1")?;
    let ids: Vec<crate::column::Blob> =
        others.query_map([erased.customer.blob()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in ids {
        delete.execute([id])?;
    }
    Ok(())
}
