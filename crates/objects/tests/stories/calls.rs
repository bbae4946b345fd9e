//! Legs of calls at devices.

use crate::tale::{WORLD, check, tell, totals};
use model::Action;

#[test]
fn hold_and_consult_hide_each_other_as_the_table_says() {
    let told = tell(
        WORLD,
        "0 2001 Established c1 Inbound
         30 2001 Held c1
         30 2001 Dialing c2 Consult prev=c1
         35 2001 Established c2
         55 2001 Released c2
         56 2001 Retrieved c1
         80 2001 Released c1",
    );
    let statuses: Vec<&str> =
        told.lines.iter().filter(|line| line.contains(" 2001 =")).map(String::as_str).collect();
    let row_85 = [
        "0 2001 =CallInbound",
        "30 2001 =CallOnHold",
        "35 2001 =CallConsult",
        "55 2001 =CallOnHold",
        "56 2001 =CallInbound",
        "80 2001 =OnHook",
    ];
    assert_eq!(statuses, row_85, "row 85");
    assert_eq!(totals(&told, "2001", Action::CallInbound), (1, 80), "A-6: the action runs on");
    assert_eq!(totals(&told, "2001", Action::CallRetrievedFromHold), (1, 26));
}

#[test]
fn after_call_work_pressed_during_a_call_starts_with_its_end() {
    let story = "0 2001 AgentLogin A1
         0 2001 Established c1 Inbound
         30 2001 AgentNotReady mode=AfterCallWork
         60 2001 Released c1
         90 2001 AgentReady";
    let told = tell(WORLD, story);
    assert_eq!(totals(&told, "A1", Action::AfterCallWork), (1, 30), "row 82, Q-22");
    let cancelled = story.replace("60 2001", "40 2001 AgentReady\n60 2001");
    let told = tell(WORLD, &cancelled);
    assert_eq!(totals(&told, "A1", Action::AfterCallWork), (0, 0), "Q-22: AgentReady cancels it");
}

#[test]
fn a_consult_transfer_is_made_once_and_taken_once() {
    check(
        "Q-17, Q-21, A-7, contracts 3",
        "0 2001 Ringing c1 Inbound
         1 2001 Established c1
         10 2001 Held c1
         10 2001 Dialing c2 Consult prev=c1
         10 2003 Ringing c2 Consult prev=c1
         12 2001 Established c2
         12 2003 Established c2
         20 2001 Released c1 state=Transferred
         20 2001 Released c2 state=Transferred
         20 2003 PartyChanged c1 prev=c2 Inbound to=2001 state=Transferred
         50 2003 Released c1",
        "2001 2003",
        "0 2001 -OnHook 1000
         0 2001 CallRingingStarted c1
         0 2001 +CallRinging c1
         0 2001 =CallRinging
         1 2001 -CallRinging c1 1
         1 2001 CallAnswered c1 1
         1 2001 CallInboundStarted c1
         1 2001 +CallInbound c1
         1 2001 =CallInbound
         10 2001 CallHeld c1
         10 2001 +CallOnHold c1
         10 2001 CallDialingStarted c2
         10 2001 +CallDialing c2
         10 2003 -OnHook 1010
         10 2003 CallRingingStarted c2
         10 2003 +CallRinging c2
         10 2001 =CallOnHold
         10 2003 =CallRinging
         12 2001 -CallDialing c2 2
         12 2001 CallDialed c2 2
         12 2001 CallConsultStarted c2
         12 2001 +CallConsult c2
         12 2003 -CallRinging c2 2
         12 2003 CallAnswered c2 2
         12 2003 CallConsultStarted c2
         12 2003 +CallConsult c2
         12 2001 =CallConsult
         12 2003 =CallConsult
         20 2001 -CallOnHold c1 10
         20 2001 -CallInbound c1 19
         20 2001 CallInboundCompleted c1 19
         20 2001 CallTransferMade c1
         20 2001 -CallConsult c2 8
         20 2001 CallConsultCompleted c2 8
         20 2001 CallConsultOriginated c2 8
         20 2001 +OnHook
         20 2003 -CallConsult c2 8
         20 2003 CallPartyChanged c1
         20 2003 CallInboundStarted c1
         20 2003 CallTransferTaken c1
         20 2003 +CallInbound c1
         20 2001 =OnHook
         20 2003 =CallInbound
         50 2003 -CallInbound c1 30
         50 2003 CallInboundCompleted c1 30
         50 2003 +OnHook
         50 2003 =OnHook",
    );
}

