import type { ConsensusValue } from "../api/types.ts"
import { cssPercent, exactAlpha, percent, shareOf, sumOf } from "../format/amount.ts"
import { DEVIATIONS, partText, pointsText, pullsOf, type Way, wayOf } from "../format/consensus.ts"
import { shortAccount } from "../format/names.ts"
import { Table } from "./Lists.tsx"
import { MinerName, minerLabel } from "./Names.tsx"
import { ValidatorName } from "./ValidatorName.tsx"

/** Sign and words of each way, so that colour is not all that tells them apart. */
const NAMES: { readonly [Of in Way]: readonly [sign: string, words: string] } = {
  below: ["↓", "below"],
  equal: ["=", "equal"],
  above: ["↑", "above"],
  unmeasured: ["?", "not measured"]
}

/** Who pulls a UID's value which way, by stake. */
const PullBar = ({ votes, label }: { readonly votes: ConsensusValue["votes"]; readonly label: string }) => {
  const pulls = pullsOf(votes)
  const total = sumOf(votes.map(({ stake }) => stake))
  const parts = DEVIATIONS.flatMap((way) =>
    pulls[way] === 0n ? [] : [{ way, share: shareOf(`${pulls[way]}`, total), stake: `${pulls[way]}` }]
  )
  const said = parts.map(({ way, share }) => `${NAMES[way][1]} ${percent(share, 1)}`).join(", ")
  return (
    <div className="pulls">
      <div className="pull-bar" role="img" aria-label={`${label}, by stake: ${said || "no reports"}`}>
        {parts.map(({ way, share, stake }) => (
          <span
            key={way}
            data-way={way}
            style={{ width: cssPercent(share, 2) }}
            title={`${NAMES[way][1]}: ${exactAlpha(stake)} alpha of stake`}
          />
        ))}
      </div>
      <p className="pull-words" aria-hidden="true">
        {parts.map(({ way, share }) => (
          <span key={way} data-way={way}>
            {NAMES[way][0]} {percent(share, 1)}
          </span>
        ))}
      </p>
      <details className="more">
        <summary>
          {votes.length} {votes.length === 1 ? "report" : "reports"}
        </summary>
        <ul className="pull-list">
          {votes.map((vote) => (
            <li key={vote.validator}>
              <ValidatorName hotkey={vote.validator} />
              <span>
                {vote.value === null ? "not measured" : `${pointsText(vote.value)}, ${NAMES[wayOf(vote)][1]}`}
                <span className="muted">, {percent(shareOf(vote.stake, total), 1)} of their stake</span>
              </span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  )
}

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
