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
import type { Entries } from "./Entry.ts"
import {
  ALICE,
  announced,
  BOB,
  burden,
  CAROL,
  events,
  issueIn,
  moment,
  pullRequests,
  rao,
  suggestions,
  unknownBurden,
  unnamedIssue,
  VALIDATOR,
  vetoes,
  votes
} from "./samples.ts"

const times = { seenAt: burden.since, askedAt: burden.since }

const at = moment(-120)

const worth = { text: "≈ 12.36 TAO", price: "0.0412", at: moment(-240) }

export const records: Entries = {
  Account: [
    ["short", <Account key="" address={VALIDATOR} />],
    ["whole", <Account key="" address={VALIDATOR} whole />]
  ],
  Amount: [
    ["nothing", <Amount key="" rao="0" />],
    ["too small to show", <Amount key="" rao="1" />],
    ["nothing is truncated", <Amount key="" rao={rao(62.125)} />],
    ["truncated: it can be clicked", <Amount key="" rao={rao(1_234_567.891)} />],
    ["TAO", <Amount key="" rao="1250000" unit="τ" />]
  ],
  Announcement: [
    ["nobody is against it", <Announcement key="" change={announced.cancellation} vetoes={[]} />],
    ["some are against it", <Announcement key="" change={announced.edit} vetoes={vetoes} />]
  ],
  Avatar: [
    ["small", <Avatar key="" of={ALICE.hotkey} src={null} />],
    ["medium", <Avatar key="" of={BOB.hotkey} src={null} size="medium" />],
    ["large", <Avatar key="" of="x" src="https://elsewhere.example/not-loaded.png" size="large" />]
  ],
  BurdenTable: [
    ["known", <BurdenTable key="" repository={{ burden, ...times }} />],
    ["partly known", <BurdenTable key="" repository={{ burden: unknownBurden, ...times }} />],
    ["not shown", <BurdenTable key="" repository={{ burden: null, ...times, seenAt: null }} />],
    ["not asked yet", <BurdenTable key="" repository={undefined} />]
  ],
  CallLink: [
    ["block alone", <CallLink key="" at={moment(-60)} />],
    ["a call", <CallLink key="" at={moment(-60)} call={{ extrinsic: 2, position: 0 }} />],
    ["one of a batch", <CallLink key="" at={moment(-60)} call={{ extrinsic: 2, position: 3 }} />]
  ],
  CopyTable: [["its own, a copy, nothing new", <CopyTable key="" divergence={divergence} />]],
  DivergenceLine: [
    ["with gaps", <DivergenceLine key="" divergences={divergences} />],
    ["one epoch", <DivergenceLine key="" divergences={divergences.slice(0, 1)} />],
    ["nothing to rank", <DivergenceLine key="" divergences={divergences.slice(2, 3)} />]
  ],
  EpochTable: [["with findings, without, without a quorum", <EpochTable key="" epochs={epochs} />]],
  EventTable: [["with and without a call", <EventTable key="" items={events} caption="Events" />]],
  FaultNotice: [
    ["one epoch", <FaultNotice key="" evidence={evidence.slice(0, 1)} more={false} />],
    ["several, and more", <FaultNotice key="" evidence={evidence} more />],
    ["none", <FaultNotice key="" evidence={[]} more={false} />]
  ],
  Findings: [
    ["broken rules, missing things", <Findings key="" findings={evidence} label="Evidence" />],
    [
      "of one epoch",
      <Findings key="" findings={evidence.slice(0, 2).map(({ epoch: _, at: __, ...finding }) => finding)} label="Findings" />
    ]
  ],
  IssueList: [["two issues", <IssueList key="" items={[issueIn("Open"), { ...issueIn("Paid"), id: 8 }]} label="Issues" />]],
  IssueRow: [
    ["Funding", <IssueRow key="" issue={issueIn("Funding")} />],
    ["Open", <IssueRow key="" issue={issueIn("Open")} />],
    ["Competing", <IssueRow key="" issue={issueIn("Competing")} />],
    ["Solved", <IssueRow key="" issue={issueIn("Solved")} />],
    ["Paid", <IssueRow key="" issue={issueIn("Paid")} />],
    ["Cancelled", <IssueRow key="" issue={issueIn("Cancelled")} />],
    ["GitHub was not asked yet", <IssueRow key="" issue={unnamedIssue} />],
    ["loading", <IssueRowSkeleton key="" />]
  ],
  Labels: [
    ["all", <Labels key="" labels={issueIn("Open").github.labels} />],
    ["two and a count", <Labels key="" labels={issueIn("Open").github.labels} most={2} />],
    ["linked", <Labels key="" labels={issueIn("Open").github.labels} linked />]
  ],
  MinerName: [
    ["with an account", <MinerName key="" miner={ALICE} />],
    ["a long name", <MinerName key="" miner={BOB} />],
    ["without", <MinerName key="" miner={CAROL} />],
    ["no picture", <MinerName key="" miner={ALICE} picture={false} />]
  ],
  PullBar: [
    ["below, equal, above", <PullBar key="" votes={values[0]?.votes ?? []} label="Reports on UID 17" />],
    ["some did not measure it", <PullBar key="" votes={values[1]?.votes ?? []} label="Reports on UID 42" />],
    ["no reports", <PullBar key="" votes={[]} label="Reports on UID 3" />]
  ],
  PullRequestTable: [
    ["merged in time, opened too early, somebody else's", <PullRequestTable key="" items={pullRequests} caption="Pull requests" />]
  ],
  StakeLine: [
    [
      "two days",
      <StakeLine
        key=""
        stakes={[
          { day: "2026-11-20", weight: rao(4_000), free: "1234567890", at: moment(-60) },
          { day: "2026-11-19", weight: rao(3_600), free: null, at: moment(-86_400) }
        ]}
      />
    ]
  ],
  SuggestionList: [["asked for, and in doubt", <SuggestionList key="" items={suggestions} label="Could be next" />]],
  Told: events.map((event) => [event.name, <Told key="" sentence={tellEvent(event, event.names)} />] as const),
  TreasuryNotice: [
    [
      "it earns nothing",
      <TreasuryNotice
        key=""
        state={{
          earns: false,
          pays: true,
          why: "the treasury's hotkey is not registered on subnet 74: it earns nothing; the contract's owner makes another treasury",
          at
        }}
      />
    ],
    [
      "transfers are switched off",
      <TreasuryNotice
        key=""
        state={{
          earns: true,
          pays: false,
          why: "the owner of subnet 74 has switched transfers of stake off; it goes on when they are switched on again",
          at
        }}
      />
    ],
    ["all is well", <TreasuryNotice key="" state={{ earns: true, pays: true, why: null, at }} />]
  ],
  ValidatorName: [
    ["one", <ValidatorName key="" hotkey={VALIDATOR} />],
    ["in a sentence", <ValidatorName key="" hotkey={VALIDATOR} emblem={false} />]
  ],
  ValueTable: [["a median, and the settlement before", <ValueTable key="" values={values} totalStake={TOTAL} />]],
  VoteTable: [["counting, replaced, passed, of an unknown kind", <VoteTable key="" votes={votes} caption="Votes" />]],
  VoterTable: [["as expected, other, hidden, none", <VoterTable key="" epoch={812} voters={voters} totalStake={TOTAL} />]],
  When: [
    ["just now", <When key="" at={moment(0)} />],
    ["a while ago", <When key="" at={moment(-7_300)} />],
    ["the local time", <When key="" at={moment(-7_300)} as="time" />],
    ["of GitHub, without a block", <When key="" at={{ block: null, time: moment(-7_300).time ?? "" }} />],
    ["both", <When key="" at={moment(-7_300)} as="both" />]
  ],
  Worth: [
    [
      "beside an amount",
      <span key="">
        <Amount rao={rao(300)} /> <WorthText worth={worth} />
      </span>
    ],
    ["among facts", <WorthFactText key="" worth={worth} />]
  ]
}