#[test]
fn a_blind_transfer_is_taken_when_it_is_answered() {
    check(
        "Q-17",
        "0 2001 Established c1 Inbound
         9 2001 Released c1 state=Transferred
         9 2003 Ringing c1 Inbound state=Transferred to=2001
         12 2003 Established c1
         20 2003 PartyChanged c1 state=Transferred",
        "2003",
        "9 2003 -OnHook 1009
         9 2003 CallRingingStarted c1
         9 2003 +CallRinging c1
         9 2003 =CallRinging
         12 2003 -CallRinging c1 3
         12 2003 CallAnswered c1 3
         12 2003 CallTransferTaken c1
         12 2003 CallInboundStarted c1
         12 2003 +CallInbound c1
         12 2003 =CallInbound
         20 2003 CallPartyChanged c1
         20 2003 CallTransferPartyChanged c1",
    );
}

#[test]
fn a_conference_is_made_joined_and_left() {
    check(
        "Q-47, Q-18, Q-21: the same type goes on under the new id",
        "0 2001 Established c1 Internal
         5 2001 Held c1
         5 2001 Dialing c2 Consult prev=c1
         6 2003 Established c2 Consult
         9 2001 Released c2 state=Conferenced
         9 2001 Retrieved c1
         9 2001 PartyAdded c1 to=2001
         9 2003 PartyChanged c1 prev=c2 state=Conferenced
         20 2001 Released c1
         20 2003 PartyDeleted c1",
        "2001 2003",
        "0 2001 -OnHook 1000
         0 2001 CallInternalStarted c1
         0 2001 +CallInternal c1
         0 2001 =CallInternal
         5 2001 CallHeld c1
         5 2001 +CallOnHold c1
         5 2001 CallDialingStarted c2
         5 2001 +CallDialing c2
         5 2001 =CallOnHold
         6 2003 -OnHook 1006
         6 2003 CallConsultStarted c2
         6 2003 +CallConsult c2
         6 2003 =CallConsult
         9 2001 -CallDialing c2 4
         9 2001 CallDialConferenced c2 4
         9 2001 -CallOnHold c1 4
         9 2001 CallRetrievedFromHold c1 4
         9 2001 CallConferenceMade c1
         9 2003 CallPartyChanged c1
         9 2003 CallConferenceJoined c1
         9 2003 ~CallConsult c1
         9 2001 =CallInternal
         20 2001 -CallInternal c1 20
         20 2001 CallInternalCompleted c1 20
         20 2001 CallInternalReceived c1 20
         20 2001 +OnHook
         20 2003 CallConferencePartyDeleted c1
         20 2001 =OnHook",
    );
}

#[test]
fn ringing_and_dialing_that_end_otherwise_have_their_own_names() {
    check(
        "Q-19, 2.4",
        "0 2001 Ringing c1 Inbound
         3 2001 Released c1 state=Busy
         10 2001 Ringing c2 Inbound
         12 2001 Released c2
         20 2001 Dialing c3 Outbound
         22 2001 DestinationBusy c3 state=Busy
         24 2001 Released c3 state=Busy
         30 2001 Dialing c4 Outbound
         31 2001 Established c4
         39 2001 Released c4",
        "P1",
        "0 P1 -OnHook 1000
         0 P1 CallRingingStarted c1
         0 P1 +CallRinging c1
         0 P1 =CallRinging
         3 P1 -CallRinging c1 3
         3 P1 CallForwarded c1 3
         3 P1 +OnHook
         3 P1 =OnHook
         10 P1 -OnHook 7
         10 P1 CallRingingStarted c2
         10 P1 +CallRinging c2
         10 P1 =CallRinging
         12 P1 -CallRinging c2 2
         12 P1 CallAbandonedFromRinging c2 2
         12 P1 +OnHook
         12 P1 =OnHook
         20 P1 -OnHook 8
         20 P1 CallDialingStarted c3
         20 P1 +CallDialing c3
         20 P1 =CallDialing
         22 P1 -CallDialing c3 2
         22 P1 CallAbandonedFromDialing c3 2
         22 P1 =OnHook
         24 P1 +OnHook
         30 P1 -OnHook 6
         30 P1 CallDialingStarted c4
         30 P1 +CallDialing c4
         30 P1 =CallDialing
         31 P1 -CallDialing c4 1
         31 P1 CallDialed c4 1
         31 P1 CallOutboundStarted c4
         31 P1 +CallOutbound c4
         31 P1 =CallOutbound
         39 P1 -CallOutbound c4 8
         39 P1 CallOutboundCompleted c4 8
         39 P1 CallOutboundOriginated c4 8
         39 P1 +OnHook
         39 P1 =OnHook",
    );
}

