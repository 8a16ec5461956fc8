//! Registering, editing and cancelling issues.

use crate::config::Config;
use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, IssueCancelled, IssueEdited, IssueRegistered};
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Issue, IssueStatus, Repository};
use ink::codegen::Env;
use ink::env::hash::{Blake2x256, CryptoHash};

const LONGEST_OWNER: usize = 39;
const LONGEST_NAME: usize = 100;

/// Whether this is `owner/name` as GitHub writes it.
fn is_repository(Repository(text): &Repository) -> bool {
    let Some(slash) = text.iter().position(|byte| *byte == b'/') else {
        return false;
    };
    let (owner, name) = (&text[..slash], &text[slash + 1..]);
    let is_word = |part: &[u8], dots: bool| {
        part.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || dots && *byte == b'.')
    };
    (1..=LONGEST_OWNER).contains(&owner.len())
        && is_word(owner, false)
        && (1..=LONGEST_NAME).contains(&name.len())
        && is_word(name, true)
        && name != b"."
        && name != b".."
}

/// The same for every spelling of a reference: GitHub's names know no upper and lower case.
pub(crate) fn reference_key(repository: &Repository, number: u32) -> [u8; 32] {
    let mut bytes = repository.0.to_ascii_lowercase();
    bytes.extend_from_slice(&number.to_le_bytes());
    let mut key = [0; 32];
    <Blake2x256 as CryptoHash>::hash(&bytes, &mut key);
    key
}

impl IssueBounties {
    pub(crate) fn known_issue(&self, id: u32) -> Checked<Issue> {
        Ok(self.issues.get(id).ok_or(Error::UnknownIssue { issue: id })?)
    }

    /// Refuses what cannot be an issue with a bounty. Answers the key of its reference, which is free or this very issue's.
    fn check_issue(&self, id: u32, repository: &Repository, number: u32, bounty: u64) -> Checked<[u8; 32]> {
        let Config { min_bounty, max_bounty, .. } = self.settings();
        if bounty < min_bounty {
            return refuse(Error::BountyTooSmall { minimum: min_bounty });
        }
        if bounty > max_bounty {
            return refuse(Error::BountyTooLarge { maximum: max_bounty });
        }
        if !is_repository(repository) {
            return refuse(Error::MalformedRepository);
        }
        if number == 0 {
            return refuse(Error::ZeroNumber);
        }
        let key = reference_key(repository, number);
        match self.open_references.get(key).filter(|issue| *issue != id) {
            Some(issue) => refuse(Error::DuplicateIssue { issue }),
            None => Ok(key),
        }
    }

    #[inline(never)]
    pub(crate) fn do_register_issue(&mut self, repository: Repository, number: u32, bounty: u64) -> Checked<u32> {
        self.ensure_owner()?;
        self.ensure_not_paused()?;
        let id = self.issue_count + 1;
        let key = self.check_issue(id, &repository, number, bounty)?;
        self.issue_count = id;
        self.open_references.insert(key, &id);
        let issue = Issue {
            id,
            repository,
            number,
            bounty,
            funded: 0,
            status: IssueStatus::Funding,
            registered_at: self.env().block_number(),
            attempts: 0,
            competition: None,
        };
        self.issues.insert(id, &issue);
        tell(IssueRegistered { issue: id, repository: issue.repository, number, bounty });
        Ok(id)
    }

    /// An issue that the owner may still change.
    pub(crate) fn idle_issue(&self, id: u32) -> Checked<Issue> {
        let issue = self.known_issue(id)?;
        match issue.status {
            IssueStatus::Funding | IssueStatus::Open => Ok(issue),
            IssueStatus::Competing => refuse(Error::CompetitionRunning { issue: id }),
            _ => refuse(Error::IssueClosed { issue: id }),
        }
    }

    pub(crate) fn check_cancel(&self, id: u32, reason: CancelReason) -> Checked<Issue> {
        if matches!(reason, CancelReason::SubmittedTooEarly { .. } | CancelReason::Dissolved) {
            return refuse(Error::ReasonNotAllowed);
        }
        self.idle_issue(id)
    }

    pub(crate) fn check_edit(
        &self,
        id: u32,
        repository: &Repository,
        number: u32,
        bounty: u64,
    ) -> Checked<(Issue, [u8; 32])> {
        let issue = self.idle_issue(id)?;
        if (&issue.repository, issue.number, issue.bounty) == (repository, number, bounty) {
            return refuse(Error::NothingToChange);
        }
        Ok((issue, self.check_issue(id, repository, number, bounty)?))
    }

    /// What was enrolled and voted for the issue as it was is over. A bounty that grew is filled before those of later issues.
    pub(crate) fn edit(&mut self, id: u32, repository: Repository, number: u32, bounty: u64) -> Checked<()> {
        let (mut issue, key) = self.check_edit(id, &repository, number, bounty)?;
        self.close(&issue);
        let freed = issue.funded.saturating_sub(bounty);
        issue.funded -= freed;
        self.allocated -= freed;
        self.fresh += freed;
        if issue.funded == bounty {
            issue.status = IssueStatus::Open;
        } else {
            issue.status = IssueStatus::Funding;
            self.next_to_fund = self.next_to_fund.min(id);
        }
        issue.repository = repository.clone();
        issue.number = number;
        issue.bounty = bounty;
        self.issues.insert(id, &issue);
        self.open_references.insert(key, &id);
        let funded = issue.funded;
        tell(IssueEdited { issue: id, repository, number, bounty, funded, freed });
        Ok(())
    }

    /// Ends an issue without a winner and frees its reference, and its money for the next issues.
    pub(crate) fn cancel(&mut self, mut issue: Issue, reason: CancelReason) {
        let freed = core::mem::take(&mut issue.funded);
        issue.status = IssueStatus::Cancelled(reason);
        self.close(&issue);
        self.allocated -= freed;
        self.fresh += freed;
        tell(IssueCancelled { issue: issue.id, reason, freed });
    }

    /// Writes an issue that has ended and drops what only a live one needs.
    pub(crate) fn close(&mut self, issue: &Issue) {
        self.open_references.remove(reference_key(&issue.repository, issue.number));
        self.attestations.remove(issue.id);
        self.pair_ballots.remove(issue.id);
        self.end_ballot(issue.id);
        self.issues.insert(issue.id, issue);
    }
}
