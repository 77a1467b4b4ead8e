//! What each role may do.

use signalbox_model::setup::people::Role;

/// What somebody may do, as the interface asks about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Work on conversations of one's own.
    Desk,
    /// See everybody's conversations, queues and people.
    Floor,
    /// Watch, whisper, barge, take over, assign.
    StepIn,
    /// Act on alerts.
    Alerts,
    /// See numbers over time.
    Measures,
    /// Take rows out.
    Export,
    /// Merge and split customers, add identities.
    Customers,
    /// Read the published documents.
    SetupRead,
    /// Publish documents, set passwords, make tokens.
    Setup,
    /// Read the audit log.
    Audit,
    /// Destroy a customer's words.
    Erase,
}

impl Permission {
    /// All of them.
    pub const ALL: [Permission; 11] = [
        Permission::Desk,
        Permission::Floor,
        Permission::StepIn,
        Permission::Alerts,
        Permission::Measures,
        Permission::Export,
        Permission::Customers,
        Permission::SetupRead,
        Permission::Setup,
        Permission::Audit,
        Permission::Erase,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Permission::Desk => "desk",
            Permission::Floor => "floor",
            Permission::StepIn => "step_in",
            Permission::Alerts => "alerts",
            Permission::Measures => "measures",
            Permission::Export => "export",
            Permission::Customers => "customers",
            Permission::SetupRead => "setup_read",
            Permission::Setup => "setup",
            Permission::Audit => "audit",
            Permission::Erase => "erase",
        }
    }
}

/// Whether a role may do it. The only place that says so.
pub fn may(role: Role, permission: Permission) -> bool {
    let lowest = match permission {
        Permission::Desk => Role::Agent,
        Permission::Floor
        | Permission::StepIn
        | Permission::Alerts
        | Permission::Measures
        | Permission::Export
        | Permission::Customers
        | Permission::SetupRead => Role::Supervisor,
        Permission::Setup | Permission::Audit | Permission::Erase => Role::Admin,
    };
    role >= lowest
}

/// Whether a token of scope `read` may do it: look and count, never act. The only place that says so.
pub fn may_read(permission: Permission) -> bool {
    match permission {
        Permission::Floor | Permission::Alerts | Permission::Measures | Permission::Export => true,
        Permission::Desk
        | Permission::StepIn
        | Permission::Customers
        | Permission::SetupRead
        | Permission::Setup
        | Permission::Audit
        | Permission::Erase => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_one_below_may_and_more() {
        let count = |role| Permission::ALL.iter().filter(|permission| may(role, **permission)).count();
        assert_eq!(count(Role::Agent), 1);
        assert!(count(Role::Agent) < count(Role::Supervisor));
        assert_eq!(count(Role::Admin), Permission::ALL.len());
    }

    #[test]
    fn a_token_that_reads_may_nothing_that_a_supervisor_may_not() {
        let beyond = |permission: &&Permission| may_read(**permission) && !may(Role::Supervisor, **permission);
        assert_eq!(Permission::ALL.iter().find(beyond), None);
    }
}
