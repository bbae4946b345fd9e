//! Anything may go wrong at any time, one thing after the other: drawn from a seed, under load, on real servers. No value
//! is ever wrong, and none that is old looks new.
//!
//! `make test` takes a few steps. `make chaos` takes many: `CHAOS_STEPS`, `CHAOS_SEED`.

mod onlooker;
mod plan;

use crate::faults::equals_an_undisturbed_run;
use crate::process::{Role, free_port, wait_for};
use crate::world::{World, alone};
use onlooker::{Cookies, Look, ONE, Onlooker, look};
use plan::{Fault, LINKS, Step, Who, plan};
use serde_json::json;
use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use test_servers::{Trouble, skipped};

const PASSWORD: &str = "a password of lee";
/// How long recovery may take on a busy machine; what it took is told.
const PATIENCE: Duration = Duration::from_secs(120);
/// Values of now are at most so old.
const FRESH: Duration = Duration::from_secs(4);
/// What `make test` runs.
const SEED: u64 = 1;
const STEPS: usize = 5;
/// How many queues the centre has, of calls and of other media.
const QUEUES: usize = 10;

/// A deployment with two DCUs, everything behind proxies.
struct Centre {
    world: World,
    second: RefCell<Option<Role>>,
    second_metrics: u16,
    cookies: Cookies,
}

impl Centre {
    fn start() -> Result<Self, String> {
        let world = World::start_behind_proxies()?;
        world.configure(|text| {
            format!(
                "{text}\n[[access]]\nname = 'admins see all'\nwho = {{ role = 'admin' }}\nallow = ['*']\n\
                 [[access]]\nname = 'lee watches one queue'\nwho = {{ user = 'lee' }}\nallow = ['Queue:{ONE}']\n"
            )
        });
        world.open(&LINKS);
        world.start_all();
        let second_metrics = free_port();
        let second = world.another_dcu("dcu-1", second_metrics);
        let admin = world.sign_in();
        let form = json!({ "user": "lee", "password": PASSWORD, "roles": ["viewer"] }).to_string();
        wait_for("an account is made", PATIENCE, || world.change("POST", "/api/v1/users", &admin, &form));
        let lee = wait_for("lee signs in", PATIENCE, || world.sign_in_as("lee", PASSWORD));
        let cookies = Arc::new(Mutex::new([admin, lee]));
        Ok(Self { world, second: RefCell::new(Some(second)), second_metrics, cookies })
    }

    fn cell(&self, who: Who) -> &RefCell<Option<Role>> {
        match who {
            Who::FirstDcu => &self.world.dcu,
            Who::SecondDcu => &self.second,
            Who::Lds => &self.world.lds,
            Who::Web => &self.world.web,
            Who::Permissions => &self.world.permissions,
            Who::Tenant => &self.world.tenant,
        }
    }

    fn start_role(&self, who: Who) {
        match who {
            Who::FirstDcu => self.world.start_dcu(),
            Who::SecondDcu => {
                *self.second.borrow_mut() = Some(self.world.another_dcu("dcu-1", self.second_metrics));
            }
            Who::Lds => self.world.start_lds(),
            Who::Web => self.world.start_web(),
            Who::Permissions => self.world.start_permissions(),
            Who::Tenant => self.world.start_tenant(),
        }
    }

    /// What a supervisor of processes does: who has ended is started again.
    fn revive(&self) {
        for who in [Who::FirstDcu, Who::SecondDcu, Who::Lds, Who::Web, Who::Permissions, Who::Tenant] {
            let ended = self.cell(who).borrow().as_ref().is_none_or(|role| role.ended(Duration::ZERO));
            if ended {
                drop(self.cell(who).take());
                self.start_role(who);
            }
        }
    }

    fn signal(&self, who: Who, signal: &str) {
        if let Some(role) = &*self.cell(who).borrow() {
            role.signal(signal);
        }
    }