#[test]
fn a_repeated_release_counts_once() {
    let story = "0 2001 Established c1 Inbound seq=1
         9 2001 Released c1 seq=2
         9 2001 Released c1 seq=2";
    let told = tell(WORLD, story);
    assert_eq!(totals(&told, "2001", Action::CallInboundCompleted).0, 1, "row 136, X-6");
    assert_eq!(told.objects.counters().duplicates, 1);
    let unnumbered = story.replace(" seq=1", "").replace(" seq=2", "");
    let told = tell(WORLD, &unnumbered);
    assert_eq!(totals(&told, "2001", Action::CallInboundCompleted).0, 1, "Q-13");
    assert_eq!(told.objects.counters().duplicates, 1);
}

#[test]
fn durations_by_the_source_and_negative_ones() {
    let told = tell(
        WORLD,
        "105 2001 Established c1 Inbound time=100
         166 2001 Released c1 time=160
         200 2001 Established c2 Inbound time=200
         201 2001 Released c2 time=198",
    );
    let ended = |item: &&model::item::Item| {
        matches!(item.what, model::item::What::Ended { action: Action::CallInbound, .. })
            && told.objects.directory().number(item.object) == "2001"
    };
    let all = told.items.iter().flat_map(|items| &items.items);
    let spans: Vec<i64> = all.filter(ended).map(|item| item.source_span.secs()).collect();
    assert_eq!(spans, [60, 0], "rows 134, 135, T-1");
    // OnHook, too, ended against the source's clock here: the skew is seen wherever it shows.
    assert!(told.objects.counters().negative >= 1, "T-1");
}

#[test]
fn new_user_data_reach_every_leg_and_the_queue() {
    let told = tell(
        WORLD,
        "0 9001 Queued c1 Inbound q=9001 ud=Language:Spanish
         5 9001 Diverted c1 to=2001
         5 2001 Ringing c1 q=9001
         6 2001 Established c1
         9 2003 Established c1
         12 2003 AttachedDataChanged c1 ud=Language:French
         20 2001 Released c1",
    );
    let language = |batch: &model::item::Items, item: &model::item::Item| {
        let data = batch.data.get(item.data as usize)?.user_data.clone()?;
        data.get("Language").cloned()
    };
    let mut changed = Vec::new();
    for batch in &told.items {
        for item in &batch.items {
            let name = told.objects.directory().number(item.object);
            if matches!(item.what, model::item::What::Changed { .. }) && name.starts_with('2') {
                changed.push((item.at.secs(), name.to_owned(), language(batch, item)));
            }
        }
    }
    let french = Some(model::record::KeyValue::Text("French".into()));
    let both = ["2003", "2001"].map(|dn| (12, dn.to_owned(), french.clone()));
    changed.sort_by(|one, next| one.1.cmp(&next.1));
    let mut both = both.to_vec();
    both.sort_by(|one, next| one.1.cmp(&next.1));
    assert_eq!(changed, both, "Q-24");
    let released = told.items.last().unwrap();
    let missed = released
        .items
        .iter()
        .find(|item| matches!(item.what, model::item::What::Happened { action: Action::CallMissed }));
    assert_eq!(language(released, missed.unwrap()), french, "the queue's outcome carries the last data");
}
