import type { ConsensusValue } from "../api/types.ts"
import { cssPercent, exactAlpha, percent, shareOf, sumOf } from "../format/amount.ts"
import { pointsText, pullsOf, WAYS, type Way, wayOf } from "../format/consensus.ts"
import { ValidatorName } from "./ValidatorName.tsx"

/** Sign and words of each way, so that colour is not all that tells them apart. */
const NAMES: { readonly [Of in Way]: readonly [sign: string, words: string] } = {
  below: ["↓", "below"],
  equal: ["=", "equal"],
  above: ["↑", "above"],
  unmeasured: ["?", "not measured"]
}

/** Who pulls a UID's value which way, by stake. */
export const PullBar = ({ votes, label }: { readonly votes: ConsensusValue["votes"]; readonly label: string }) => {
  const pulls = pullsOf(votes)
  const total = sumOf(votes.map(({ stake }) => stake))
  const parts = WAYS.flatMap((way) => (pulls[way] === 0n ? [] : [{ way, share: shareOf(`${pulls[way]}`, total), stake: `${pulls[way]}` }]))
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
