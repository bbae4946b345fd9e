//! What stood just before an instant: many cells in one question.

use super::OURS;
use crate::failure::Failure;
use crate::pool::Value;
use model::time::Micros;
use model::{Object, Text};
use ports::history::Point;
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

type Work<T> = std::result::Result<T, Failure>;

/// Of each cell the newest point in `from..to`, in their order.
pub(super) async fn standing(
    transaction: &Transaction<'_>,
    cells: &[(Text, Object)],
    from: Micros,
    to: Micros,
) -> Work<Vec<Option<Point>>> {
    let sql = format!(
        "SELECT w.place, p.at, p.value, p.flags
         FROM unnest($1::text[], $2::smallint[], $3::text[]) WITH ORDINALITY AS w (definition, kind, object, place)
         JOIN pulse.series s ON s.{OURS} AND s.definition = w.definition AND s.kind = w.kind AND s.object = w.object
         CROSS JOIN LATERAL (
             SELECT n.at, n.value, n.flags FROM pulse.points n
             WHERE n.{OURS} AND n.series = s.id AND n.at >= $4 AND n.at < $5
             AND n.at >= coalesce((SELECT h.at FROM pulse.history_horizons h WHERE h.{OURS}), 0)
             ORDER BY n.at DESC LIMIT 1) p"
    );
    let definitions: Vec<&str> = cells.iter().map(|(definition, _)| definition.as_str()).collect();
    let kinds: Vec<i16> = cells.iter().map(|(_, object)| object.kind as i16).collect();
    let ids: Vec<&str> = cells.iter().map(|(_, object)| object.id.as_str()).collect();
    let values: [Value<'_>; 5] = [
        (&definitions, Type::TEXT_ARRAY),
        (&kinds, Type::INT2_ARRAY),
        (&ids, Type::TEXT_ARRAY),
        (&from.0, Type::INT8),
        (&to.0, Type::INT8),
    ];
    let mut standing: Vec<Option<Point>> = vec![None; cells.len()];
    for row in transaction.query_typed(&sql, &values).await? {
        // Ordinals begin with 1.
        let place = usize::try_from(row.try_get::<_, i64>(0)? - 1).unwrap_or(usize::MAX);
        let (Some((definition, object)), Some(found)) = (cells.get(place), standing.get_mut(place)) else {
            continue;
        };
        *found = Some(Point {
            definition: definition.clone(),
            object: object.clone(),
            at: Micros(row.try_get(1)?),
            value: row.try_get(2)?,
            flags: u8::try_from(row.try_get::<_, i16>(3)?).unwrap_or_default(),
        });
    }
    Ok(standing)
}
