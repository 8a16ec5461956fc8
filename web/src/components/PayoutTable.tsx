import type { Payout } from "../api/types.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Table } from "./Lists.tsx"
import { Account, CallLink, IssueName, MinerName } from "./Names.tsx"
import { Amount, When } from "./Values.tsx"

/** A table of paid bounties. */
export const PayoutTable = ({ items, caption }: { readonly items: ReadonlyArray<Payout>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ at, event }) => `${at.block}-${event}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
      { name: "Paid", numeric: true, cell: ({ amount }) => <Amount rao={amount} /> },
      { name: "Miner", cell: ({ miner }) => <MinerName miner={miner} /> },
      { name: "Issue", cell: ({ issue }) => <IssueName issue={issue} /> },
      {
        name: "Match",
        cell: ({ competition }) => (
          <Link to={pageAddress("competition", { id: competition })} className="competition-number" opens>
            Match {competition}
          </Link>
        )
      },
      { name: "To coldkey", cell: ({ coldkey }) => <Account address={coldkey} /> },
      { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
    ]}
  />
)
