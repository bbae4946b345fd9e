//! What a viewer may do: privileges, of which most need others.

use model::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

macro_rules! privileges {
    ($( $name:ident = $word:literal, $doc:literal; )*) => {
        /// Something that one may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Privilege { $( #[doc = $doc] $name, )* }

        impl Privilege {
            /// Every privilege; what another needs comes before it.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )* ];

            /// Its name, as a role may be called that grants just this.
            pub fn name(self) -> &'static str {
                match self { $( Self::$name => $word, )* }
            }
        }
    };
}

privileges! {
    ViewDashboard = "view_dashboard", "Look at boards; the session does not end by silence (screens on walls).";
    ViewDashboardRestricted = "view_dashboard_restricted", "Look at boards.";
    ManageTabs = "manage_tabs", "Open, close and arrange boards for oneself.";
    ViewContacts = "view_contacts", "See numbers and addresses of those who wait in full.";
    EditWidgetDisplay = "edit_widget_display", "Change how widgets look.";
    ManageWidgets = "manage_widgets", "Make, change and remove boards of one's own with their widgets.";
    ManageSharedDashboards = "manage_shared_dashboards", "Make, change, share and remove boards that others see.";
    ManageTemplates = "manage_templates", "Make, change and remove widget templates.";
    AddDashboardsWithoutLimit = "add_dashboards_without_limit", "No bound on boards.";
    AddWidgetsWithoutLimit = "add_widgets_without_limit", "No bound on widgets.";
    ManageUsers = "manage_users", "Manage accounts, and other users' boards.";
    ReadAllLayouts = "read_all_layouts", "Read every board (programs).";
}

impl Privilege {
    /// The privileges of which it needs one.
    fn needs(self) -> &'static [Self] {
        match self {
            Self::ViewDashboard | Self::ViewDashboardRestricted | Self::ReadAllLayouts => &[],
            Self::ManageTabs => &[Self::ViewDashboard, Self::ViewDashboardRestricted],
            Self::ViewContacts | Self::EditWidgetDisplay | Self::AddDashboardsWithoutLimit => {
                &[Self::ManageTabs]
            }
            Self::ManageWidgets => &[Self::EditWidgetDisplay],
            Self::ManageSharedDashboards | Self::ManageTemplates | Self::AddWidgetsWithoutLimit => {
                &[Self::ManageWidgets]
            }
            Self::ManageUsers => &[Self::ManageSharedDashboards],
        }
    }
}

/// Privileges that hold: each has what it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privileges {
    held: BTreeSet<Privilege>,
}

impl Privileges {
    /// Those of these privileges that have what they need.
    pub fn of(given: &BTreeSet<Privilege>) -> Self {
        let mut held = BTreeSet::new();
        for privilege in Privilege::ALL.iter().filter(|privilege| given.contains(privilege)) {
            let needs = privilege.needs();
            if needs.is_empty() || needs.iter().any(|need| held.contains(need)) {
                held.insert(*privilege);
            }
        }
        Self { held }
    }

    /// What roles come to. `viewer`, `wallboard`, `editor` and `admin` are bundles; a role that is called like a
    /// privilege is that privilege; other roles say nothing here.
    pub fn of_roles(roles: &[Text]) -> Self {
        let given = roles.iter().flat_map(|role| bundle(role)).collect();
        Self::of(&given)
    }

    /// Whether it is held.
    pub fn has(&self, privilege: Privilege) -> bool {
        self.held.contains(&privilege)
    }

    /// All that are held.
    pub fn iter(&self) -> impl Iterator<Item = Privilege> {
        self.held.iter().copied()
    }
}

fn bundle(role: &str) -> Vec<Privilege> {
    use Privilege as P;
    let viewer = [P::ViewDashboardRestricted, P::ManageTabs];
    let editor = [
        P::ViewContacts,
        P::EditWidgetDisplay,
        P::ManageWidgets,
        P::ManageSharedDashboards,
        P::ManageTemplates,
    ];
    match role {
        "wallboard" => vec![P::ViewDashboard],
        "viewer" => viewer.to_vec(),
        "editor" => viewer.into_iter().chain(editor).collect(),
        "admin" => P::ALL.iter().copied().filter(|privilege| *privilege != P::ViewDashboard).collect(),
        other => P::ALL.iter().copied().filter(|privilege| privilege.name() == other).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(roles: &[&str]) -> Privileges {
        Privileges::of_roles(&roles.iter().map(|role| Text::from(*role)).collect::<Vec<_>>())
    }

    #[test]
    fn a_privilege_without_what_it_needs_is_worth_nothing() {
        let widgets_only = of(&["manage_widgets"]);
        assert!(!widgets_only.has(Privilege::ManageWidgets));
        let chain = of(&["view_dashboard", "manage_tabs", "edit_widget_display", "manage_widgets"]);
        assert!(chain.has(Privilege::ManageWidgets) && !chain.has(Privilege::ManageSharedDashboards));
        let hole = of(&["view_dashboard", "edit_widget_display", "manage_widgets", "manage_templates"]);
        assert_eq!(hole.iter().collect::<Vec<_>>(), [Privilege::ViewDashboard]);
    }

    #[test]
    fn bundles_hold_and_unknown_roles_say_nothing() {
        assert!(!of(&["viewer"]).has(Privilege::EditWidgetDisplay));
        assert!(
            of(&["editor"]).has(Privilege::ManageSharedDashboards)
                && !of(&["editor"]).has(Privilege::ManageUsers)
        );
        assert!(of(&["admin"]).has(Privilege::ManageUsers));
        assert_eq!(of(&["wallboard"]).iter().collect::<Vec<_>>(), [Privilege::ViewDashboard]);
        assert_eq!(of(&["sales-lead"]), Privileges::default());
    }

    #[test]
    fn every_privilege_needs_only_what_comes_before_it() {
        for privilege in Privilege::ALL {
            assert!(privilege.needs().iter().all(|need| need < privilege), "{privilege:?}");
        }
    }
}
