import type { Competition } from "../api/types.ts"
import { reasonText } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Fixture, Upset } from "./Fixture.tsx"
import { Table } from "./Lists.tsx"
import { IssueName } from "./Names.tsx"
import { Amount, Countdown, StatusChip, When } from "./Values.tsx"

/** Competitions as fixtures: who played whom for what, how it went, and when it ends or ended. On a phone, a card of four lines. */
export const CompetitionTable = ({ items, caption }: { readonly items: ReadonlyArray<Competition>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ id }) => `${id}`}
    look="fixtures"
    columns={[
      { name: "Competitors", cell: (competition) => <Fixture competition={competition} /> },
      { name: "Issue", cell: ({ issue }) => <IssueName issue={issue} /> },
      { name: "Bounty", numeric: true, cell: ({ bounty }) => <Amount rao={bounty} decimals={2} /> },
      {
        name: "State",
        cell: (competition) => (
          <span className="fixture-state">
            <Link to={pageAddress("competition", { id: competition.id })} className="competition-number" opens>
              Match {competition.id}
            </Link>{" "}
            <StatusChip status={competition.status} /> <Upset competition={competition} />
            {competition.reason === null ? null : <span className="muted why">{reasonText(competition.reason._tag)}</span>}
          </span>
        )
      },
      {
        name: "Ends or ended",
        cell: ({ endedAt, deadline }) =>
          endedAt === null ? <Countdown to={deadline} label="deadline" reached="deadline over" /> : <When at={endedAt} as="short" />
      }
    ]}
  />
)
