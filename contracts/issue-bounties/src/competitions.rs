//! Competitions: how they start and how they end.

use crate::collateral::required_collateral;
use crate::config::Config;
use crate::enrolment::{is_set, majority, UIDS};
use crate::errors::Error;
use crate::events::{
    CompetitionExpired, CompetitionStarted, CompetitionVoided, CompetitionWon, OutcomeVoteWithdrawn, OutcomeVoted,
    PairVoted, PayeeNamed,
};
use crate::issue_bounties::IssueBounties;
use crate::issues::{ids, LONGEST_LIST};
use crate::types::*;
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

/// Refuses a pair that cannot be one, and puts it in the order of its hotkeys' bytes.
fn in_order(a: Competitor, b: Competitor) -> Result<(Competitor, Competitor), Error> {
    for competitor in [a, b] {
        if usize::from(competitor.uid) >= UIDS {
            return Err(Error::UidOutOfRange { uid: competitor.uid });
        }
    }
    if a.hotkey == b.hotkey {
        return Err(Error::SameHotkey);
    }
    if a.coldkey == b.coldkey {
        return Err(Error::SameColdkey);
    }
    if a.uid == b.uid {
        return Err(Error::SameUid);
    }
    Ok(if a.hotkey < b.hotkey { (a, b) } else { (b, a) })
}

/// The competition that runs for an issue.
fn running<'a>(issue: &Issue, competition: Option<&'a Competition>) -> Result<&'a Competition, Error> {
    competition
        .filter(|_| issue.status == IssueStatus::Competing)
        .ok_or(Error::NoRunningCompetition { issue: issue.id })
}

impl IssueBounties {
    pub(crate) fn do_vote_pair(&mut self, id: u32, round: u32, a: Competitor, b: Competitor) -> Result<(), Error> {
        let (validator, whitelist) = self.ensure_validator()?;
        self.ensure_not_paused()?;
        let config = self.settings();
        if config.in_setup() {
            return Err(Error::InSetup);
        }
        let issue = self.known_issue(id)?;
        if issue.status != IssueStatus::Open {
            return Err(Error::IssueNotOpen { issue: id });
        }
        let (current, passed) = config.round_at(self.env().block_number());
        if round != current.number {
            return Err(Error::WrongRound { current: current.number });
        }
        if passed < config.attest_blocks {
            return Err(Error::TooEarly { from: config.pair_votes_from(current) });
        }
        let (a, b) = in_order(a, b)?;
        for competitor in [a, b] {
            self.ensure_not_reserved(&config, &competitor)?;
        }
        let weights = self.live_weights(&config, &whitelist)?;
        let attestations = self.attestations_of(id, current).entries;
        let enrolled = majority(&attestations, &weights, |entry| &entry.enrolled);
        let (collateral, _) = required_collateral(&config, issue.bounty);
        for competitor in [a, b] {
            if !is_set(&enrolled, competitor.uid) {
                return Err(Error::NotAttested { uid: competitor.uid });
            }
            if self.running_of(&competitor.hotkey) >= config.max_competitions_per_miner {
                return Err(Error::TooManyCompetitions { uid: competitor.uid });
            }
            self.ensure_collateral(&competitor, collateral)?;
        }

        let mut votes = self.pair_votes(id, current);
        votes.retain(|vote| vote.validator != validator);
        votes.push(PairVote { validator, round, a, b });
        let weight = weights.sum(&mut votes.iter().filter(|vote| vote.a == a && vote.b == b).map(|vote| &vote.validator));
        self.pair_ballots.insert(id, &PairBallot { round: current, votes });
        let total_weight = weights.total;
        self.env().emit_event(PairVoted { issue: id, validator, round, a, b, weight, total_weight });
        if weights.passes(weight, config.quorum_bps) {
            let skipped = majority(&attestations, &weights, |entry| &entry.skipped);
            self.start(&config, issue, round, (a, b), (enrolled, skipped))?;
        }
        Ok(())
    }

