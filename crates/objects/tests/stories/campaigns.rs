//! Campaigns, groups that dial for them, calling lists (statistics 2.7).

use super::tale::check_in;

const WORLD: &str = "
tenant = 't'
source = [{ name = 'pbx', switch = 'sw' }]
campaign = [{ name = 'Spring', groups = ['North'], calling_lists = ['New'] }]
";

#[track_caller]
fn check(rule: &str, story: &str, of: &str, expected: &str) {
    check_in(WORLD, rule, story, of, expected);
}

#[test]
fn a_group_dials_for_a_campaign() {
    check(
        "loaded, dialling in a mode, waiting, stopped, unloaded: one step at a time, the rest beside Running",
        "0 - CampaignLoaded camp=Spring group=North
         10 - CampaignStarted camp=Spring group=North dial=Predict
         20 - CampaignWaiting camp=Spring group=North why=agents
         25 - CampaignWaiting camp=Spring group=North why=records
         30 - CampaignWaiting camp=Spring group=North
         40 - CampaignStarted camp=Spring group=North dial=Progress
         50 - CampaignWaiting camp=Spring group=North why=ports
         60 - CampaignStopped camp=Spring group=North
         70 - CampaignUnloaded camp=Spring group=North",
        "Spring@North",
        "0 Spring@North -StatusDeactivated 1000
         0 Spring@North +StatusActivated
         0 Spring@North =StatusActivated
         10 Spring@North +Predict
         10 Spring@North -StatusActivated 10
         10 Spring@North +StatusRunning
         10 Spring@North =StatusRunning
         20 Spring@North +StatusWaitingAgents
         25 Spring@North -StatusWaitingAgents 5
         25 Spring@North +StatusWaitingRecords
         30 Spring@North -StatusWaitingRecords 5
         40 Spring@North -Predict 30
         40 Spring@North +Progress
         50 Spring@North +StatusWaitingPorts
         60 Spring@North -StatusWaitingPorts 10
         60 Spring@North -Progress 20
         60 Spring@North -StatusRunning 50
         60 Spring@North +StatusActivated
         60 Spring@North =StatusActivated
         70 Spring@North -StatusActivated 10
         70 Spring@North +StatusDeactivated
         70 Spring@North =StatusDeactivated",
    );
}

#[test]
fn a_campaign_is_as_far_as_the_furthest_of_its_groups() {
    check(
        "Running if at least one group runs; Activated if at least one is and none runs",
        "0 - CampaignLoaded camp=Spring group=North
         5 - CampaignStarted camp=Spring group=South
         10 - CampaignStarted camp=Spring group=North dial=Preview
         20 - CampaignStopped camp=Spring group=South
         30 - CampaignStopped camp=Spring group=North
         40 - CampaignUnloaded camp=Spring group=North
         50 - CampaignUnloaded camp=Spring group=South",
        "Spring",
        "0 Spring -StatusDeactivated 1000
         0 Spring +StatusActivated
         0 Spring =StatusActivated
         5 Spring -StatusActivated 5
         5 Spring +StatusRunning
         5 Spring =StatusRunning
         30 Spring -StatusRunning 25
         30 Spring +StatusActivated
         30 Spring =StatusActivated
         50 Spring -StatusActivated 20
         50 Spring +StatusDeactivated
         50 Spring =StatusDeactivated",
    );
}

#[test]
fn what_a_dialler_does_happens_at_all_that_it_names() {
    check(
        "results by call_state; records left at lists only, and told once",
        "0 - DialMade c1 camp=Spring group=North list=New
         8 - DialCompleted c1 camp=Spring list=New state=Busy
         9 - LeadProcessed camp=Spring list=New left=41
         9 - DialCompleted camp=Spring state=SITInvalidNum list=New left=41
         10 - PersonalCallbackMissed list=New",
        "Spring Spring@North New Spring@New",
        "0 Spring DialMade c1
         0 Spring@North DialMade c1
         0 New DialMade c1
         0 Spring@New DialMade c1
         8 Spring DialBusy c1
         8 New DialBusy c1
         8 Spring@New DialBusy c1
         9 Spring LeadProcessed
         9 New LeadProcessed
         9 New left 41
         9 Spring@New LeadProcessed
         9 Spring@New left 41
         9 Spring DialSITInvalidNum
         9 New DialSITInvalidNum
         9 Spring@New DialSITInvalidNum
         10 New PersonalCallbackMissed",
    );
}

#[test]
fn a_lost_link_ends_what_goes_on_and_a_snapshot_tells_all_that_there_is() {
    check(
        "rules X-1, X-3, A-13; a group that the snapshot does not name is not loaded",
        r#"0 - CampaignStarted camp=Spring group=North dial=Predict
         10 - LinkDisconnected
         11 - DialMade camp=Spring group=North
         20 - LinkConnected
         20 - Snapshot {"dns":[],"media":[{"source":"pbx","received":0,"event":"CampaignLoaded","campaign":"Spring","campaign_group":"South"}]}"#,
        "Spring Spring@North Spring@South",
        "0 Spring -StatusDeactivated 1000
         0 Spring +StatusRunning
         0 Spring@North +Predict
         0 Spring@North -StatusDeactivated 1000
         0 Spring@North +StatusRunning
         0 Spring =StatusRunning
         0 Spring@North =StatusRunning
         10 Spring -StatusRunning 10
         10 Spring@North -Predict 10
         10 Spring@North -StatusRunning 10
         10 Spring invalid
         10 Spring =NotMonitored
         10 Spring@North invalid
         10 Spring@North =NotMonitored
         20 Spring +StatusActivated
         20 Spring@North +StatusDeactivated
         20 Spring@South +StatusActivated
         20 Spring valid
         20 Spring =StatusActivated
         20 Spring@North valid
         20 Spring@North =StatusDeactivated
         20 Spring@South =StatusActivated",
    );
}

#[test]
fn lost_records_end_what_went_on_where_it_was_last_seen() {
    check(
        "rules X-1, X-11",
        "0 - CampaignStarted camp=Spring group=North
         30 - Gap 12
         40 - CampaignStopped camp=Spring group=North",
        "Spring@North",
        "0 Spring@North -StatusDeactivated 1000
         0 Spring@North +StatusRunning
         0 Spring@North =StatusRunning
         30 Spring@North -StatusRunning after 12
         30 Spring@North =? since 12
         30 Spring@North invalid
         30 Spring@North =NotMonitored
         40 Spring@North +StatusActivated
         40 Spring@North valid
         40 Spring@North =StatusActivated",
    );
}
