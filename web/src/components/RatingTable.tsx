import type { RatingChange } from "../api/types.ts"
import { spaced } from "../format/names.ts"
import { oddsText } from "../format/rating.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Table } from "./Lists.tsx"
import { MinerName } from "./Names.tsx"
import { RatingMove } from "./Ratings.tsx"
import { When } from "./Values.tsx"

interface Props {
  readonly items: ReadonlyArray<RatingChange>
  readonly caption: string
  /** Whether a column shows the miner. */
  readonly withMiner?: boolean
}

/** A table of rating changes and their causes. */
export const RatingTable = ({ items, caption, withMiner = false }: Props) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ hotkey, at, cause, competition }) => `${hotkey}-${at.block}-${cause}-${competition}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
      ...(withMiner
        ? [{ name: "Miner", cell: ({ hotkey, login }: RatingChange) => <MinerName miner={{ hotkey, login }} picture={false} /> }]
        : []),
      { name: "Rating", cell: ({ before, after, provisional }) => <RatingMove before={before} after={after} provisional={provisional} /> },
      {
        name: "Cause",
        cell: ({ cause, competition }) => (
          <>
            {spaced(cause)}
            {competition === null ? null : (
              <>
                {" "}
                <Link to={pageAddress("competition", { id: competition })}>match {competition}</Link>
              </>
            )}
          </>
        )
      },
      {
        name: "Against",
        cell: ({ opponent, opponentLogin, opponentRating }) =>
          opponent === null ? (
            ""
          ) : (
            <>
              <MinerName miner={{ hotkey: opponent, login: opponentLogin }} picture={false} />
              {opponentRating === null ? null : <span className="muted"> {Math.round(opponentRating)}</span>}
            </>
          )
      },
      { name: "Expected", numeric: true, cell: ({ expected }) => (expected === null ? "" : oddsText(expected)) },
      { name: "K", numeric: true, cell: ({ k }) => k ?? "" }
    ]}
  />
)
