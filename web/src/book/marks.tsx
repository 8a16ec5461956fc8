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

export const marks: Entries = {
  BountyBar: [
    ["not funded yet", <BountyBar key="" funded="0" target={rao(100n)} status="Funding" queuePosition={4} />],
    ["partly funded, next", <BountyBar key="" funded={rao(62n)} target={rao(100n)} status="Funding" queuePosition={1} />],
    ["funded", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Open" queuePosition={null} />],
    ["competing", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Competing" queuePosition={null} />],
    ["solved", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Solved" queuePosition={null} />],
    ["paid", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Paid" queuePosition={null} />],
    ["cancelled", <BountyBar key="" funded="0" target={rao(100n)} status="Cancelled" queuePosition={null} />],
    ["the smallest and the largest", <BountyBar key="" funded="1" target="18446744073709551615" status="Funding" queuePosition={9_999} />]
  ],
  Calibration: [["as it is", <Calibration key="" />]],
  Countdown: [
    [
      "ahead (by this index)",
      <Countdown key="" to={{ block: 2_000_000_000, time: null }} label="deadline" reached="the deadline has passed" />
    ],
    ["reached", <Countdown key="" to={{ block: 0, time: null }} label="deadline" reached="the deadline has passed" />]
  ],
  EpochName: [["one", <EpochName key="" epoch={812} />]],
  Facts: [
    [
      "usual",
      <Facts
        key=""
        facts={[
          ["Attempts", 2],
          ["Left out", null],
          ["GitHub", "not known yet"]
        ]}
      />
    ]
  ],
  Figures: [
    [
      "some",
      <Figures
        key=""
        label="Example"
        figures={[
          { name: "Bounties paid", value: "1,240.5 α", note: "in 12 payments" },
          { name: "Miners", value: 64 },
          { name: "Days to solve", value: "none solved yet" }
        ]}
      />
    ]
  ],
  IssueName: [
    [
      "with its title",
      <IssueName key="" issue={{ id: 7, repository: "acme/widgets", number: 42, title: "Saving loses the second change" }} />
    ],
    ["before GitHub was asked", <IssueName key="" issue={{ id: 7, repository: "acme/widgets", number: 42, title: null }} />]
  ],
  MatchSkeleton: [["usual", <MatchSkeleton key="" />]],
  OddsBar: [
    ["even", <OddsBar key="" a={{ name: "ada", expected: 0.5 }} b={{ name: "bob", expected: 0.5 }} />],
    ["a favourite", <OddsBar key="" a={{ name: "ada", expected: 0.653 }} b={{ name: "bob", expected: 0.347 }} />],
    [
      "one that may end without a winner",
      <OddsBar
        key=""
        a={{ name: "ada", expected: 0.62 }}
        b={{ name: "bob", expected: 0.2 }}
        title="odds now"
        note="by the plays"
        nobody={0.18}
      />
    ],
    ["hopeless", <OddsBar key="" a={{ name: "ada", expected: 0.004 }} b={{ name: "bob", expected: 0.996 }} />]
  ],
  Rating: [
    ["settled", <Rating key="" points={1612.345} />],
    ["provisional", <Rating key="" points={1512.345} provisional />],
    ["none", <Rating key="" points={null} />]
  ],
  RatingLine: [
    ["matches", <RatingLine key="" name="ada" side="a" points={POINTS} rating={1_560} from={0} to={432_000} mark={300_000} />],
    [
      "with axes",
      <RatingLine
        key=""
        name="ada"
        points={POINTS}
        rating={1_560}
        from={0}
        to={432_000}
        timeOf={(block) => Date.UTC(2026, 0, 1) + block * 12_000}
      />
    ],
    ["no matches in that time", <RatingLine key="" name="ada" side="b" points={[]} rating={1_500} from={0} to={432_000} />],
    ["never rated", <RatingLine key="" name="ada" points={[]} rating={null} from={0} to={432_000} />]
  ],
  RatingMove: [
    ["up", <RatingMove key="" before={1_612.4} after={1_623.5} />],
    ["down", <RatingMove key="" before={1_502.1} after={1_491} />],
    ["provisional", <RatingMove key="" before={1_500} after={1_520} provisional />],
    ["the same", <RatingMove key="" before={1_500} after={1_500} />]
  ],
  RecordLine: [
    ["some", <RecordLine key="" won={12} lost={5} expired={2} />],
    ["none", <RecordLine key="" won={0} lost={0} expired={0} />],
    ["many", <RecordLine key="" won={12_345} lost={1_000} expired={99} />]
  ],
  SeverityChip: [
    ["somebody broke the rules", <SeverityChip key="" severity="wrong" />],
    ["something is not there", <SeverityChip key="" severity="missing" />],
    ["in other words", <SeverityChip key="" severity="wrong" text="rules broken" />]
  ],
  ShareBar: [
    ["some", <ShareBar key="" share={0.31} label="Share of the vote" />],
    ["in words", <ShareBar key="" share={0.9} label="Agreement" said="180 of 200" />],
    ["none", <ShareBar key="" share={0} label="Share" />]
  ],
  StateNotice: [["as this index is now", <StateNotice key="" />]],
  StatusChip: [
    ["Funding", <StatusChip key="" status="Funding" />],
    ["Open", <StatusChip key="" status="Open" />],
    ["Competing", <StatusChip key="" status="Competing" />],
    ["Solved", <StatusChip key="" status="Solved" />],
    ["Paid", <StatusChip key="" status="Paid" />],
    ["Cancelled", <StatusChip key="" status="Cancelled" />],
    ["Running", <StatusChip key="" status="Running" />],
    ["Won", <StatusChip key="" status="Won" />],
    ["Expired", <StatusChip key="" status="Expired" />],
    ["Unsolved", <StatusChip key="" status="Unsolved" />],
    ["Void", <StatusChip key="" status="Void" />]
  ],
  VoteTug: [
    ["no votes", <VoteTug key="" a={none("ada")} b={none("bob")} total={TOTAL} quorum={0.5001} />],
    ["both have votes", <VoteTug key="" a={some("ada")} b={some("bob")} total={TOTAL} quorum={0.5001} />],
    ["a has passed", <VoteTug key="" a={most("ada")} b={none("bob")} total={TOTAL} quorum={0.5001} passed="a" />],
    ["a higher quorum", <VoteTug key="" a={some("ada")} b={some("bob")} total={TOTAL} quorum={0.667} />],
    ["for neither", <VoteTug key="" a={some("cancelled: a duplicate")} total={TOTAL} quorum={0.5001} tone="neither" />],
    ["the settings are still loading", <VoteTug key="" a={some("ada")} b={none("bob")} total={TOTAL} quorum={undefined} />]
  ],
  WithoutConsent: [
    ["a reason", <WithoutConsent key="" why="The maintainers' bot crashes daily, and we run it ourselves." />],
    ["a long one of a stranger", <WithoutConsent key="" why={`<b>${"W".repeat(180)}</b> ${"and more ".repeat(20)}`} />]
  ]
}