    fn start(
        &mut self,
        config: &Config,
        mut issue: Issue,
        round: u32,
        (a, b): (Competitor, Competitor),
        (enrolled, skipped): (Bitmap, Bitmap),
    ) -> Result<(), Error> {
        let now = self.env().block_number();
        let id = self.competition_count + 1;
        let submissions_from = now + config.submission_window;
        let deadline = now + config.competition_length;
        let outcome_until = deadline + config.outcome_grace;
        let (collateral, slash) = required_collateral(config, issue.bounty);
        let challenge_period = config.challenge_period;
        self.competition_count = id;
        let competition = Competition {
            id,
            issue: issue.id,
            round,
            a,
            b,
            enrolled,
            skipped,
            started_at: now,
            submissions_from,
            deadline,
            outcome_until,
            challenge_period,
            collateral,
            slash,
            status: CompetitionStatus::Running,
        };
        self.competitions.insert(id, &competition);
        for hotkey in [a.hotkey, b.hotkey] {
            let count = self.competition_counts.get(hotkey).unwrap_or(0);
            self.competitions_by_miner.insert((hotkey, count), &id);
            self.competition_counts.insert(hotkey, &(count + 1));
            let running = self.running_of(&hotkey) + 1;
            self.running_counts.insert(hotkey, &running);
        }
        if collateral > 0 {
            self.lock_collateral(&competition, &a);
            self.lock_collateral(&competition, &b);
        }
        issue.status = IssueStatus::Competing;
        issue.competition = Some(id);
        self.put(&issue);
        self.attestations.remove(issue.id);
        self.pair_ballots.remove(issue.id);
        self.env().emit_event(CompetitionStarted {
            competition: id,
            issue: issue.id,
            round,
            a,
            b,
            enrolled,
            skipped,
            submissions_from,
            deadline,
            outcome_until,
            challenge_period,
            collateral,
            slash,
        });
        Ok(())
    }

    /// Replaces the calling validator's vote on an issue's end; no choice takes it back.
    pub(crate) fn do_vote_outcome(&mut self, id: u32, choice: Option<OutcomeChoice>) -> Result<(), Error> {
        let (validator, whitelist) = self.ensure_validator()?;
        let issue = self.known_issue(id)?;
        if issue.status.is_closed() {
            return Err(Error::IssueClosed { issue: id });
        }
        let config = self.settings();
        let competition = self.competition_of(&issue);
        if let Some(choice) = &choice {
            self.check_choice(&config, &issue, competition.as_ref(), choice)?;
        }

        let mut votes = self.outcome_votes(id);
        votes.retain(|vote| vote.validator != validator);
        if let Some(choice) = choice {
            votes.push(OutcomeVote { validator, choice });
        }
        self.outcome_ballots.insert(id, &votes);
        let Some(choice) = choice else {
            self.env().emit_event(OutcomeVoteWithdrawn { issue: id, validator });
            return Ok(());
        };
        let weights = self.live_weights(&config, &whitelist)?;
        let weight = weights.sum(&mut votes.iter().filter(|vote| vote.choice == choice).map(|vote| &vote.validator));
        self.env().emit_event(OutcomeVoted {
            issue: id,
            validator,
            competition: issue.competition,
            choice,
            weight,
            total_weight: weights.total,
        });
        if !weights.passes(weight, config.quorum_bps) {
            return Ok(());
        }
        match (choice, competition) {
            (OutcomeChoice::Cancelled { reason }, None) => self.cancel(issue, reason),
            (OutcomeChoice::Cancelled { .. } | OutcomeChoice::Unsolved, Some(competition)) => {
                self.decide(issue, &competition, choice)
            }
            (OutcomeChoice::Solved { hotkey, pull_request }, Some(competition)) => {
                self.win(issue, competition, hotkey, pull_request)?
            }
            (OutcomeChoice::PayTo { coldkey }, Some(competition)) => self.name_payee(issue, &competition, coldkey),
            (OutcomeChoice::TakenBack, Some(competition)) => self.take_back(issue, &competition)?,
            (OutcomeChoice::Dissolved, Some(competition)) => {
                self.void(competition, CancelReason::Dissolved);
                self.open_again(issue);
            }
            (_, None) => return Err(Error::NoRunningCompetition { issue: id }),
        }
        Ok(())
    }

    /// The competition that runs for an issue, or that ended it.
    pub(crate) fn competition_of(&self, issue: &Issue) -> Option<Competition> {
        issue.competition.and_then(|id| self.competitions.get(id))
    }

    /// Refuses a competitor that is the contract or the treasury: it could not be paid, or would be paid with what it pays.
    fn ensure_not_reserved(&self, config: &Config, competitor: &Competitor) -> Result<(), Error> {
        if competitor.hotkey == config.treasury_hotkey {
            return Err(Error::ReservedHotkey { hotkey: competitor.hotkey });
        }
        self.ensure_payable(config, competitor.coldkey)
    }

    pub(crate) fn ensure_payable(&self, config: &Config, coldkey: AccountId) -> Result<(), Error> {
        if coldkey == config.treasury_coldkey || coldkey == self.env().account_id() {
            return Err(Error::ReservedColdkey { coldkey });
        }
        Ok(())
    }

    /// Writes an issue that stands differently now: what was voted on its end before is over.
    pub(crate) fn put(&mut self, issue: &Issue) {
        self.issues.insert(issue.id, issue);
        self.outcome_ballots.remove(issue.id);
    }

