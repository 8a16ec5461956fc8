/** Components that show rows of the API, in every state. */

import { tellEvent } from "../../../src/story/sentences.ts"
import { Announcement } from "../components/Announcement.tsx"
import { BurdenTable } from "../components/BurdenTable.tsx"
import { CopyTable } from "../components/CopyTable.tsx"
import { DivergenceLine } from "../components/DivergenceLine.tsx"
import { EpochTable } from "../components/EpochTable.tsx"
import { EventTable } from "../components/EventTable.tsx"
import { FaultNotice } from "../components/FaultNotice.tsx"
import { Findings } from "../components/Findings.tsx"
import { IssueList } from "../components/IssueList.tsx"
import { IssueRow, IssueRowSkeleton } from "../components/IssueRow.tsx"
import { Labels } from "../components/Labels.tsx"
import { Account, Avatar, CallLink, MinerName } from "../components/Names.tsx"
import { PullRequestTable } from "../components/PullRequestTable.tsx"
import { StakeLine } from "../components/StakeLine.tsx"
import { SuggestionList } from "../components/SuggestionList.tsx"
import { Told } from "../components/Told.tsx"
import { TreasuryNotice } from "../components/TreasuryNotice.tsx"
import { ValidatorName } from "../components/ValidatorName.tsx"
import { Amount, When } from "../components/Values.tsx"
import { PullBar, ValueTable } from "../components/ValueTable.tsx"
import { VoterTable } from "../components/VoterTable.tsx"
import { VoteTable } from "../components/VoteTable.tsx"
import { WorthFactText, WorthText } from "../components/Worth.tsx"
import { divergence, divergences, epochs, evidence, TOTAL, values, voters } from "./consensus.ts"
import { type Entries, each } from "./Entry.ts"
import {
  ALICE,
  announced,
  BOB,
  burden,
  CAROL,
  events,
  issues,
  moment,
  pullRequests,
  rao,
  suggestions,
  unknownBurden,
  VALIDATOR,
  vetoes,
  votes
} from "./samples.ts"

const times = { seenAt: burden.since, askedAt: burden.since }

const at = moment(-120)

const worth = { text: "≈ 12.36 TAO", price: "0.0412", at: moment(-240) }

