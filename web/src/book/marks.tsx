/** Small components that need no rows, in every state. */
import { BountyBar } from "../components/BountyBar.tsx"
import { Calibration } from "../components/Calibration.tsx"
import { MatchSkeleton } from "../components/MatchSkeleton.tsx"
import { EpochName, IssueName } from "../components/Names.tsx"
import { OddsBar } from "../components/OddsBar.tsx"
import { Facts, Figures } from "../components/Page.tsx"
import { RatingLine } from "../components/RatingLine.tsx"
import { Rating, RatingMove, RecordLine } from "../components/Ratings.tsx"
import { StateNotice } from "../components/StateNotice.tsx"
import { Countdown, SeverityChip, ShareBar, StatusChip } from "../components/Values.tsx"
import { VoteTug } from "../components/VoteTug.tsx"
import { WithoutConsent } from "../components/WithoutConsent.tsx"
import type { Entries } from "./Entry.ts"

const ALPHA = 1_000_000_000n
const rao = (alpha: bigint) => (alpha * ALPHA).toString()

const POINTS = [
  { block: 40_000, before: 1_500, after: 1_516 },
  { block: 160_000, before: 1_516, after: 1_498 },
  { block: 300_000, before: 1_498, after: 1_540 },
  { block: 390_000, before: 1_540, after: 1_560 }
]

const part = (validator: string, alpha: bigint, isYoung = false) => ({ validator, weight: alpha * 1_000_000_000n, isYoung })
const TOTAL = "10000000000000"
const none = (name: string) => ({ name, parts: [] })
const some = (name: string) => ({
  name,
  parts: [
    part("5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy", 2_100n),
    part("5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", 1_000n, true)
  ]
})
const most = (name: string) => ({ name, parts: [...some(name).parts, part("5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL", 3_400n)] })

const STATUSES = ["Funding", "Open", "Competing", "Solved", "Paid", "Cancelled", "Running", "Won", "Expired", "Unsolved", "Void"] as const

