//! The votes that count at this moment.

use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{Issue, OutcomeBallot, OutcomeVote, PairVote};
use ink::codegen::Env;
use ink::prelude::vec::Vec;

impl IssueBounties {
    /// The pair votes of a round on an issue; none of an earlier round's.
    pub(crate) fn pair_votes(&self, issue: u32, round: u32) -> Vec<PairVote> {
        self.pair_ballots.get(issue).filter(|votes| votes.iter().all(|vote| vote.round == round)).unwrap_or_default()
    }

    /// The outcome votes of an issue's current attempt; none of an earlier attempt's.
    pub(crate) fn outcome_ballot(&self, issue: &Issue) -> OutcomeBallot {
        self.outcome_ballots
            .get(issue.id)
            .filter(|ballot| ballot.attempt == issue.attempts)
            .unwrap_or(OutcomeBallot { attempt: issue.attempts, votes: Vec::new() })
    }

    pub(crate) fn live_pair_votes(&self, issue: u32) -> Result<Vec<PairVote>, Error> {
        let (round, _) = self.settings().round_at(self.env().block_number())?;
        let whitelist = self.whitelist();
        let mut votes = self.pair_votes(issue, round);
        votes.retain(|vote| whitelist.iter().any(|validator| validator.hotkey == vote.validator));
        Ok(votes)
    }

    pub(crate) fn live_outcome_votes(&self, issue: u32) -> Result<Vec<OutcomeVote>, Error> {
        let issue = self.issues.get(issue).ok_or(Error::UnknownIssue)?;
        let whitelist = self.whitelist();
        let mut votes = self.outcome_ballot(&issue).votes;
        votes.retain(|vote| whitelist.iter().any(|validator| validator.hotkey == vote.validator));
        Ok(votes)
    }
}
