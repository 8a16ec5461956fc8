import type { Vote } from "../api/types.ts"
import { percent, shareOf } from "../format/amount.ts"
import { numberIn, shownJson, textIn } from "../format/json.ts"
import { reasonText } from "../format/names.ts"
import { Account } from "./Account.tsx"
import { Amount } from "./Amount.tsx"
import { CallLink } from "./CallLink.tsx"
import { MinerName } from "./MinerName.tsx"
import { Table } from "./Table.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { When } from "./When.tsx"

interface ChoiceProps {
  readonly choice: unknown
  /** The known miners that it names. */
  readonly named: Vote["named"]
}

/** A validator's choice in words. */
export const Choice = ({ choice, named }: ChoiceProps) => {
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
  if (tag === "Unsolved") return <>nobody solved it in time</>
  if (tag === "TakenBack") return <>take back what was decided</>
  if (tag === "Dissolved") return <>dissolve the pair</>
  const coldkey = textIn(choice, "coldkey")
  if (tag === "PayTo" && coldkey !== undefined)
    return (
      <>
        pay the winner at <Account address={coldkey} />
      </>
    )
  return <code>{shownJson(choice)}</code>
}

const stateOf = ({ endedBy, inPassingTally }: Vote) =>
  endedBy === null ? "counts now" : endedBy === "passed" ? (inPassingTally ? "passed" : "outvoted") : endedBy

/** A table of votes and how they ended. */
export const VoteTable = ({ votes, caption }: { readonly votes: ReadonlyArray<Vote>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={votes}
    keyOf={({ at, event }) => `${at.block}-${event}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
      { name: "Kind", cell: ({ kind, round }) => (kind === "pair" ? `pair, round ${round}` : "outcome") },
      {
        name: "Validator",
        cell: ({ validator }) => <ValidatorName hotkey={validator} />
      },
      { name: "Vote", cell: ({ choice, named }) => <Choice choice={choice} named={named} /> },
      {
        name: "Weight behind it",
        numeric: true,
        cell: ({ weight, totalWeight }) => (
          <>
            <Amount rao={weight} decimals={2} /> <span className="muted">{percent(shareOf(weight, totalWeight), 1)}</span>
          </>
        )
      },
      {
        name: "State",
        cell: (vote) => <span title={vote.endedAt === null ? "" : `since block ${vote.endedAt.block}`}>{stateOf(vote)}</span>
      },
      { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
    ]}
  />
)
