import type { Competition } from "../api/types.ts"
import { reasonText } from "../format/names.ts"
import { oddsText } from "../format/rating.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Countdown } from "./Countdown.tsx"
import { IssueName } from "./IssueName.tsx"
import { MinerName } from "./MinerName.tsx"
import { Rating } from "./Rating.tsx"
import { StatusChip } from "./StatusChip.tsx"
import { Table } from "./Table.tsx"
import { When } from "./When.tsx"
import "../styles/records.css"

const Competitor = ({ competition, side }: { readonly competition: Competition; readonly side: "a" | "b" }) => {
  const one = competition[side]
  return (
    <span className={`in-duel side-${side}`} data-won={competition.winner === side ? "" : undefined}>
      <MinerName miner={one} /> <Rating points={one.rating} provisional={one.provisional} />{" "}
      <span className="muted">{oddsText(one.expected)}</span>
      {competition.winner === side ? <span className="won-mark">won</span> : null}
    </span>
  )
}

/** A table of competitions with competitors and status. */
export const CompetitionTable = ({ items, caption }: { readonly items: ReadonlyArray<Competition>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ id }) => `${id}`}
    columns={[
      {
        name: "Competition",
        cell: ({ id }) => (
          <Link to={pageAddress("competition", { id })} className="competition-number">
            Competition {id}
          </Link>
        )
      },
      { name: "Issue", cell: ({ issue }) => <IssueName issue={issue} /> },
      { name: "A", cell: (competition) => <Competitor competition={competition} side="a" /> },
      { name: "B", cell: (competition) => <Competitor competition={competition} side="b" /> },
      {
        name: "Status",
        cell: ({ status, reason }) => (
          <>
            <StatusChip status={status} />
            {reason === null ? null : <span className="muted why">{reasonText(reason._tag)}</span>}
          </>
        )
      },
      { name: "Started", cell: ({ startedAt }) => <When at={startedAt} as="both" /> },
      {
        name: "Ends or ended",
        cell: ({ endedAt, deadline }) =>
          endedAt === null ? <Countdown to={deadline} label="deadline" reached="deadline over" /> : <When at={endedAt} as="both" />
      }
    ]}
  />
)
