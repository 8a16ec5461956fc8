import type { Treasury } from "../api/types.ts"
import { exactAlpha } from "../format/amount.ts"
import { spaced } from "../format/names.ts"
import { sankeyOf } from "../format/sankey.ts"
import { Amount } from "./Values.tsx"

const NAMES: Readonly<Record<string, string>> = {
  emission: "Emission",
  collateral: "Lost collateral",
  free: "Free",
  issue: "Bounties",
  recycled: "Recycled",
  account: "Paid to miners"
}

const WIDTH = 1_000
const HEIGHT = 320
const NODE = 10

/** All flows of the treasury from left to right; the width shows the amount. The table beside it has the figures. */
export const FlowDiagram = ({ streams }: Pick<Treasury, "streams">) => {
  const { nodes, bands, columns } = sankeyOf(streams)
  const x = (column: number) => (column / (columns - 1)) * (WIDTH - NODE)
  const said = streams
    .map(({ kind, amount, source, destination }) => `${spaced(kind)} ${exactAlpha(amount)} alpha from ${source} to ${destination}`)
    .join("; ")
  return (
    <figure className="sankey">
      <div className="sankey-drawn">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Flows of the treasury: ${said}`}>
          {bands.map(({ stream, from, to, height }) => {
            const [left, right] = [x(from.column) + NODE, x(to.column)]
            const middle = (left + right) / 2
            const [y1, y2, thick] = [from.top * HEIGHT, to.top * HEIGHT, height * HEIGHT]
            return (
              <path
                key={`${stream.kind}-${stream.source}-${stream.destination}`}
                className="sankey-band"
                data-kind={stream.kind}
                d={`M${left} ${y1}C${middle} ${y1} ${middle} ${y2} ${right} ${y2}V${y2 + thick}C${middle} ${y2 + thick} ${middle} ${y1 + thick} ${left} ${y1 + thick}Z`}
              >
                <title>
                  {spaced(stream.kind)}: {exactAlpha(stream.amount)} alpha in {stream.flows} {stream.flows === 1 ? "flow" : "flows"}
                </title>
              </path>
            )
          })}
          {nodes.map(({ name, column, top, height }) => (
            <rect key={name} className="sankey-node" x={x(column)} y={top * HEIGHT} width={NODE} height={height * HEIGHT} />
          ))}
        </svg>
        {nodes.map(({ name, column, top, height }, index) => (
          <span
            key={name}
            className="sankey-number"
            aria-hidden="true"
            style={{ left: `${(column / (columns - 1)) * 100}%`, top: `${(top + height / 2) * 100}%` }}
          >
            {index + 1}
          </span>
        ))}
      </div>
      <ol className="sankey-names">
        {nodes.map(({ name, column, top, height, amount }, index) => {
          const isLast = column === columns - 1
          const at = `${(column / (columns - 1)) * 100}%`
          return (
            <li
              key={name}
              data-number={index + 1}
              data-last={isLast ? "" : undefined}
              style={{
                top: `${(top + height / 2) * 100}%`,
                ...(isLast ? { right: "1rem" } : { left: `calc(${at} + 0.75rem)` })
              }}
            >
              {NAMES[name] ?? spaced(name)} <Amount rao={amount.toString()} decimals={2} />
            </li>
          )
        })}
      </ol>
    </figure>
  )
}
