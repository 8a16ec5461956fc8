//! How an issue ends. A validator's vote stands until it changes it. What votes of a quorum agree on, each unchanged for the whole wait, anybody may
//! settle. Nothing else can be done to a decision: a wrong choice is mended by voting otherwise while it waits.

use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, OutcomeVoteWithdrawn, OutcomeVoted};
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Cast, Competition, Issue, IssueStatus, OutcomeChoice, OutcomeVote};
use crate::validators::{counts, sum_of};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

/// The choice with the most weight among the votes that have stood for the whole wait.
struct Standing {
    choice: Option<OutcomeChoice>,
    weight: u64,
    total_weight: u64,
    passes: bool,
}

impl IssueBounties {
    /// Replaces the calling validator's vote on an issue's end; no choice withdraws it. Votes only store: what they weigh is asked when they are settled.
    #[inline(never)]
    pub(crate) fn do_vote_outcome(&mut self, id: u32, choice: Option<OutcomeChoice>) -> Checked<()> {
        // Nobody asks the chain: what was noted of the validators.
        let (validator, weights) = (self.env().caller(), self.as_noted());
        if !weights.knows(&validator) {
            return refuse(Error::NotAValidator);
        }
        let issue = self.undecided_issue(id)?;
        let listed = self.listed(&weights);
        let mut votes = self.outcome_votes(id);
        votes.retain(|vote| counts(&listed, &vote.validator, vote.since));
        let before = votes.iter().position(|vote| vote.validator == validator).map(|place| votes.remove(place));
        if let Some(choice) = choice {
            self.check_choice(&issue, &choice)?;
            let now = self.env().block_number();
            let same = before.filter(|vote| vote.choice == choice);
            if same.is_none() {
                let mut casts = self.casts.get(id).unwrap_or_default();
                casts.retain(|cast| votes.iter().any(|vote| cast.is_of(&vote.validator, vote.since)));
                casts.push(Cast { validator, since: now, weight: weights.of(&validator) });
                self.casts.insert(id, &casts);
            }
            let since = same.map_or(now, |vote| vote.since);
            votes.push(OutcomeVote { validator, choice, since });
            tell(OutcomeVoted { issue: id, validator, competition: issue.competition, choice, since });
        } else {
            before.ok_or(Error::NothingToDo)?;
            tell(OutcomeVoteWithdrawn { issue: id, validator });
        }
        self.outcome_ballots.insert(id, &votes);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn do_settle(&mut self, id: u32) -> Checked<()> {
        let issue = self.undecided_issue(id)?;
        let competition = self.competition_of(&issue);
        let Standing { choice, weight, total_weight, passes } = self.standing(&issue, competition.as_ref())?;
        let Some(choice) = choice.filter(|_| passes) else {
            return refuse(Error::NothingToSettle { issue: id, weight, total_weight });
        };
        self.ensure_still_decides(&choice, competition.as_ref(), 2)?;
        match (choice, competition) {
            (OutcomeChoice::Cancelled { reason }, None) => self.cancel(issue, reason),
            (OutcomeChoice::Cancelled { reason }, Some(competition)) => {
                self.void(competition, reason);
                self.cancel(issue, reason);
            }
            (OutcomeChoice::Solved { hotkey, pull_request }, Some(competition)) => {
                self.win(issue, competition, hotkey, pull_request)?;
            }
            (OutcomeChoice::Unsolved { slash_a, slash_b }, Some(competition)) => {
                self.end_without_solution(issue, competition, Some((slash_a, slash_b)));
            }
            (OutcomeChoice::Dissolved, Some(competition)) => {
                self.void(competition, CancelReason::Dissolved);
                self.open_again(issue);
            }
            (_, None) => return refuse(Error::NoRunningCompetition { issue: id }),
        }
        Ok(())
    }

    /// Refuses while a competition's end can be settled.
    pub(crate) fn ensure_nothing_stands(&mut self, issue: &Issue, competition: &Competition) -> Checked<()> {
        if self.standing(issue, Some(competition))?.passes {
            return refuse(Error::OutcomeStands { issue: issue.id });
        }
        Ok(())
    }

    /// Looks, and counts the votes that have stood for the whole wait. Two choices cannot both pass: each needs more than half.
    fn standing(&mut self, issue: &Issue, competition: Option<&Competition>) -> Checked<Standing> {
        let config = self.settings();
        let weights = self.note()?;
        let wait = config.wait(competition.map_or(0, |competition| competition.challenge_period));
        let now = self.env().block_number();
        let electors = self.electors(&weights)?;
        let casts = self.casts.get(issue.id).unwrap_or_default();
        let old: Vec<(OutcomeChoice, u64)> = self
            .outcome_votes(issue.id)
            .into_iter()
            .filter(|vote| now - vote.since >= wait && counts(&electors, &vote.validator, vote.since))
            .map(|OutcomeVote { validator, choice, since }| {
                let cast = casts.iter().find(|cast| cast.is_of(&validator, since));
                (choice, weights.of(&validator).min(cast.map_or(u64::MAX, |cast| cast.weight)))
            })
            .collect();
        let (mut choice, mut weight) = (None, 0);
        for (voted, _) in &old {
            let sum = sum_of(&mut old.iter().filter(|(other, _)| other == voted).map(|(_, weight)| *weight));
            if sum > weight {
                (choice, weight) = (Some(*voted), sum);
            }
        }
        let passes = weights.passes(weight, config.quorum_bps) && !weights.is_remnant();
        Ok(Standing { choice, weight, total_weight: weights.total, passes })
    }

    fn undecided_issue(&self, id: u32) -> Checked<Issue> {
        let issue = self.known_issue(id)?;
        match issue.status {
            IssueStatus::Funding | IssueStatus::Open | IssueStatus::Competing => Ok(issue),
            _ => refuse(Error::IssueClosed { issue: id }),
        }
    }

    /// Refuses what votes decide no more. While the subnet's end is shown and not written nothing is settled. From then on only a solution is: it may be
    /// voted for one wait and settled for two, unless what nobody can claim is somebody's before.
    fn ensure_still_decides(&self, choice: &OutcomeChoice, competition: Option<&Competition>, waits: u32) -> Checked<()> {
        let Some(ended_at) = self.wound_up_at else {
            return if waits > 1 { self.ensure_subnet() } else { Ok(()) };
        };
        if self.rest_to.get().is_some() || !matches!(choice, OutcomeChoice::Solved { .. }) {
            return refuse(Error::SubnetEnded);
        }
        let until = ended_at + waits * self.settings().wait(competition.map_or(0, |competition| competition.challenge_period));
        if self.env().block_number() > until {
            return refuse(Error::TooLate { until });
        }
        Ok(())
    }

    /// Refuses a choice that does not fit where the issue is now. The chain is not asked: a vote needs no answer.
    fn check_choice(&self, issue: &Issue, choice: &OutcomeChoice) -> Checked<()> {
        let competition = self.competition_of(issue);
        self.ensure_still_decides(choice, competition.as_ref(), 1)?;
        let running = || competition.as_ref().ok_or(Error::NoRunningCompetition { issue: issue.id });
        match *choice {
            OutcomeChoice::Solved { hotkey, pull_request } => {
                let competition = running()?;
                competition.side_of(&hotkey).ok_or(Error::NotACompetitor { hotkey })?;
                if pull_request == 0 {
                    return refuse(Error::ZeroNumber);
                }
                self.ensure_from(competition.submissions_from)
            }
            OutcomeChoice::Unsolved { .. } => self.ensure_from(running()?.deadline.saturating_add(1)),
            OutcomeChoice::Dissolved => Ok(running().map(|_| ())?),
            OutcomeChoice::Cancelled { reason: CancelReason::Owner | CancelReason::Dissolved } => {
                refuse(Error::ReasonNotAllowed)
            }
            OutcomeChoice::Cancelled { reason: CancelReason::SubmittedTooEarly { hotkey } } => {
                Ok(running()?.side_of(&hotkey).map(|_| ()).ok_or(Error::NotACompetitor { hotkey })?)
            }
            OutcomeChoice::Cancelled { .. } => Ok(()),
        }
    }

    /// The votes on an issue's end: a competition's start and its end begin the ballot anew.
    fn outcome_votes(&self, issue: u32) -> Vec<OutcomeVote> {
        self.outcome_ballots.get(issue).unwrap_or_default()
    }

    /// Who is paid if this competitor wins: its own coldkey, or whom that named.
    pub(crate) fn payee_of(&self, competition: &Competition, side: u8) -> AccountId {
        self.payees.get((competition.id, side)).unwrap_or(competition.sides(side).0.coldkey)
    }
}
