import { crosstableOf, tallyKey } from "../../../src/story/crosstable.ts"
import { minerName } from "../../../src/story/names.ts"
import type { Competition } from "../api/types.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { MinerName } from "./Names.tsx"

interface Props {
  /** In the order of the rows and columns. */
  readonly miners: ReadonlyArray<{ readonly hotkey: string; readonly login: string | null }>
  /** The decided competitions that are counted. */
  readonly competitions: ReadonlyArray<Competition>
}

/** Wins and losses of each row's miner against each column's. A cell leads to the two miners' meetings. */
export const Crosstable = ({ miners, competitions }: Props) => {
  const tallies = crosstableOf(competitions)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, and is no landmark
    <div className="table-scroll" role="group" aria-label="Crosstable" tabIndex={0}>
      <table className="crosstable">
        <caption className="hidden">Wins and losses of each miner against each other</caption>
        <thead>
          <tr>
            <th scope="col">Miner</th>
            {miners.map((miner, index) => (
              <th key={miner.hotkey} scope="col" title={minerName(miner)}>
                {index + 1}
                <span className="hidden"> {minerName(miner)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {miners.map((miner, index) => (
            <tr key={miner.hotkey}>
              <th scope="row">
                {index + 1} <MinerName miner={miner} picture={false} />
              </th>
              {miners.map((other) => {
                const tally = tallies.get(tallyKey(miner.hotkey, other.hotkey))
                const lead = tally === undefined || tally.won === tally.lost ? undefined : tally.won > tally.lost ? "won" : "lost"
                return (
                  <td key={other.hotkey} data-lead={lead} data-same={other === miner ? "" : undefined}>
                    {tally === undefined ? null : (
                      <Link to={`${pageAddress("headToHead")}?a=${miner.hotkey}&b=${other.hotkey}`}>
                        {tally.won}–{tally.lost}
                        <span className="hidden"> against {minerName(other)}</span>
                      </Link>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
