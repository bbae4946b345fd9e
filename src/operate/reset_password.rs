//! `pulse reset-password`: a new password for a local account, when the old one is lost.

use super::shelves::{self, Place, Shelves};
use anyhow::Result;
use runtime::Clock;
use std::sync::Arc;

/// Whose password, and in which store.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The account: `admin`, or another one.
    #[arg(value_name = "USER")]
    user: String,
}

/// Invents a password and prints it.
pub fn run(args: Args) -> Result<()> {
    shelves::block_on(async {
        // The rest of it keeps others away until we are done.
        let shelves = Shelves::to_write(&args.place, None).await?;
        let (documents, name) = (Arc::from(shelves.documents), shelves.name);
        let password = web::reset_password(documents, Clock::of_machine(), &args.user).await?;
        println!("{} of {name} signs in with the password {password}   (shown this once)", args.user);
        println!("whoever was signed in as {} is signed out", args.user);
        Ok(())
    })
}