export const marks: Entries = {
  BountyBar: {
    "not funded yet": <BountyBar funded="0" target={rao(100n)} status="Funding" queuePosition={4} />,
    "partly funded, next": <BountyBar funded={rao(62n)} target={rao(100n)} status="Funding" queuePosition={1} />,
    funded: <BountyBar funded={rao(100n)} target={rao(100n)} status="Open" queuePosition={null} />,
    competing: <BountyBar funded={rao(100n)} target={rao(100n)} status="Competing" queuePosition={null} />,
    solved: <BountyBar funded={rao(100n)} target={rao(100n)} status="Solved" queuePosition={null} />,
    paid: <BountyBar funded={rao(100n)} target={rao(100n)} status="Paid" queuePosition={null} />,
    cancelled: <BountyBar funded="0" target={rao(100n)} status="Cancelled" queuePosition={null} />,
    "the smallest and the largest": <BountyBar funded="1" target="18446744073709551615" status="Funding" queuePosition={9_999} />
  },
  Calibration: { "as it is": <Calibration /> },
  Countdown: {
    "ahead (by this index)": <Countdown to={{ block: 2_000_000_000, time: null }} label="deadline" reached="the deadline has passed" />,
    reached: <Countdown to={{ block: 0, time: null }} label="deadline" reached="the deadline has passed" />
  },
  EpochName: { one: <EpochName epoch={812} /> },
  Facts: {
    usual: (
      <Facts
        facts={[
          ["Attempts", 2],
          ["Left out", null],
          ["GitHub", "not known yet"]
        ]}
      />
    )
  },
  Figures: {
    some: (
      <Figures
        label="Example"
        figures={[
          { name: "Bounties paid", value: "1,240.5 α", note: "in 12 payments" },
          { name: "Miners", value: 64 },
          { name: "Days to solve", value: "none solved yet" }
        ]}
      />
    )
  },
  IssueName: {
    "with its title": <IssueName issue={{ id: 7, repository: "acme/widgets", number: 42, title: "Saving loses the second change" }} />,
    "before GitHub was asked": <IssueName issue={{ id: 7, repository: "acme/widgets", number: 42, title: null }} />
  },
  MatchSkeleton: { usual: <MatchSkeleton /> },
  OddsBar: {
    even: <OddsBar a={{ name: "ada", expected: 0.5 }} b={{ name: "bob", expected: 0.5 }} />,
    "a favourite": <OddsBar a={{ name: "ada", expected: 0.653 }} b={{ name: "bob", expected: 0.347 }} />,
    "one that may end without a winner": (
      <OddsBar a={{ name: "ada", expected: 0.62 }} b={{ name: "bob", expected: 0.2 }} title="odds now" note="by the plays" nobody={0.18} />
    ),
    hopeless: <OddsBar a={{ name: "ada", expected: 0.004 }} b={{ name: "bob", expected: 0.996 }} />
  },
  Rating: { settled: <Rating points={1612.345} />, provisional: <Rating points={1512.345} provisional />, none: <Rating points={null} /> },
  RatingLine: {
    matches: <RatingLine name="ada" side="a" points={POINTS} rating={1_560} from={0} to={432_000} mark={300_000} />,
    "with axes": (
      <RatingLine
        name="ada"
        points={POINTS}
        rating={1_560}
        from={0}
        to={432_000}
        timeOf={(block) => Date.UTC(2026, 0, 1) + block * 12_000}
      />
    ),
    "no matches in that time": <RatingLine name="ada" side="b" points={[]} rating={1_500} from={0} to={432_000} />,
    "never rated": <RatingLine name="ada" points={[]} rating={null} from={0} to={432_000} />
  },
  RatingMove: {
    up: <RatingMove before={1_612.4} after={1_623.5} />,
    down: <RatingMove before={1_502.1} after={1_491} />,
    provisional: <RatingMove before={1_500} after={1_520} provisional />,
    "the same": <RatingMove before={1_500} after={1_500} />
  },
  RecordLine: {
    some: <RecordLine won={12} lost={5} expired={2} />,
    none: <RecordLine won={0} lost={0} expired={0} />,
    many: <RecordLine won={12_345} lost={1_000} expired={99} />
  },
  SeverityChip: {
    "somebody broke the rules": <SeverityChip severity="wrong" />,
    "something is not there": <SeverityChip severity="missing" />,
    "in other words": <SeverityChip severity="wrong" text="rules broken" />
  },
  ShareBar: {
    some: <ShareBar share={0.31} label="Share of the vote" />,
    "in words": <ShareBar share={0.9} label="Agreement" said="180 of 200" />,
    none: <ShareBar share={0} label="Share" />
  },
  StateNotice: { "as this index is now": <StateNotice /> },
  StatusChip: Object.fromEntries(STATUSES.map((status) => [status, <StatusChip key={status} status={status} />])),
  VoteTug: {
    "no votes": <VoteTug a={none("ada")} b={none("bob")} total={TOTAL} quorum={0.5001} />,
    "both have votes": <VoteTug a={some("ada")} b={some("bob")} total={TOTAL} quorum={0.5001} />,
    "a has passed": <VoteTug a={most("ada")} b={none("bob")} total={TOTAL} quorum={0.5001} passed="a" />,
    "a higher quorum": <VoteTug a={some("ada")} b={some("bob")} total={TOTAL} quorum={0.667} />,
    "for neither": <VoteTug a={some("cancelled: a duplicate")} total={TOTAL} quorum={0.5001} tone="neither" />,
    "the settings are still loading": <VoteTug a={some("ada")} b={none("bob")} total={TOTAL} quorum={undefined} />
  },
  WithoutConsent: {
    "a reason": <WithoutConsent why="The maintainers' bot crashes daily, and we run it ourselves." />,
    "a long one of a stranger": <WithoutConsent why={`<b>${"W".repeat(180)}</b> ${"and more ".repeat(20)}`} />
  }
}
