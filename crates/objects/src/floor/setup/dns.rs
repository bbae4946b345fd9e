//! DNs appear, change and are taken away. One that was taken away can't be seen; that makes no value invalid (rule X-4).

use crate::device::DeviceWhat;
use crate::floor::config::dn_source;
use crate::floor::{Batch, Floor};
use crate::queue::{QueueTie, QueueWhat};
use crate::stamp::Stamp;
use model::Text;
use model::object::ObjectIx;
use model::tenant::{Dn, Place, QueueGroup};

impl Floor {
    pub(super) fn change_dn(&mut self, dn: &Dn, stamp: Stamp, batch: &mut Batch<'_>) -> Result<(), String> {
        let first = self.directory.len();
        let switch = self.directory.find_switch(&dn.switch).ok_or("the DN's switch is not known")?;
        let source = dn_source(dn, switch, &self.directory).map_err(|error| error.to_string())?;
        let known = self.directory.find_number(switch, &dn.number);
        let is_mediation = |ix| self.directory.dn_type(ix).is_some_and(|kind| kind.is_mediation());
        if known.is_some_and(|ix| is_mediation(ix) != dn.kind.is_mediation()) {
            return Err("a mediation DN does not become a regular one, nor the other way round".into());
        }
        let ix = known.unwrap_or_else(|| self.directory.add_dn(switch, &dn.number, dn.kind, None));
        self.start_from(first, stamp, batch);
        if let Some(source) = source {
            self.directory.add_source_of(ix, source);
        }
        self.directory.set_name(ix, dn.name.clone().unwrap_or_else(|| dn.number.clone()));
        if dn.kind.is_mediation() {
            let keeps = dn.use_alt_enter_time == Some(true);
            batch.queue(ix, stamp, QueueWhat::Tie(QueueTie::KeepsEnterTime(keeps)));
        }
        if self.config.stuck_checks.get(&ix).copied() != dn.vq_stuck_check {
            self.checks.stop(ix);
            match dn.vq_stuck_check {
                Some(seconds) => {
                    self.config.stuck_checks.insert(ix, seconds);
                    self.checks.configure(ix, seconds, stamp.at);
                }
                None => {
                    self.config.stuck_checks.remove(&ix);
                }
            }
        }
        if self.set_gone(ix, false, batch) {
            match dn.kind.is_mediation() {
                true => batch.queue(ix, stamp, QueueWhat::BackInService),
                false => batch.device(ix, stamp, DeviceWhat::BackInService),
            }
            self.move_dn(ix, stamp, batch)?;
        }
        Ok(())
    }

    pub(super) fn take_dn_away(
        &mut self,
        id: &str,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) -> Result<(), String> {
        let full =
            id.rsplit_once('@').and_then(|(number, at)| Some((number, self.directory.find_switch(at)?)));
        let found = match full {
            Some((number, switch)) => self.directory.find_number(switch, number),
            None => self.directory.only_switch().and_then(|switch| self.directory.find_number(switch, id)),
        };
        let Some(dn) = found else { return Ok(()) };
        if !self.set_gone(dn, true, batch) {
            return Ok(());
        }
        match self.is_mediation(dn) {
            true => batch.queue(dn, stamp, QueueWhat::OutOfService),
            false => batch.device(dn, stamp, DeviceWhat::OutOfService),
        }
        self.calls.leave_all(|party| party == dn, stamp.at);
        self.move_dn(dn, stamp, batch)
    }

    /// A DN is gone or back: the places and groups that name it follow.
    fn move_dn(&mut self, dn: ObjectIx, stamp: Stamp, batch: &mut Batch<'_>) -> Result<(), String> {
        let full = self.directory.object(dn).map(|object| object.id.clone()).unwrap_or_default();
        let number = Text::from(self.directory.number(dn));
        let names = |dns: &[Text]| dns.iter().any(|name| *name == full || *name == number);
        let tenant = &self.setup.tenant;
        let places: Vec<Place> = tenant.places.iter().filter(|place| names(&place.dns)).cloned().collect();
        let groups: Vec<QueueGroup> =
            tenant.queue_groups.iter().filter(|group| names(&group.dns)).cloned().collect();
        for place in places {
            self.change_place(&place.name, Some(&place), stamp, batch)?;
        }
        for group in groups {
            self.change_queue_group(&group.name, Some(&group), stamp, batch)?;
        }
        Ok(())
    }
}
