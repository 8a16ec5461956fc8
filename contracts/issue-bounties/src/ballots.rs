//! The votes that count at this moment.

use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{OutcomeVote, PairVote, Round};
use ink::codegen::Env;
use ink::prelude::vec::Vec;

impl IssueBounties {
    /// The pair votes of a round on an issue; none of an earlier round's.
    pub(crate) fn pair_votes(&self, issue: u32, round: Round) -> Vec<PairVote> {
        self.pair_ballots.get(issue).filter(|ballot| ballot.round == round).map_or(Vec::new(), |ballot| ballot.votes)
    }

    /// The outcome votes on an issue as it stands: a competition's start, its solution and its expiry begin the ballot anew.
    pub(crate) fn outcome_votes(&self, issue: u32) -> Vec<OutcomeVote> {
        self.outcome_ballots.get(issue).unwrap_or_default()
    }

    pub(crate) fn live_pair_votes(&self, issue: u32) -> Result<Vec<PairVote>, Error> {
        let (round, _) = self.settings().round_at(self.env().block_number());
        let whitelist = self.whitelist();
        let mut votes = self.pair_votes(issue, round);
        votes.retain(|vote| whitelist.iter().any(|validator| validator.hotkey == vote.validator));
        Ok(votes)
    }

    pub(crate) fn live_outcome_votes(&self, issue: u32) -> Vec<OutcomeVote> {
        let whitelist = self.whitelist();
        let mut votes = self.outcome_votes(issue);
        votes.retain(|vote| whitelist.iter().any(|validator| validator.hotkey == vote.validator));
        votes
    }
}
