//! The widget templates that come with the program: a file each in `config/templates`, loaded into a tenant's
//! documents as kind `template`.

mod load;

pub use actors::web::templates::{KIND, Template};
pub use load::{Fate, Report, check, load};

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};

macro_rules! files {
    ($( $name:literal )*) => {
        &[ $( ($name, include_str!(concat!("../config/templates/", $name, ".toml"))), )* ]
    };
}

/// By the name under which each is loaded.
const FILES: &[(&str, &str)] = files![
    "Agent_Group_Status" "Agent_KPIs" "Agent_Login" "Alert_Widget" "Callback_Activity" "Campaign_Activity"
    "Campaign_Callback_Status" "Campaign_Group_Activity" "Campaign_Group_Status" "Chat_Agent_Activity"
    "Chat_Queue_Activity" "Chat_Service_Level_Performance" "Chat_Waiting_Statistics" "Email_Agent_Activity"
    "Email_Queue_Activity" "Facebook_Media_Activity" "IFRAME" "IWD_Agent_Activity" "IWD_Queue_Activity"
    "Queue_KPIs" "Queue_Overflow_Reason" "Static_Text" "Twitter_Media_Activity" "eServices_Agent_Activity"
    "eServices_Queue_KPIs"
];

/// Tells whether two bodies are the same; the order of keys does not matter.
pub fn hash(body: &Value) -> String {
    hex::encode(Sha256::digest(body.to_string()))
}

/// All that come with the program.
///
/// # Errors
/// A file that can't be read.
pub fn shipped() -> Result<Vec<Template>> {
    let read = |(name, text): &(&str, &str)| {
        Template::read(name, text).with_context(|| format!("the shipped template {name} can't be read"))
    };
    FILES.iter().map(read).collect()
}

#[cfg(test)]
mod tests;