    /// Refuses a vote that does not fit where the issue is now.
    fn check_choice(
        &self,
        config: &Config,
        issue: &Issue,
        competition: Option<&Competition>,
        choice: &OutcomeChoice,
    ) -> Result<(), Error> {
        match *choice {
            OutcomeChoice::Solved { hotkey, pull_request } => {
                self.check_solved(issue, competition, &hotkey, pull_request)
            }
            OutcomeChoice::TakenBack => issue.what_waits().map(|_| ()),
            OutcomeChoice::Dissolved => self.check_dissolved(issue, competition),
            // One decision at a time: first what waits has to be taken back, so that no decision has waited for less than a challenge period.
            _ if issue.waiting.is_some() => issue.ensure_nothing_waits(),
            OutcomeChoice::Unsolved => self.check_unsolved(issue, competition),
            OutcomeChoice::Cancelled { reason } => self.check_cancelled(issue, competition, reason),
            OutcomeChoice::PayTo { coldkey } => self.check_payee(config, issue, competition, coldkey),
        }
    }

    fn check_solved(
        &self,
        issue: &Issue,
        competition: Option<&Competition>,
        hotkey: &AccountId,
        pull_request: u32,
    ) -> Result<(), Error> {
        let competition = running(issue, competition)?;
        if competition.side_of(hotkey).is_none() {
            return Err(Error::NotACompetitor { hotkey: *hotkey });
        }
        if pull_request == 0 {
            return Err(Error::ZeroNumber);
        }
        self.ensure_from(competition.submissions_from)?;
        self.ensure_until(competition.outcome_until)
    }

    fn check_unsolved(&self, issue: &Issue, competition: Option<&Competition>) -> Result<(), Error> {
        let competition = running(issue, competition)?;
        self.ensure_from(competition.deadline.saturating_add(1))?;
        self.ensure_until(competition.outcome_until)
    }

    fn check_dissolved(&self, issue: &Issue, competition: Option<&Competition>) -> Result<(), Error> {
        self.ensure_until(running(issue, competition)?.submissions_from.saturating_sub(1))
    }

    fn check_cancelled(
        &self,
        issue: &Issue,
        competition: Option<&Competition>,
        reason: CancelReason,
    ) -> Result<(), Error> {
        let allowed = match reason {
            CancelReason::Owner | CancelReason::Dissolved => false,
            CancelReason::Reverted => issue.status == IssueStatus::Solved,
            // First the payment has to be tried.
            CancelReason::PaymentImpossible => issue.payable_at.is_some_and(|from| self.env().block_number() >= from),
            CancelReason::SubmittedTooEarly { hotkey } => {
                competition
                    .and_then(|competition| competition.side_of(&hotkey))
                    .ok_or(Error::NotACompetitor { hotkey })?;
                true
            }
            _ => true,
        };
        if !allowed {
            return Err(Error::ReasonNotAllowed);
        }
        // Afterwards anyone may expire it, so that no decisions can hold its miners for ever.
        running(issue, competition).map_or(Ok(()), |competition| self.ensure_until(competition.outcome_until))
    }

    /// Another coldkey may be named only once the payment to the first could be tried.
    fn check_payee(
        &self,
        config: &Config,
        issue: &Issue,
        competition: Option<&Competition>,
        coldkey: AccountId,
    ) -> Result<(), Error> {
        let not_solved = Error::NotSolved { issue: issue.id };
        let from = issue.payable_at.ok_or(not_solved.clone())?;
        let Some(Competition { status: CompetitionStatus::Won { winner, .. }, .. }) = competition else {
            return Err(not_solved);
        };
        self.ensure_from(from)?;
        self.ensure_payable(config, coldkey)?;
        let present = issue.pay_to.or(competition.map(|competition| competition.sides(*winner).0.coldkey));
        if present == Some(coldkey) {
            return Err(Error::PayeeUnchanged);
        }
        Ok(())
    }

    pub(crate) fn ensure_from(&self, from: u32) -> Result<(), Error> {
        if self.env().block_number() < from {
            return Err(Error::TooEarly { from });
        }
        Ok(())
    }

    fn ensure_until(&self, until: u32) -> Result<(), Error> {
        if self.env().block_number() > until {
            return Err(Error::TooLate { until });
        }
        Ok(())
    }

