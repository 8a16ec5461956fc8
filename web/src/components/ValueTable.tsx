import type { ConsensusValue } from "../api/types.ts"
import { percent, shareOf } from "../format/amount.ts"
import { partText, pointsText } from "../format/consensus.ts"
import { shortAccount } from "../format/names.ts"
import { MinerName, minerLabel } from "./MinerName.tsx"
import { PullBar } from "./PullBar.tsx"
import { Table } from "./Table.tsx"

interface Props {
  readonly values: ReadonlyArray<ConsensusValue>
  /** The stake of all validators that could report, in rao. */
  readonly totalStake: string
}

const Part = ({ ppm }: { readonly ppm: number | null }) =>
  ppm === null ? <span className="muted">not known</span> : <span title={`${ppm} parts per million`}>{partText(ppm)}</span>

const holding = ({ hotkey, holder }: ConsensusValue) => {
  if (holder === hotkey) return null
  return (
    <span className="muted why">
      {holder === null ? "nobody held the UID in the end" : `the UID went to ${shortAccount(holder)}`}: its part is recycled
    </span>
  )
}

/** What an epoch's reports come to for each UID, and who pulled which way. */
export const ValueTable = ({ values, totalStake }: Props) => (
  <Table
    caption="Values"
    items={values}
    keyOf={({ uid }) => `${uid}`}
    columns={[
      { name: "UID", numeric: true, cell: ({ uid }) => uid },
      {
        name: "Miner",
        cell: (value) => (
          <div>
            <MinerName miner={value} picture={false} />
            {holding(value)}
          </div>
        )
      },
      { name: "Points", numeric: true, cell: ({ value }) => <span title={`${value} millionths of a point`}>{pointsText(value)}</span> },
      {
        name: "From",
        cell: ({ source }) =>
          source === "median" ? (
            "median"
          ) : (
            <span title="Validators with less than a third of the stake measured a part of this, so that part is from the settlement before">
              settlement before
            </span>
          )
      },
      { name: "Part", numeric: true, cell: ({ part }) => <Part ppm={part} /> },
      { name: "Chain's own", numeric: true, cell: ({ chain }) => <Part ppm={chain} /> },
      { name: "Measured by", numeric: true, cell: ({ measuringStake }) => percent(shareOf(measuringStake, totalStake), 1) },
      {
        name: "Who pulls which way",
        cell: (value) => <PullBar votes={value.votes} label={`Reports on UID ${value.uid}, ${minerLabel(value)}`} />
      }
    ]}
  />
)