    /// Waits while it lasts, as a supervisor that starts again whoever ends by itself. One that was killed stays away.
    fn endure(&self, step: &Step) {
        let until = Instant::now() + step.lasts;
        while Instant::now() < until {
            if !matches!(step.fault, Fault::Killed(_)) {
                self.revive();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn perform(&self, step: &Step) {
        let world = &self.world;
        match step.fault {
            Fault::Killed(who) => {
                drop(self.cell(who).take());
                self.endure(step);
            }
            Fault::Frozen(who) => {
                self.signal(who, "STOP");
                self.endure(step);
                self.signal(who, "CONT");
            }
            Fault::Link(row, trouble) => {
                world.edge(row).set(trouble).unwrap();
                if trouble == Trouble::Refuse {
                    world.edge(row).cut();
                }
                self.endure(step);
                world.open(&[row]);
            }
            Fault::RedisEmptied => {
                world.redis.kill9();
                self.endure(step);
                wait_for("Redis starts", PATIENCE, || world.redis.restart().ok());
            }
            Fault::RedisFrozen => {
                world.redis.freeze(true);
                self.endure(step);
                world.redis.freeze(false);
            }
            Fault::RedisFull => {
                self.maxmemory("1mb");
                self.endure(step);
                self.maxmemory("0");
            }
            Fault::PostgresKilled => {
                world.postgres.kill9().unwrap();
                self.endure(step);
                wait_for("PostgreSQL starts", PATIENCE, || world.postgres.restart().ok());
            }
        }
        self.revive();
    }

    fn maxmemory(&self, bytes: &str) {
        let password = &self.world.redis.password;
        let said = self.world.redis_cli_as("root", password, &["CONFIG", "SET", "maxmemory", bytes]);
        assert_eq!(said, "OK");
    }

    /// Waits until at least `rows` queues are shown as of now, and everybody may sign in; answers how long it took.
    fn settled(&self, what: &str, rows: usize) -> Duration {
        let began = Instant::now();
        wait_for(&format!("all is well after: {what}"), PATIENCE, || {
            self.revive();
            let cookies = self.cookies.lock().unwrap().clone();
            let web = self.world.ports.web;
            let fine = |look: &Look, rows: usize| {
                look.rows.len() == rows
                    && look.age() < FRESH
                    && look.rows.values().all(|(_, flags)| flags.is_empty())
            };
            (fine(&look(web, &cookies[0])?, rows) && fine(&look(web, &cookies[1])?, 1)).then_some(())
        });
        began.elapsed()
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for (name, metrics) in [("dcu", self.world.ports.dcu_metrics), ("dcu-1", self.second_metrics)] {
                let of = |metric| self.world.metric(metrics, metric);
                let (slots, arriving) = (of("pulse_dcu_slots"), of("pulse_dcu_slots_arriving"));
                eprintln!(
                    "{name}: slots {slots:?}, arriving {arriving:?}, unowned {:?}",
                    of("pulse_dcu_slots_unowned")
                );
            }
            let cookies = self.cookies.lock().map(|cookies| cookies.clone()).unwrap_or_default();
            for cookie in cookies {
                eprintln!("{:?}", look(self.world.ports.web, &cookie).map(|look| (look.age(), look.rows)));
            }
            let said = self.second.borrow().as_ref().map(Role::said).unwrap_or_default();
            let end: Vec<&str> = said.lines().rev().take(60).collect();
            eprintln!("--- dcu-1\n{}", end.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
    }
}

fn setting<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn whatever_goes_wrong_no_value_is_wrong() {
    let _turn = alone();
    let centre = match Centre::start() {
        Ok(centre) => centre,
        Err(why) => return skipped(&why),
    };
    let (seed, steps) = (setting("CHAOS_SEED", SEED), setting("CHAOS_STEPS", STEPS));
    let rows = wait_for("all queues are shown", PATIENCE, || {
        let [admin, _] = centre.cookies.lock().unwrap().clone();
        let look = look(centre.world.ports.web, &admin)?;
        let counted = |switch: &str| {
            look.rows.iter().any(|(queue, (counts, _))| queue.ends_with(switch) && counts[0] > 0.0)
        };
        // Queues of calls and those of other media come from different sources.
        (counted("@sw1") && counted("@mediavq") && look.rows.len() == QUEUES).then_some(QUEUES)
    });
    centre.settled("the start", rows);
    let onlooker = Onlooker::begin(centre.world.ports.web, Arc::clone(&centre.cookies));
    println!("chaos: seed {seed}, {steps} steps, {rows} queues");
    for (number, step) in plan(seed, steps).iter().enumerate() {
        let before = onlooker.looks();
        centre.perform(step);
        let took = centre.settled(&format!("{step} (step {number})"), rows);
        let looks = onlooker.looks() - before;
        println!("{number:3}  {step}; well again {:.1} s later, {looks} looks", took.as_secs_f64());
    }
    let wrongs = onlooker.end();
    assert!(wrongs.is_empty(), "{wrongs:#?}");
    let [admin, _] = centre.cookies.lock().unwrap().clone();
    equals_an_undisturbed_run(&centre.world, &admin);
}
