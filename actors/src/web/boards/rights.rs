//! What a viewer may do with a board, and what of it is told to him.

use super::Board;
use access::Right;
use model::{Object, Text};
use ports::grants::{Scope, Viewer};
use wire::stream::{Objects, Query};

impl Board {
    /// What a viewer may do with it; nothing at all if `None`.
    pub fn right(&self, viewer: &Viewer) -> Option<Right> {
        Right::of(&viewer.user, &viewer.roles, self.share.as_ref())
    }

    /// Leaves out objects that are named but may not be seen.
    pub fn redact(&mut self, scope: &Scope) {
        for query in self.widgets.iter_mut().filter_map(|widget| widget.query.as_mut()) {
            let kind = query.object_type;
            if let Objects::These(ids) = &mut query.objects {
                ids.retain(|id| scope.holds(&Object::new(kind, id.clone())));
            }
        }
    }

    /// Puts back what `before` names and its editor could not see: nobody takes away what he may not see.
    pub fn keep_unseen(&mut self, before: &Self, scope: &Scope) {
        for widget in &mut self.widgets {
            let Some(Query { object_type: kind, objects: Objects::These(ids), .. }) = &mut widget.query
            else {
                continue;
            };
            let former = before.query(&widget.id).filter(|query| query.object_type == *kind);
            let Some(Objects::These(former)) = former.map(|query| &query.objects) else { continue };
            let unseen = |id: &&Text| !scope.holds(&Object::new(*kind, (*id).clone())) && !ids.contains(id);
            let unseen: Vec<Text> = former.iter().filter(unseen).cloned().collect();
            ids.extend(unseen);
        }
    }
}
