import type { CollateralFlow } from "../api/types.ts"
import { sentence, spaced } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Table } from "./Lists.tsx"
import { Account, CallLink, MinerName } from "./Names.tsx"
import { Amount, When } from "./Values.tsx"

/** Movements of collateral, with the deposit after each. */
export const CollateralTable = ({ items, caption }: { readonly items: ReadonlyArray<CollateralFlow>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ at, event, kind, hotkey }) => `${at.block}-${event}-${kind}-${hotkey}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
      { name: "What", cell: ({ kind, cause }) => <span title={cause}>{spaced(kind)}</span> },
      { name: "Amount", numeric: true, cell: ({ amount }) => <Amount rao={amount} /> },
      { name: "Deposited after", numeric: true, cell: ({ deposited }) => (deposited === null ? "" : <Amount rao={deposited} />) },
      { name: "Miner", cell: ({ hotkey, login }) => <MinerName miner={{ hotkey, login }} picture={false} /> },
      { name: "Coldkey", cell: ({ coldkey }) => (coldkey === null ? "" : <Account address={coldkey} />) },
      { name: "From and to", cell: ({ source, destination }) => `${placeText(source)} to ${placeText(destination)}` },
      {
        name: "Match",
        cell: ({ competition }) =>
          competition === null ? (
            ""
          ) : (
            <Link to={pageAddress("competition", { id: competition })} className="competition-number">
              Match {competition}
            </Link>
          )
      },
      { name: "Event", cell: ({ cause }) => sentence(cause) },
      { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
    ]}
  />
)

/** A place that money moves between: one of the contract's, or an account. */
export const placeText = (place: string): string => (place.length > 40 ? `${place.slice(0, 6)}…${place.slice(-4)}` : spaced(place))
