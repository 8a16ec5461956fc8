import type { MinerRef, Vote } from "../api/types.ts"
import { percent, shareOf } from "../format/amount.ts"
import { isIn, numberIn, shownJson, textIn } from "../format/json.ts"
import { costText, reasonText } from "../format/names.ts"
import { Table } from "./Lists.tsx"
import { CallLink, MinerName, minerLabel } from "./Names.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { Amount, Countdown, When } from "./Values.tsx"

/** The competitors of the match that a choice is about, where they are known. */
export type Sides = Readonly<Record<"a" | "b", Pick<MinerRef, "hotkey" | "login">>>

interface ChoiceProps {
  readonly choice: unknown
  /** The known miners that it names. */
  readonly named: Vote["named"]
  readonly sides?: Sides | undefined
}

/** That nobody solved it, and whom that costs. */
export const unsolvedText = (choice: unknown, sides?: Sides): string => {
  const [a, b] = [isIn(choice, "slashA"), isIn(choice, "slashB")]
  const cost = sides === undefined || a === b ? costText(choice) : `at the cost of ${minerLabel(a ? sides.a : sides.b)}`
  return `nobody solved it in time, ${cost}`
}

/** A validator's choice in words. */
export const Choice = ({ choice, named, sides }: ChoiceProps) => {
  const miner = (hotkey: string) => <MinerName miner={named.find((one) => one.hotkey === hotkey) ?? { hotkey }} picture={false} />
  const [a, b] = [textIn(choice, "a", "hotkey"), textIn(choice, "b", "hotkey")]
  if (a !== undefined && b !== undefined)
    return (
      <>
        {miner(a)} against {miner(b)}
      </>
    )
  const tag = textIn(choice, "_tag")
  const hotkey = textIn(choice, "hotkey")
  if (tag === "Solved" && hotkey !== undefined)
    return (
      <>
        solved by {miner(hotkey)} with #{numberIn(choice, "pullRequest")}
      </>
    )
  const reason = textIn(choice, "reason", "_tag")
  if (tag === "Cancelled") return <>cancelled: {reason === undefined ? "" : reasonText(reason)}</>
  if (tag === "Unsolved") return <>{unsolvedText(choice, sides)}</>
  if (tag === "Dissolved") return <>dissolve the pair</>
  return <code>{shownJson(choice)}</code>
}

const State = ({ vote: { kind, since, endedBy, inPassingTally }, wait }: { readonly vote: Vote; readonly wait: number | undefined }) => {
  if (endedBy !== null) return <>{endedBy === "passed" ? (inPassingTally ? "passed" : "outvoted") : endedBy}</>
  if (kind === "pair") return <>counts now</>
  return wait === undefined ? (
    <>stands</>
  ) : (
    <Countdown to={{ block: since.block + wait, time: null }} label="stands, old enough" reached="stands, old enough" />
  )
}

interface Props {
  readonly votes: ReadonlyArray<Vote>
  readonly caption: string
  /** For how many blocks votes on the outcome must have stood before they are settled; undefined where it is not the same for all. */
  readonly wait?: number | undefined
  readonly sides?: Sides
}

/** A table of votes: since when each stands unchanged, what it weighs, and how it ended. */
export const VoteTable = ({ votes, caption, wait, sides }: Props) => (
  <Table
    caption={caption}
    items={votes}
    keyOf={({ at, event }) => `${at.block}-${event}`}
    columns={[
      { name: "Since", cell: ({ since }) => <When at={since} as="both" /> },
      { name: "Kind", cell: ({ kind, round }) => (kind === "pair" ? `pair, round ${round}` : "outcome") },
      {
        name: "Validator",
        cell: ({ validator }) => <ValidatorName hotkey={validator} />
      },
      { name: "Vote", cell: ({ choice, named }) => <Choice choice={choice} named={named} sides={sides} /> },
      {
        name: "Noted stake",
        numeric: true,
        cell: ({ weight, totalWeight }) => (
          <>
            <Amount rao={weight} decimals={2} /> <span className="muted">{percent(shareOf(weight, totalWeight), 1)}</span>
          </>
        )
      },
      {
        name: "State",
        cell: (vote) => (
          <span title={vote.endedAt === null ? "" : `since block ${vote.endedAt.block}`}>
            <State vote={vote} wait={wait} />
          </span>
        )
      },
      { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
    ]}
  />
)
