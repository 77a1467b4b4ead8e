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
    /// See AI agents, their versions, knowledge, tools and trials.
    AiRead,
    /// Write briefings and knowledge, try versions out, make candidates.
    AiBuild,
    /// Release and withdraw versions.
    AiRelease,
    /// Stop AI agents and let them work again; look after incidents.
    AiStop,
    /// Decide about what an AI agent wants to do.
    Approve,
    /// Look at personal data that was hidden.
    Reveal,
}

impl Permission {
    /// All of them.
    pub const ALL: [Permission; 17] = [
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
        Permission::AiRead,
        Permission::AiBuild,
        Permission::AiRelease,
        Permission::AiStop,
        Permission::Approve,
        Permission::Reveal,
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
            Permission::AiRead => "ai_read",
            Permission::AiBuild => "ai_build",
            Permission::AiRelease => "ai_release",
            Permission::AiStop => "ai_stop",
            Permission::Approve => "approve",
            Permission::Reveal => "reveal",
        }
    }
}

/// Whether a role may do it. The only place that says so.
pub fn may(role: Role, permission: Permission) -> bool {
    let who: &[Role] = match permission {
        Permission::Desk | Permission::Approve | Permission::Reveal => &[Role::Agent, Role::Supervisor],
        Permission::Floor
        | Permission::StepIn
        | Permission::Alerts
        | Permission::Export
        | Permission::Customers
        | Permission::AiStop => &[Role::Supervisor],
        Permission::Measures | Permission::SetupRead | Permission::AiRead => &[Role::Supervisor, Role::AiBuilder],
        Permission::AiBuild => &[Role::AiBuilder],
        Permission::Setup | Permission::Audit | Permission::Erase | Permission::AiRelease => &[],
    };
    role == Role::Admin || who.contains(&role)
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
        | Permission::Erase
        | Permission::AiRead
        | Permission::AiBuild
        | Permission::AiRelease
        | Permission::AiStop
        | Permission::Approve
        | Permission::Reveal => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_may_less_than_a_supervisor_and_an_admin_may_everything() {
        let may_all =
            |role| Permission::ALL.into_iter().filter(|permission| may(role, *permission)).collect::<Vec<_>>();
        assert_eq!(may_all(Role::Agent), [Permission::Desk, Permission::Approve, Permission::Reveal]);
        assert!(may_all(Role::Agent).iter().all(|permission| may(Role::Supervisor, *permission)));
        assert_eq!(may_all(Role::Admin).len(), Permission::ALL.len());
    }

    #[test]
    fn who_builds_an_ai_agent_cannot_release_it() {
        assert!(may(Role::AiBuilder, Permission::AiBuild) && !may(Role::AiBuilder, Permission::AiRelease));
    }

    #[test]
    fn a_token_that_reads_may_nothing_that_a_supervisor_may_not() {
        let beyond = |permission: &&Permission| may_read(**permission) && !may(Role::Supervisor, **permission);
        assert_eq!(Permission::ALL.iter().find(beyond), None);
    }
}
