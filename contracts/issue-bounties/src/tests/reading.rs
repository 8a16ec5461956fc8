//! What is stored, by short names. No message answers it: programs read the cells.

use super::scenes::now;
use crate::issue_bounties::IssueBounties;
use crate::issues::reference_key;
use crate::types::{Issue, OutcomeVote, PairVote, Repository};
use ink::prelude::vec::Vec;

impl IssueBounties {
    pub fn all_issues(&self) -> Vec<Issue> {
        (1..=self.issue_count).filter_map(|id| self.issues.get(id)).collect()
    }

    pub fn issue_by_reference(&self, repository: Repository, number: u32) -> Option<u32> {
        self.open_references.get(reference_key(&repository, number))
    }

    /// The votes of this round.
    pub fn ballot_pair(&self, issue: u32) -> Vec<PairVote> {
        let (round, _) = self.config().round_at(now());
        self.pair_ballots.get(issue).filter(|ballot| ballot.round == round).map_or(Vec::new(), |ballot| ballot.votes)
    }

    pub fn ballot_outcome(&self, issue: u32) -> Vec<OutcomeVote> {
        self.outcome_ballots.get(issue).unwrap_or_default()
    }
}
