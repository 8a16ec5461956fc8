//! Competitions: how they start and how they end.

use crate::collateral::required_collateral;
use crate::config::Config;
use crate::enrolment::{is_set, majority, UIDS};
use crate::errors::{Checked, Error, refuse};
use crate::events::{
    tell, CompetitionExpired, CompetitionStarted, CompetitionUnsolved, CompetitionVoided, CompetitionWon, PairVoted,
    PayeeNamed,
};
use crate::issue_bounties::IssueBounties;
use crate::types::*;
use crate::validators::counts;
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

/// Refuses a pair that cannot be one, and puts it in the order of its hotkeys' bytes.
fn in_order(a: Competitor, b: Competitor) -> Checked<(Competitor, Competitor)> {
    for competitor in [&a, &b] {
        if usize::from(competitor.uid) >= UIDS {
            return refuse(Error::UidOutOfRange { uid: competitor.uid });
        }
    }
    if a.hotkey == b.hotkey {
        return refuse(Error::SameHotkey);
    }
    if a.coldkey == b.coldkey {
        return refuse(Error::SameColdkey);
    }
    if a.uid == b.uid {
        return refuse(Error::SameUid);
    }
    Ok(if a.hotkey < b.hotkey { (a, b) } else { (b, a) })
}

impl IssueBounties {
    #[inline(never)]
    pub(crate) fn do_vote_pair(&mut self, id: u32, round: u32, a: Competitor, b: Competitor) -> Checked<()> {
        let validator = self.ensure_validator()?;
        self.ensure_not_paused()?;
        let config = self.settings();
        if config.in_setup() {
            return refuse(Error::InSetup);
        }
        let issue = self.known_issue(id)?;
        if issue.status != IssueStatus::Open {
            return refuse(Error::IssueNotOpen { issue: id });
        }
        let (current, passed) = config.round_at(self.env().block_number());
        if round != current.number {
            return refuse(Error::WrongRound { current: current.number });
        }
        if passed < config.attest_blocks {
            return refuse(Error::TooEarly { from: config.pair_votes_from(current) });
        }
        let (a, b) = in_order(a, b)?;
        let weights = self.look()?;
        let electors = self.electors(&weights)?;
        let attestations = self.counting_attestations(id, &config, current, &electors);
        let enrolled = majority(&attestations, &weights, |entry| &entry.enrolled);
        let (collateral, _) = required_collateral(&config, issue.bounty);
        for competitor in [&a, &b] {
            self.ensure_not_reserved(&config, competitor)?;
            if !is_set(&enrolled, competitor.uid) {
                return refuse(Error::NotAttested { uid: competitor.uid });
            }
            if self.running_of(&competitor.hotkey) >= config.max_competitions_per_miner {
                return refuse(Error::TooManyCompetitions { uid: competitor.uid });
            }
            self.ensure_collateral(competitor, collateral)?;
        }

        let mut votes = self.pair_votes(id, current);
        votes.retain(|vote| weights.knows(&vote.validator));
        let vote = PairVote { validator, round, a, b };
        match votes.iter_mut().find(|vote| vote.validator == validator) {
            Some(own) => *own = vote,
            None => votes.push(vote),
        }
        let same = votes.iter().filter(|vote| vote.a == a && vote.b == b && counts(&electors, &vote.validator, current.from));
        let weight = weights.sum(&mut same.map(|vote| &vote.validator));
        self.pair_ballots.insert(id, &PairBallot { round: current, votes });
        let total_weight = weights.total;
        tell(PairVoted { issue: id, validator, round, a, b, weight, total_weight });
        if weights.passes(weight, config.quorum_bps) {
            self.keep(&weights);
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
    ) -> Checked<()> {
        let now = self.env().block_number();
        let id = self.competition_count + 1;
        let submissions_from = now + config.submission_window;
        let deadline = now + config.competition_length;
        let outcome_until = deadline + config.outcome_grace;
        let (collateral, slash) = required_collateral(config, issue.bounty);
        let challenge_period = config.wait(0);
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
        for competitor in [&a, &b] {
            let hotkey = &competitor.hotkey;
            let count = self.competition_counts.get(hotkey).unwrap_or(0);
            self.competitions_by_miner.insert((hotkey, count), &id);
            self.competition_counts.insert(hotkey, &(count + 1));
            let running = self.running_of(hotkey) + 1;
            self.running_counts.insert(hotkey, &running);
            if collateral > 0 {
                self.lock_collateral(&competition, competitor);
            }
        }
        issue.status = IssueStatus::Competing;
        issue.competition = Some(id);
        self.put(&issue);
        self.attestations.remove(issue.id);
        self.pair_ballots.remove(issue.id);
        tell(CompetitionStarted {
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

    /// The pair votes of a round on an issue; none of an earlier round's.
    fn pair_votes(&self, issue: u32, round: Round) -> Vec<PairVote> {
        self.pair_ballots.get(issue).filter(|ballot| ballot.round == round).map_or(Vec::new(), |ballot| ballot.votes)
    }

    /// The competition that runs for an issue, or that ended it.
    pub(crate) fn competition_of(&self, issue: &Issue) -> Option<Competition> {
        issue.competition.and_then(|id| self.competitions.get(id))
    }

    /// Refuses a competitor that is the contract or the treasury: it could not be paid, or would be paid with what it pays.
    fn ensure_not_reserved(&self, config: &Config, competitor: &Competitor) -> Checked<()> {
        if competitor.hotkey == config.treasury_hotkey {
            return refuse(Error::ReservedHotkey { hotkey: competitor.hotkey });
        }
        self.ensure_payable(config, competitor.coldkey)
    }

    pub(crate) fn ensure_payable(&self, config: &Config, coldkey: AccountId) -> Checked<()> {
        if coldkey == config.treasury_coldkey || coldkey == self.env().account_id() {
            return refuse(Error::ReservedColdkey { coldkey });
        }
        Ok(())
    }

    /// Writes an issue that stands differently now: what was voted on its end before is over.
    pub(crate) fn put(&mut self, issue: &Issue) {
        self.issues.insert(issue.id, issue);
        self.end_ballot(issue.id);
    }

    pub(crate) fn end_ballot(&mut self, issue: u32) {
        self.outcome_ballots.remove(issue);
        self.casts.remove(issue);
    }

    pub(crate) fn ensure_from(&self, from: u32) -> Checked<()> {
        if self.env().block_number() < from {
            return refuse(Error::TooEarly { from });
        }
        Ok(())
    }

    pub(crate) fn win(
        &mut self,
        mut issue: Issue,
        mut competition: Competition,
        hotkey: AccountId,
        pull_request: u32,
    ) -> Checked<()> {
        let side = competition.side_of(&hotkey).ok_or(Error::NotACompetitor { hotkey })?;
        let cost = if self.has_ended()? { 0 } else { competition.slash };
        competition.status = CompetitionStatus::Won { winner: side, pull_request, at: self.env().block_number() };
        self.leave(&competition);
        self.won += issue.funded;
        issue.status = IssueStatus::Solved;
        self.put(&issue);
        tell(CompetitionWon {
            competition: competition.id,
            issue: issue.id,
            hotkey,
            winner: side,
            pull_request,
        });
        let (winner, loser) = competition.sides(side);
        self.free_collateral(&competition, winner, 0);
        self.free_collateral(&competition, loser, cost);
        Ok(())
    }

    pub(crate) fn void(&mut self, mut competition: Competition, reason: CancelReason) {
        competition.status = CompetitionStatus::Void { reason, at: self.env().block_number() };
        self.leave(&competition);
        tell(CompetitionVoided { competition: competition.id, issue: competition.issue, reason });
        self.free_collateral(&competition, &competition.a, 0);
        self.free_collateral(&competition, &competition.b, 0);
    }

    /// Without a verdict nobody is slashed: that validators are silent is not the miners' fault.
    #[inline(never)]
    pub(crate) fn do_expire(&mut self, id: u32) -> Checked<()> {
        let competition = self.competitions.get(id).ok_or(Error::UnknownCompetition { competition: id })?;
        if competition.status != CompetitionStatus::Running {
            return refuse(Error::CompetitionOver { competition: id });
        }
        self.ensure_from(competition.expires_from(self.settings().wait(competition.challenge_period)))?;
        let issue = self.known_issue(competition.issue)?;
        self.ensure_nothing_stands(&issue, &competition)?;
        self.end_without_solution(issue, competition, None);
        Ok(())
    }

    /// Ends a competition that nobody solved in time. The quorum may have said whom that costs.
    pub(crate) fn end_without_solution(
        &mut self,
        mut issue: Issue,
        mut competition: Competition,
        unsolved: Option<(bool, bool)>,
    ) {
        let (at, id, issue_id) = (self.env().block_number(), competition.id, issue.id);
        issue.attempts += 1;
        let attempts = issue.attempts;
        let (slash_a, slash_b) = unsolved.unwrap_or_default();
        competition.status = match unsolved {
            Some(_) => CompetitionStatus::Unsolved { at, slash_a, slash_b },
            None => CompetitionStatus::Expired { at },
        };
        self.leave(&competition);
        self.open_again(issue);
        if unsolved.is_some() {
            tell(CompetitionUnsolved { competition: id, issue: issue_id, attempts, slash_a, slash_b });
        } else {
            tell(CompetitionExpired { competition: id, issue: issue_id, attempts });
        }
        for (competitor, slashed) in [(&competition.a, slash_a), (&competition.b, slash_b)] {
            self.free_collateral(&competition, competitor, if slashed { competition.slash } else { 0 });
        }
    }

    pub(crate) fn open_again(&mut self, mut issue: Issue) {
        issue.status = IssueStatus::Open;
        issue.competition = None;
        self.put(&issue);
    }

    /// The coldkey that a competitor entered with names another one, which is paid instead of it if this competitor wins.
    #[inline(never)]
    pub(crate) fn do_pay_to(&mut self, id: u32, payee: AccountId) -> Checked<()> {
        let competition = self.competitions.get(id).ok_or(Error::UnknownCompetition { competition: id })?;
        let caller = self.env().caller();
        let side = if caller == competition.a.coldkey { 0 } else { 1 };
        if competition.sides(side).0.coldkey != caller {
            return refuse(Error::NotACompetitorsColdkey);
        }
        if competition.status != CompetitionStatus::Running {
            // The loser is paid nothing, and nobody twice.
            let (issue, _, winner) = self.won_issue(competition.issue)?;
            if issue.competition != Some(id) || winner != side {
                return refuse(Error::CompetitionOver { competition: id });
            }
        }
        self.ensure_payable(&self.settings(), payee)?;
        self.payees.insert((id, side), &payee);
        let hotkey = competition.sides(side).0.hotkey;
        tell(PayeeNamed { competition: id, issue: competition.issue, hotkey, coldkey: payee });
        Ok(())
    }

    /// Writes a competition that runs no more; its miners are free for another.
    fn leave(&mut self, competition: &Competition) {
        self.competitions.insert(competition.id, competition);
        for hotkey in [&competition.a.hotkey, &competition.b.hotkey] {
            let running = self.running_of(hotkey) - 1;
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
}
