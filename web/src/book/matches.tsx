/** Components about matches, in every state. */

import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { Ballots } from "../components/Ballots.tsx"
import { CollateralTable } from "../components/CollateralTable.tsx"
import { CompetitionClock } from "../components/CompetitionClock.tsx"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { Crosstable } from "../components/Crosstable.tsx"
import { timelineOf } from "../components/competitionSteps.tsx"
import { DayBars } from "../components/DayBars.tsx"
import { Duels } from "../components/Duels.tsx"
import { EarlierPlays } from "../components/EarlierPlays.tsx"
import { Ending } from "../components/Ending.tsx"
import { Fixture, Upset } from "../components/Fixture.tsx"
import { FlowDiagram } from "../components/FlowDiagram.tsx"
import { Latest } from "../components/Latest.tsx"
import { LiveCompetition } from "../components/LiveCompetition.tsx"
import { Meetings } from "../components/Meetings.tsx"
import { MinerTable, RankedTable, UnrankedTable } from "../components/MinerTable.tsx"
import { Outlook } from "../components/Outlook.tsx"
import { PayoutTable } from "../components/PayoutTable.tsx"
import { PullRequestCard } from "../components/PullRequestCard.tsx"
import { QualityEvidence } from "../components/QualityEvidence.tsx"
import { QualityLines } from "../components/QualityLines.tsx"
import { RatingTable } from "../components/RatingTable.tsx"
import { Replay } from "../components/Replay.tsx"
import { AlsoPlayed, SameAccount } from "../components/SameAccount.tsx"
import { Scoreboard } from "../components/Scoreboard.tsx"
import { Side } from "../components/Side.tsx"
import { StageTrack } from "../components/StageTrack.tsx"
import { Timeline } from "../components/Timeline.tsx"
import { Undecided } from "../components/Undecided.tsx"
import { VoteBar } from "../components/VoteBar.tsx"
import { collateral, competitions, days, listed, outlooks, payouts, ranked, ratingChanges, sameAccount, streams } from "./competitions.ts"
import { costs, duels } from "./duels.ts"
import { type Entries, each } from "./Entry.ts"
import { competitionQuality, qualityHeads } from "./quality.ts"
import { moment, pullRequests, rao } from "./samples.ts"

const clock = (competition: CompetitionDetail) => (
  <CompetitionClock {...competition} state={scoreboardOf(competition, { head: moment(0), quorum: 0.5 })} />
)

const DOCUMENTS = [{ validator: duels.won.validator, at: duels.won.begunAt }]
const NAMES = { a: "UID 17", b: "UID 42" }

const entries = timelineOf(competitions.running, undefined, null)

const first = { ...competitions.running, meetings: { aWon: 0, bWon: 0, expired: 0, void: 0, running: 1 } }

const { votes } = competitions.agreeing

const many = ["Vb2", "Wc3", "Xd4", "Ye5"].flatMap((end) =>
  sameAccount.slice(0, 1).map((other) => ({ ...other, hotkey: `${other.hotkey.slice(0, -3)}${end}` }))
)

const LINES = { from: 0, to: 432_000, scale: [1_400, 1_700], a: [], b: [{ block: 90_000, before: 1_500, after: 1_502.1 }] } as const

const chain = { netuid: 74, contract: "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL" }
const late = { ...competitions.window, deadline: { block: 1_000, time: null }, challengePeriod: 100 }
const nobody = { choice: null, weight: "0", totalWeight: "100", from: null }

const [merged, early, unknown] = pullRequests