export const records: Entries = {
  Account: { short: <Account address={VALIDATOR} />, whole: <Account address={VALIDATOR} whole /> },
  Amount: {
    nothing: <Amount rao="0" />,
    "too small to show": <Amount rao="1" />,
    "nothing is truncated": <Amount rao={rao(62.125)} />,
    "truncated: it can be clicked": <Amount rao={rao(1_234_567.891)} />,
    TAO: <Amount rao="1250000" unit="τ" />
  },
  Announcement: {
    "nobody is against it": <Announcement change={announced.cancellation} vetoes={[]} />,
    "some are against it": <Announcement change={announced.edit} vetoes={vetoes} />
  },
  Avatar: {
    small: <Avatar of={ALICE.hotkey} src={null} />,
    medium: <Avatar of={BOB.hotkey} src={null} size="medium" />,
    large: <Avatar of="x" src="https://elsewhere.example/not-loaded.png" size="large" />
  },
  BurdenTable: {
    known: <BurdenTable repository={{ burden, ...times }} />,
    "partly known": <BurdenTable repository={{ burden: unknownBurden, ...times }} />,
    "not shown": <BurdenTable repository={{ burden: null, ...times, seenAt: null }} />,
    "not asked yet": <BurdenTable repository={undefined} />
  },
  CallLink: {
    "block alone": <CallLink at={moment(-60)} />,
    "a call": <CallLink at={moment(-60)} call={{ extrinsic: 2, position: 0 }} />,
    "one of a batch": <CallLink at={moment(-60)} call={{ extrinsic: 2, position: 3 }} />
  },
  CopyTable: { "its own, a copy, nothing new": <CopyTable divergence={divergence} /> },
  DivergenceLine: {
    "with gaps": <DivergenceLine divergences={divergences} />,
    "one epoch": <DivergenceLine divergences={divergences.slice(0, 1)} />,
    "nothing to rank": <DivergenceLine divergences={divergences.slice(2, 3)} />
  },
  EpochTable: { "with findings, without, without a quorum": <EpochTable epochs={epochs} /> },
  EventTable: { "with and without a call": <EventTable items={events} caption="Events" /> },
  FaultNotice: {
    "one epoch": <FaultNotice evidence={evidence.slice(0, 1)} more={false} />,
    "several, and more": <FaultNotice evidence={evidence} more />,
    none: <FaultNotice evidence={[]} more={false} />
  },
  Findings: {
    "broken rules, missing things": <Findings findings={evidence} label="Evidence" />,
    "of one epoch": <Findings findings={evidence.slice(0, 2).map(({ epoch: _, at: __, ...finding }) => finding)} label="Findings" />
  },
  IssueList: { "two issues": <IssueList items={[issues.Open, issues.Paid]} label="Issues" /> },
  IssueRow: {
    ...each(issues, (issue) => <IssueRow issue={issue} />),
    loading: <IssueRowSkeleton />
  },
  Labels: {
    all: <Labels labels={issues.Open.github.labels} />,
    "two and a count": <Labels labels={issues.Open.github.labels} most={2} />,
    linked: <Labels labels={issues.Open.github.labels} linked />
  },
  MinerName: {
    "with an account": <MinerName miner={ALICE} />,
    "a long name": <MinerName miner={BOB} />,
    without: <MinerName miner={CAROL} />,
    "no picture": <MinerName miner={ALICE} picture={false} />
  },
  PullBar: {
    "below, equal, above": <PullBar votes={values[0]?.votes ?? []} label="Reports on UID 17" />,
    "some did not measure it": <PullBar votes={values[1]?.votes ?? []} label="Reports on UID 42" />,
    "no reports": <PullBar votes={[]} label="Reports on UID 3" />
  },
  PullRequestTable: {
    "merged in time, opened too early, somebody else's": <PullRequestTable items={pullRequests} caption="Pull requests" />
  },
  StakeLine: {
    "two days": (
      <StakeLine
        stakes={[
          { day: "2026-11-20", weight: rao(4_000), free: "1234567890", at: moment(-60) },
          { day: "2026-11-19", weight: rao(3_600), free: null, at: moment(-86_400) }
        ]}
      />
    )
  },
  SuggestionList: { "asked for, and in doubt": <SuggestionList items={suggestions} label="Could be next" /> },
  Told: Object.fromEntries(events.map((event) => [event.name, <Told key={event.name} sentence={tellEvent(event, event.names)} />])),
  TreasuryNotice: {
    "it earns nothing": (
      <TreasuryNotice
        state={{
          earns: false,
          pays: true,
          why: "the treasury's hotkey is not registered on subnet 74: it earns nothing; the contract's owner makes another treasury",
          at
        }}
      />
    ),
    "transfers are switched off": (
      <TreasuryNotice
        state={{
          earns: true,
          pays: false,
          why: "the owner of subnet 74 has switched transfers of stake off; it goes on when they are switched on again",
          at
        }}
      />
    ),
    "all is well": <TreasuryNotice state={{ earns: true, pays: true, why: null, at }} />
  },
  ValidatorName: { one: <ValidatorName hotkey={VALIDATOR} />, "in a sentence": <ValidatorName hotkey={VALIDATOR} emblem={false} /> },
  ValueTable: { "a median, and the settlement before": <ValueTable values={values} totalStake={TOTAL} /> },
  VoteTable: { "counting, replaced, passed, of an unknown kind": <VoteTable votes={votes} caption="Votes" /> },
  VoterTable: { "as expected, other, hidden, none": <VoterTable epoch={812} voters={voters} totalStake={TOTAL} /> },
  When: {
    "just now": <When at={moment(0)} />,
    "a while ago": <When at={moment(-7_300)} />,
    "the local time": <When at={moment(-7_300)} as="time" />,
    "of GitHub, without a block": <When at={{ block: null, time: moment(-7_300).time ?? "" }} />,
    both: <When at={moment(-7_300)} as="both" />
  },
  Worth: {
    "beside an amount": (
      <span>
        <Amount rao={rao(300)} /> <WorthText worth={worth} />
      </span>
    ),
    "among facts": <WorthFactText worth={worth} />
  }
}
