import { ODDS_CALIBRATION } from "../../../src/story/odds.ts"
import { Table } from "./Lists.tsx"

const { seasons, recorded } = ODDS_CALIBRATION

/** How the odds of a match are made, and how often such odds came true. */
export const Calibration = () => (
  <>
    <p>
      Both sides race to a merge. A better rating and a pull request that is further make a side faster, and the less time is left, the
      likelier nobody wins. Stake that has voted counts as it voted. Nothing is decided by these odds.
    </p>
    <p className="muted">
      Their weights are fitted to simulated seasons. The table is of other seasons than those, and of people who raced to their next merge
      in one repository’s recorded history, where only the ratings and the time count. Few real matches have been played yet.
    </p>
    <Table
      caption="How often the odds came true"
      columns={[
        { name: "the odds said", cell: ({ from }) => `${from}–${from + 10}%` },
        { name: "came true in seasons", numeric: true, cell: ({ won, moments }) => `${won}% of ${moments}` },
        {
          name: "in the recorded history",
          numeric: true,
          cell: ({ from }) => {
            const found = recorded.find((one) => one.from === from)
            return found === undefined ? "" : `${found.won}% of ${found.moments}`
          }
        }
      ]}
      items={seasons}
      keyOf={({ from }) => `${from}`}
    />
  </>
)
