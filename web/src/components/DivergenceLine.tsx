import type { Divergence } from "../api/types.ts"
import { correlationText, notCompared, stretchesOf } from "../format/consensus.ts"
import { Table } from "./Lists.tsx"
import { EpochName } from "./Names.tsx"
import { When } from "./Values.tsx"

interface Props {
  /** Of one validator, newest first, as the API has them. */
  readonly divergences: ReadonlyArray<Divergence>
}

const WIDTH = 240
const HEIGHT = 80
const EDGE_PIXELS = 4

const y = (value: number): string => (HEIGHT / 2 - value * (HEIGHT / 2 - EDGE_PIXELS)).toFixed(1)

/** Both figures from −1 to 1; null where nothing was compared. */
const LINES = [
  { name: "rank correlation", key: "spearman", of: ({ spearman }: Divergence) => (spearman === null ? null : spearman / 1_000_000) },
  {
    name: "overlap of the best ten",
    key: "overlap",
    of: ({ overlap, overlapOf }: Divergence) => (overlapOf === 0 ? null : overlap / overlapOf)
  }
] as const

/** How near a validator's own scores are to the consensus, epoch by epoch, with a table of the figures. */
export const DivergenceLine = ({ divergences }: Props) => {
  const epochs = divergences.map(({ epoch }) => epoch)
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)]
  // A single epoch is drawn over the whole width.
  const x = (epoch: number): number => ((epoch - first + 0.5) / (last - first + 1)) * WIDTH
  const half = WIDTH / (last - first + 1) / 2
  const newest = divergences.find((one) => one.spearman !== null)
  const said = `Epochs ${first} to ${last}: ${
    newest === undefined || newest.spearman === null
      ? "nothing could be ranked"
      : `the newest rank correlation is ${correlationText(newest.spearman)}, the overlap ${newest.overlap} of ${newest.overlapOf}`
  }; the table below has the figures`
  return (
    <>
      <svg className="divergence-line" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said}>
        <title>{said}</title>
        {[1, 0, -1].map((level) => (
          <path key={level} className="divergence-level" d={`M0 ${y(level)}H${WIDTH}`} />
        ))}
        {LINES.map(({ key, of }) => (
          <path
            key={key}
            data-line={key}
            d={stretchesOf(divergences.map((one) => [one.epoch, of(one)] as const))
              .map((points) =>
                points
                  .map(
                    ([epoch, value], index) =>
                      `${index === 0 ? "M" : "L"}${(x(epoch) - half / 2).toFixed(1)} ${y(value)}h${(half).toFixed(1)}`
                  )
                  .join("")
              )
              .join("")}
          />
        ))}
      </svg>
      <ul className="key">
        {LINES.map(({ name, key }) => (
          <li key={key} data-line={key}>
            {name}
          </li>
        ))}
        <li data-line="level">1 (the same), 0 (unrelated) and −1 (reversed)</li>
      </ul>
      <details className="more">
        <summary>In figures</summary>
        <Table
          caption="Divergence by epoch"
          items={divergences}
          keyOf={({ epoch }) => `${epoch}`}
          columns={[
            { name: "Epoch", cell: ({ epoch }) => <EpochName epoch={epoch} /> },
            { name: "Began", cell: ({ at }) => <When at={at} as="both" /> },
            {
              name: "Rank correlation",
              numeric: true,
              cell: (one) =>
                one.spearman === null ? (
                  <span className="muted">{notCompared(one) ?? "nothing to rank"}</span>
                ) : (
                  <span title={`${one.spearman} parts per million`}>{correlationText(one.spearman)}</span>
                )
            },
            { name: "Overlap", numeric: true, cell: ({ overlap, overlapOf }) => `${overlap} of ${overlapOf}` },
            { name: "Same best miner", cell: ({ sameTop }) => (sameTop === null ? "" : sameTop ? "yes" : "no") },
            { name: "Reports", numeric: true, cell: ({ reporting, voters }) => `${reporting} of ${voters}` },
            { name: "Quorum", cell: ({ quorum }) => (quorum ? "yes" : "no") },
            {
              name: "Own report",
              cell: ({ report }) =>
                report === null ? <span className="muted">none</span> : <code title={report}>{report.slice(0, 8)}…</code>
            }
          ]}
        />
      </details>
    </>
  )
}