    fn win(
        &mut self,
        mut issue: Issue,
        mut competition: Competition,
        hotkey: AccountId,
        pull_request: u32,
    ) -> Result<(), Error> {
        let winner = competition.side_of(&hotkey).ok_or(Error::NotACompetitor { hotkey })?;
        let now = self.env().block_number();
        let payable_at = now + competition.challenge_period;
        competition.status = CompetitionStatus::Won { winner, pull_request, at: now };
        self.leave(&competition);
        // The loser's stays locked until the payment: a verdict that is reverted costs nobody.
        self.free_collateral(&competition, competition.sides(winner).0, 0);
        self.won += issue.funded;
        issue.status = IssueStatus::Solved;
        issue.payable_at = Some(payable_at);
        issue.waiting = None;
        self.put(&issue);
        self.env().emit_event(CompetitionWon {
            competition: competition.id,
            issue: issue.id,
            hotkey,
            winner,
            pull_request,
            payable_at,
        });
        Ok(())
    }

    pub(crate) fn void(&mut self, mut competition: Competition, reason: CancelReason) {
        let before = competition.status;
        competition.status = CompetitionStatus::Void { reason, at: self.env().block_number() };
        if let CompetitionStatus::Won { winner, .. } = before {
            self.competitions.insert(competition.id, &competition);
            self.free_collateral(&competition, competition.sides(winner).1, 0);
        } else {
            self.leave(&competition);
            self.free_collateral(&competition, &competition.a, 0);
            self.free_collateral(&competition, &competition.b, 0);
        }
        self.env().emit_event(CompetitionVoided { competition: competition.id, issue: competition.issue, reason });
    }

    /// Without a verdict nobody is slashed: that validators are silent is not the miners' fault.
    pub(crate) fn do_expire(&mut self, id: u32) -> Result<(), Error> {
        let competition = self.competitions.get(id).ok_or(Error::UnknownCompetition { competition: id })?;
        if competition.status != CompetitionStatus::Running {
            return Err(Error::CompetitionOver { competition: id });
        }
        self.ensure_from(competition.outcome_until.saturating_add(1))?;
        let issue = self.known_issue(competition.issue)?;
        issue.ensure_nothing_waits()?;
        self.end_without_solution(issue, competition, false);
        Ok(())
    }

    /// Ends a competition that nobody solved in time.
    pub(crate) fn end_without_solution(&mut self, mut issue: Issue, mut competition: Competition, unsolved: bool) {
        competition.status = CompetitionStatus::Expired { at: self.env().block_number(), unsolved };
        self.leave(&competition);
        issue.attempts += 1;
        let (id, issue_id, attempts) = (competition.id, issue.id, issue.attempts);
        self.open_again(issue);
        self.env().emit_event(CompetitionExpired { competition: id, issue: issue_id, attempts, unsolved });
        let cost = if unsolved { competition.slash } else { 0 };
        self.free_collateral(&competition, &competition.a, cost);
        self.free_collateral(&competition, &competition.b, cost);
    }

    fn open_again(&mut self, mut issue: Issue) {
        issue.status = IssueStatus::Open;
        issue.competition = None;
        issue.waiting = None;
        self.put(&issue);
    }

    /// The bounty goes to another coldkey of the winner's, after another challenge period, so that nobody can redirect it in a moment.
    fn name_payee(&mut self, mut issue: Issue, competition: &Competition, coldkey: AccountId) {
        let payable_at = self.env().block_number() + competition.challenge_period;
        issue.pay_to = Some(coldkey);
        issue.payable_at = Some(payable_at);
        self.put(&issue);
        self.env().emit_event(PayeeNamed { issue: issue.id, competition: competition.id, coldkey, payable_at });
    }

    /// Writes a competition that runs no more; its miners are free for another.
    fn leave(&mut self, competition: &Competition) {
        self.competitions.insert(competition.id, competition);
        for hotkey in [competition.a.hotkey, competition.b.hotkey] {
            let running = self.running_of(&hotkey) - 1;
            if running == 0 {
                self.running_counts.remove(hotkey);
            } else {
                self.running_counts.insert(hotkey, &running);
            }
        }
    }

    /// How many running competitions a miner is in.
    fn running_of(&self, hotkey: &AccountId) -> u32 {
        self.running_counts.get(hotkey).unwrap_or(0)
    }

    pub(crate) fn list_competitions(&self, from: u32, limit: u32) -> Vec<Competition> {
        ids(from, limit, self.competition_count).filter_map(|id| self.competitions.get(id)).collect()
    }

    pub(crate) fn list_competitions_of(&self, hotkey: AccountId, from: u32, limit: u32) -> Vec<Competition> {
        let count = self.competition_counts.get(hotkey).unwrap_or(0);
        let end = from.saturating_add(limit.min(LONGEST_LIST)).min(count);
        (from..end)
            .filter_map(|index| self.competitions_by_miner.get((hotkey, index)))
            .filter_map(|id| self.competitions.get(id))
            .collect()
    }
}
