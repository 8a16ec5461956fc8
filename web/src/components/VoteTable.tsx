import type { Vote } from "../api/types.ts"
import { percent, shareOf } from "../format/amount.ts"
import { reasonText, shortAccount } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Amount } from "./Amount.tsx"
import { CallLink } from "./CallLink.tsx"
import { MinerName } from "./MinerName.tsx"
import { Table } from "./Table.tsx"
import { When } from "./When.tsx"

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value ? (value as Readonly<Record<string, unknown>>)[name] : undefined
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** What a validator voted for, in words. */
export const Choice = ({ choice }: { readonly choice: unknown }) => {
  const [a, b] = [textOf(field(field(choice, "a"), "hotkey")), textOf(field(field(choice, "b"), "hotkey"))]
  if (a !== undefined && b !== undefined)
    return (
      <>
        <MinerName miner={{ hotkey: a }} picture={false} /> against <MinerName miner={{ hotkey: b }} picture={false} />
      </>
    )
  const tag = textOf(field(choice, "_tag"))
  const hotkey = textOf(field(choice, "hotkey"))
  if (tag === "Solved" && hotkey !== undefined)
    return (
      <>
        solved by <MinerName miner={{ hotkey }} picture={false} /> with #{String(field(choice, "pullRequest"))}
      </>
    )
  const reason = textOf(field(field(choice, "reason"), "_tag"))
  if (tag === "Cancelled") return <>cancelled: {reason === undefined ? "" : reasonText(reason)}</>
  return <code>{JSON.stringify(choice)}</code>
}

const standing = ({ endedBy, inPassingTally }: Vote) =>
  endedBy === null ? "counts now" : endedBy === "passed" ? (inPassingTally ? "passed" : "outvoted") : endedBy

/** Votes with what became of them. */
export const VoteTable = ({ votes, caption }: { readonly votes: ReadonlyArray<Vote>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={votes}
    keyOf={({ at, event }) => `${at.block}-${event}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} /> },
      { name: "Kind", cell: ({ kind, round }) => (kind === "pair" ? `pair, round ${round}` : "outcome") },
      {
        name: "Validator",
        cell: ({ validator }) => (
          <Link to={pageAddress("validator", { hotkey: validator })} title={validator}>
            {shortAccount(validator)}
          </Link>
        )
      },
      { name: "Vote", cell: ({ choice }) => <Choice choice={choice} /> },
      {
        name: "Weight with it",
        numeric: true,
        cell: ({ weight, totalWeight }) => (
          <>
            <Amount rao={weight} decimals={2} /> <span className="muted">{percent(shareOf(weight, totalWeight), 1)}</span>
          </>
        )
      },
      {
        name: "Stands",
        cell: (vote) => <span title={vote.endedAt === null ? "" : `since block ${vote.endedAt.block}`}>{standing(vote)}</span>
      },
      { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
    ]}
  />
)
