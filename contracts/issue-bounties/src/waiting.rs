//! What the quorum decides and nobody could undo: it waits for the competition's challenge period, in which the quorum of that moment can take it
//! back. Until it takes effect, money, collateral and places in competitions are as they were.

use crate::errors::Error;
use crate::events::{OutcomeDecided, OutcomeTakenBack};
use crate::issue_bounties::IssueBounties;
use crate::types::{Competition, CompetitionStatus, Issue, IssueStatus, OutcomeChoice, Waiting};
use ink::codegen::Env;

/// For so many challenge periods after a solution, taking a cancellation back begins another one. Then no votes can put the payment off for ever.
const MOST_CHALLENGES: u32 = 3;

impl Issue {
    pub(crate) fn what_waits(&self) -> Result<Waiting, Error> {
        self.waiting.ok_or(Error::NothingWaits { issue: self.id })
    }

    pub(crate) fn ensure_nothing_waits(&self) -> Result<(), Error> {
        self.waiting.map_or(Ok(()), |Waiting { from, .. }| Err(Error::OutcomeWaits { issue: self.id, from }))
    }
}

impl Waiting {
    /// Whether the bounty is not paid because of this. What is decided when it could have been paid comes too late for that.
    pub(crate) fn stops_payment(&self, issue: &Issue, competition: &Competition) -> bool {
        let decided_at = self.from - competition.challenge_period;
        issue.payable_at.is_some_and(|payable_at| decided_at < payable_at)
    }
}

impl IssueBounties {
    pub(crate) fn decide(&mut self, mut issue: Issue, competition: &Competition, choice: OutcomeChoice) {
        let from = self.env().block_number() + competition.challenge_period;
        let waiting = Waiting { choice, from };
        if waiting.stops_payment(&issue, competition) {
            self.won -= issue.funded;
        }
        issue.waiting = Some(waiting);
        self.put(&issue);
        self.env().emit_event(OutcomeDecided { issue: issue.id, competition: competition.id, choice, from });
    }

    /// A payment cannot be undone either: where it would be possible at once, another challenge period begins.
    pub(crate) fn take_back(&mut self, mut issue: Issue, competition: &Competition) -> Result<(), Error> {
        let waiting = issue.what_waits()?;
        if let CompetitionStatus::Won { at, .. } = competition.status {
            if waiting.stops_payment(&issue, competition) {
                let period = competition.challenge_period;
                let begins = self.env().block_number().min(at + MOST_CHALLENGES * period);
                issue.payable_at = issue.payable_at.max(Some(begins + period));
                self.won += issue.funded;
            }
        }
        issue.waiting = None;
        self.put(&issue);
        self.env().emit_event(OutcomeTakenBack {
            issue: issue.id,
            competition: competition.id,
            choice: waiting.choice,
            payable_at: issue.payable_at,
        });
        Ok(())
    }

    pub(crate) fn do_finish(&mut self, id: u32) -> Result<(), Error> {
        let issue = self.known_issue(id)?;
        let waiting = issue.what_waits()?;
        self.ensure_from(waiting.from)?;
        let competition = self.competition_of(&issue).ok_or(Error::NoRunningCompetition { issue: id })?;
        if let OutcomeChoice::Cancelled { reason } = waiting.choice {
            if issue.status == IssueStatus::Solved && !waiting.stops_payment(&issue, &competition) {
                self.won -= issue.funded;
            }
            self.void(competition, reason);
            self.cancel(issue, reason);
        } else {
            self.end_without_solution(issue, competition, true);
        }
        Ok(())
    }
}