export const matches: Entries = {
  Ballots: each(competitions, (competition) => <Ballots competition={competition} quorum={0.5001} />),
  CollateralTable: { slashed: <CollateralTable items={collateral} caption="Collateral" /> },
  CompetitionClock: {
    "in the submission window": clock(competitions.window),
    "a pull request is merged": clock(competitions.running),
    "votes agree, and have to stand": clock(competitions.agreeing),
    "it can be settled": clock(competitions.cancelling),
    stopped: clock(competitions.won)
  },
  CompetitionTable: { "one in each state": <CompetitionTable items={listed} caption="Matches" /> },
  Crosstable: { "two miners": <Crosstable miners={[competitions.won.a, competitions.won.b]} competitions={[competitions.won]} /> },
  DayBars: { "three days": <DayBars days={days} label="Movements by day" /> },
  Duels: {
    "one is preferred": <Duels duels={[duels.won]} costs={costs} names={NAMES} competition={4} documents={DOCUMENTS} />,
    "a draw, and no result": <Duels duels={[duels.draw, duels.none]} costs={costs} names={NAMES} competition={4} documents={[]} />,
    "failed, and under way": <Duels duels={[duels.failed, duels.open]} costs={[]} names={NAMES} competition={4} documents={[]} />,
    none: <Duels duels={[]} costs={[]} names={NAMES} competition={4} documents={[]} />
  },
  EarlierPlays: {
    "there are earlier plays": <EarlierPlays competition={{ ...competitions.running, earlierPlays: "WyJwbGF5cyJd" }} entries={entries} />,
    "these are all": <EarlierPlays competition={competitions.running} entries={entries} />
  },
  Ending: {
    "won, and not paid yet": <Ending competition={competitions.won} />,
    "paid to whom the winner named": <Ending competition={competitions.paid} />,
    "no verdict came": <Ending competition={competitions.expired} />,
    "nobody solved it, at the cost of both": <Ending competition={competitions.unsolved} />,
    "nobody solved it, at the cost of one": <Ending competition={{ ...competitions.unsolved, slashA: false }} />,
    "void: cancelled": <Ending competition={competitions.cancelled} />,
    "void: too early": <Ending competition={competitions.tooEarly} />
  },
  Fixture: each(competitions, (competition) => (
    <p>
      <Fixture competition={competition} /> <Upset competition={competition} />
    </p>
  )),
  FlowDiagram: { "all kinds": <FlowDiagram streams={streams} />, "the first harvest": <FlowDiagram streams={streams.slice(0, 1)} /> },
  Latest: {
    "of a running match": <Latest entries={timelineOf(competitions.running, undefined, null)} />,
    "of one that was paid": <Latest entries={timelineOf(competitions.paid, undefined, null)} most={5} />
  },
  LiveCompetition: {
    waiting: <LiveCompetition competition={competitions.window} quorum={0.5} />,
    "with votes": <LiveCompetition competition={competitions.running} quorum={0.5} />
  },
  Meetings: {
    "the first time": <Meetings competition={first} earlier={[]} />,
    "some before": <Meetings competition={competitions.running} earlier={listed} />,
    "after a win: it is not counted twice": <Meetings competition={competitions.won} earlier={listed.slice(3, 5)} />,
    "being read": <Meetings competition={competitions.running} earlier={undefined} />
  },
  MinerTable: {
    miners: <MinerTable items={ranked} caption="Miners" />,
    ranked: <RankedTable items={ranked} caption="Leaderboard" />,
    "without a rank": <UnrankedTable items={ranked.slice(1)} caption="Not ranked yet" />
  },
  Outlook: {
    "no votes": <Outlook outcome={outlooks.noVotes} votes={[]} quorum={0.5001} />,
    "too little stake": <Outlook outcome={outlooks.tooLight} votes={votes.slice(0, 1)} quorum={0.5001} />,
    "not old enough": <Outlook outcome={outlooks.tooYoung} votes={votes} quorum={0.5001} />,
    "it can be settled": <Outlook outcome={outlooks.settleable} votes={votes} quorum={0.5001} />
  },
  PayoutTable: { one: <PayoutTable items={payouts} caption="Bounties paid" /> },
  PullRequestCard: {
    ...each({ merged, early, unknown }, (pull) => <PullRequestCard pull={pull} match={3} isWinning={false} heads={[]} />),
    "left over from an earlier match, and open": (
      <PullRequestCard
        pull={{ ...merged, competition: 2, state: "open", draft: false, mergedAt: null }}
        match={3}
        isWinning={false}
        heads={[]}
      />
    ),
    "the one that won": <PullRequestCard pull={merged} match={3} isWinning heads={[qualityHeads.agreed]} />
  },
  QualityEvidence: {
    "all say the same": <QualityEvidence heads={[qualityHeads.agreed]} />,
    "they differ, and there is another head": <QualityEvidence heads={[qualityHeads.differing, qualityHeads.waiting]} />,
    "rejected by the gate": <QualityEvidence heads={[qualityHeads.rejected]} />
  },
  QualityLines: {
    "all say the same": <QualityLines heads={[qualityHeads.agreed]} />,
    "they differ": <QualityLines heads={[qualityHeads.differing]} />,
    "rejected by the gate": <QualityLines heads={[qualityHeads.rejected]} />,
    "under way": <QualityLines heads={[qualityHeads.waiting]} />,
    "nobody has looked": <QualityLines heads={[]} />,
    loading: <QualityLines heads={undefined} />
  },
  RatingTable: {
    "of a miner": <RatingTable items={ratingChanges.slice(1)} caption="Rating changes" />,
    "of all": <RatingTable items={ratingChanges} caption="Rating changes of all" withMiner />
  },
  Replay: {
    "a match that goes on": <Replay competition={competitions.running} state={scoreboardOf(competitions.running)} />,
    "one that was paid": <Replay competition={competitions.paid} state={scoreboardOf(competitions.paid)} />
  },
  SameAccount: {
    "proven, a claim, and a claim by one that never enrolled": <SameAccount others={sameAccount} />,
    "the short line": (
      <dl className="side-facts">
        <AlsoPlayed others={sameAccount} />
      </dl>
    ),
    "the short line of many": (
      <dl className="side-facts">
        <AlsoPlayed others={many} />
      </dl>
    )
  },
  Scoreboard: each(competitions, (competition) => (
    <Scoreboard competition={competition} state={scoreboardOf(competition, { quorum: 0.5, bounty: rao(100) })} />
  )),
  Side: {
    "a, while the lines load": <Side side="a" competition={competitions.running} lines={undefined} quality={undefined} />,
    "a has won": <Side side="a" competition={competitions.won} lines={LINES} quality={competitionQuality} />,
    "b has lost": <Side side="b" competition={competitions.won} lines={LINES} quality={competitionQuality} />,
    "b without a pull request": <Side side="b" competition={competitions.window} lines={LINES} quality={competitionQuality} />
  },
  StageTrack: {
    "nobody has a pull request": <StageTrack state={scoreboardOf(competitions.window)} />,
    "one side is ahead": <StageTrack state={scoreboardOf(competitions.running)} />,
    voted: <StageTrack state={scoreboardOf(competitions.won)} />,
    paid: <StageTrack state={scoreboardOf(competitions.paid)} />
  },
  Timeline: {
    "it runs": <Timeline label="Steps" entries={timelineOf(competitions.running, undefined, null)} />,
    "won and paid": <Timeline label="Steps" entries={timelineOf(competitions.paid, undefined, null)} />,
    "nobody solved it": <Timeline label="Steps" entries={timelineOf(competitions.unsolved, undefined, null)} />
  },
  Undecided: {
    "no votes": <Undecided competition={{ ...late, outcome: { ...nobody, state: "noVotes" } }} block={1_200} chain={chain} />,
    "too few votes": (
      <Undecided competition={{ ...late, outcome: { ...nobody, state: "tooLight", weight: "30" } }} block={1_200} chain={chain} />
    ),
    decided: <Undecided competition={competitions.agreeing} block={1_200} chain={chain} />
  },
  VoteBar: {
    "one side leads": <VoteBar state={scoreboardOf(competitions.running)} />,
    decided: <VoteBar state={scoreboardOf(competitions.paid)} />
  }
}
