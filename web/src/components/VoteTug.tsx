import { basisPoints, cssPercent, exactAlpha, percent } from "../format/amount.ts"
import { shortAccount } from "../format/names.ts"

/** A validator's share of a choice's weight. */
export interface TugPart {
  readonly validator: string
  readonly weight: bigint
  /** Whether the vote has not stood long enough to count. */
  readonly isYoung?: boolean
}

export interface TugSide {
  readonly name: string
  readonly parts: ReadonlyArray<TugPart>
}

interface Props {
  /** Fills from the left. */
  readonly a: TugSide
  /** Fills from the right. */
  readonly b?: TugSide
  /** The weight of all validators, in rao. */
  readonly total: string
  /** The quorum as a share of it; undefined while settings load. */
  readonly quorum: number | undefined
  /** What the figures are about, where nothing else says so. */
  readonly title?: string | undefined
  /** The side that has won the vote. */
  readonly passed?: "a" | "b"
  /** The colours: of both sides, or of a choice for neither. */
  readonly tone?: "sides" | "neither"
}

const sum = (parts: ReadonlyArray<TugPart>) => parts.reduce((all, { weight }) => all + weight, 0n)
/** Those that count first, from the edge inwards. */
const ordered = (parts: ReadonlyArray<TugPart>) => parts.toSorted((left, right) => Number(left.isYoung ?? 0) - Number(right.isYoung ?? 0))
const share = (weight: bigint, total: bigint) => (total <= 0n ? 0 : Number((weight * 1_000_000n) / total) / 1_000_000)

const Fill = ({ side, parts, total }: { readonly side: "a" | "b"; readonly parts: ReadonlyArray<TugPart>; readonly total: bigint }) => (
  <span className="tug-fill" data-side={side} style={{ width: cssPercent(share(sum(parts), total), 4) }}>
    {ordered(parts).map(({ validator, weight, isYoung = false }) => (
      <span
        key={validator}
        data-young={isYoung ? "" : undefined}
        title={`${shortAccount(validator)}: ${exactAlpha(weight.toString())} alpha of effective stake${isYoung ? ", the vote is not old enough yet" : ""}`}
        style={{ flexGrow: Math.max(1, Number(weight / 1_000_000n)) }}
      />
    ))}
  </span>
)

/** Validators' stake for either side, striped where a vote is not old enough to count. Once a side's whole colour reaches its quorum line, it can be settled. */
export const VoteTug = ({ a, b, total, quorum, title, passed, tone = "sides" }: Props) => {
  const all = BigInt(total)
  const [ofA, ofB] = [share(sum(a.parts), all), share(sum(b?.parts ?? []), all)]
  const line = quorum === undefined ? "" : `, ${basisPoints(quorum * 10_000)} decide`
  const said = `${a.name} ${percent(ofA, 1)} of the stake${b === undefined ? "" : `, ${b.name} ${percent(ofB, 1)}`}${line}`
  return (
    <div className="tug" data-tone={tone} data-passed={passed}>
      <div className="tug-words">
        <span className="side-a">
          <span className="tug-name">{a.name}</span> <strong>{percent(ofA, 1)}</strong>
        </span>
        {title === undefined ? null : <span className="tug-title muted">{title}</span>}
        {b === undefined ? null : (
          <span className="side-b">
            <strong>{percent(ofB, 1)}</strong> <span className="tug-name">{b.name}</span>
          </span>
        )}
      </div>
      <div className="tug-track" role="img" aria-label={`Votes by stake: ${said}`}>
        <Fill side="a" parts={a.parts} total={all} />
        {b === undefined ? null : <Fill side="b" parts={b.parts} total={all} />}
        {quorum === undefined ? null : (
          <>
            <span className="tug-line" data-side="a" style={{ left: cssPercent(quorum, 4) }} />
            {b === undefined ? null : <span className="tug-line" data-side="b" style={{ right: cssPercent(quorum, 4) }} />}
          </>
        )}
      </div>
      {quorum === undefined ? null : (
        <p className="tug-quorum" aria-hidden="true">
          <span style={{ left: cssPercent(quorum, 4) }}>{basisPoints(quorum * 10_000)} decide</span>
        </p>
      )}
    </div>
  )
}
