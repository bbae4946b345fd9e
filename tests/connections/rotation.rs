//! Secrets and certificates change while all roles run: nobody is started again, and nothing is lost.

use crate::faults::equals_an_undisturbed_run;
use crate::process::wait_for;
use crate::world::{PATIENCE, World, alone};
use test_servers::{certificates, skipped};

const ROWS: [u8; 8] = [3, 5, 7, 8, 9, 10, 21, 22];

/// Ends the connections of rows, as a network would: whoever called calls again, with what is in the files now.
fn call_again(world: &World, rows: &[u8]) {
    for row in rows {
        world.edge(*row).cut();
    }
}

/// Time goes on at the page.
fn goes_on(world: &World, cookie: &str) {
    let at = || world.queues(cookie, &["Calls_Entered"]).map(|(at, _)| at);
    let before = wait_for("values", PATIENCE, at);
    wait_for("values go on", PATIENCE, || at().filter(|now| *now > before));
}

#[test]
fn secrets_and_certificates_of_running_roles_are_renewed_without_loss() {
    let _turn = alone();
    let world = match World::start_behind_proxies() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    world.open(&ROWS);
    world.start_all();
    let cookie = world.sign_in();
    goes_on(&world, &cookie);
    let pids = || {
        [&world.tenant, &world.lds, &world.dcu, &world.permissions, &world.web]
            .map(|role| role.borrow().as_ref().map(crate::process::Role::pid))
    };
    let before = pids();

    // PostgreSQL: a new password for each login; who was connected is put out.
    for login in ["pulse-dcu", "pulse-web", "pulse-permissions"] {
        world.file(&format!("{login}.password"), "renewed");
        world.sql(&format!("ALTER ROLE \"{login}\" PASSWORD 'renewed'"));
    }
    world.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'pulse-%'");
    wait_for("everybody is back at PostgreSQL", PATIENCE, || {
        let back = |login: &&str| world.sessions(login) > 0;
        ["pulse-dcu", "pulse-permissions"].iter().all(back).then_some(())
    });
    goes_on(&world, &world.sign_in());

    // Redis: both passwords are good for a while, then only the new one.
    let redis = |command: &[&str]| {
        let said = world.redis_cli_as("root", "only-for-tests", command);
        assert!(!said.contains("ERR") && !said.contains("NOPERM"), "{command:?}: {said}");
    };
    redis(&["ACL", "SETUSER", "pulse", ">renewed"]);
    world.file("redis-password", "renewed");
    redis(&["ACL", "SETUSER", "pulse", "<only-for-tests"]);
    let put_out = || {
        for kind in ["normal", "pubsub"] {
            redis(&["CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes"]);
        }
    };
    put_out();
    goes_on(&world, &cookie);

    // Tokens of links: the new one is good beside the old one, then alone.
    for (file, old, rows) in
        [("token", "between-lds-and-dcu", &[8][..]), ("tenant-token", "of-the-tenant-service", &[9])]
    {
        world.file(file, &format!("renewed-{file}\n{old}\n"));
        std::thread::sleep(std::time::Duration::from_secs(2));
        call_again(&world, rows);
        world.file(file, &format!("renewed-{file}\n"));
        std::thread::sleep(std::time::Duration::from_secs(2));
        call_again(&world, rows);
        goes_on(&world, &cookie);
    }

    // Another authority, and other certificates of it, for Redis and the LDS.
    let folder = world.redis.ca_file.parent().unwrap().to_owned();
    let renewed = certificates(&folder).unwrap();
    let name = |path: &std::path::Path| path.display().to_string();
    redis(&[
        "CONFIG",
        "SET",
        "tls-cert-file",
        &name(&renewed.certificate),
        "tls-key-file",
        &name(&renewed.key),
        "tls-ca-cert-file",
        &name(&renewed.authority),
    ]);
    put_out();
    call_again(&world, &[8]);
    goes_on(&world, &cookie);

    assert_eq!(pids(), before, "nobody was started again");
    equals_an_undisturbed_run(&world, &cookie);
    let (said, output) = world.check_all();
    assert!(output.status.success(), "{said}");
}
