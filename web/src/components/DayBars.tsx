import { exactAlpha, largestOf } from "../format/amount.ts"
import { spaced } from "../format/names.ts"
import { utcDay } from "../format/time.ts"
import { Table } from "./Lists.tsx"
import { Amount } from "./Values.tsx"

export interface DayAmount {
  readonly day: string
  readonly kind: string
  readonly amount: string
}

interface Props {
  /** Newest first, as the API has them. */
  readonly days: ReadonlyArray<DayAmount>
  readonly label: string
}

const DAYS = 60
const DAY = 86_400_000

/** All days of the range, with or without flows; the latest is on the right. */
const daysUpTo = (last: string | undefined): ReadonlyArray<string> =>
  last === undefined
    ? []
    : Array.from({ length: DAYS }, (_, index) =>
        new Date(Date.parse(`${last}T00:00:00Z`) - (DAYS - 1 - index) * DAY).toISOString().slice(0, 10)
      )

/** Daily flows by kind, with a table of exact figures. */
export const DayBars = ({ days, label }: Props) => {
  const kinds = [...new Set(days.map(({ kind }) => kind))]
  const names = daysUpTo(
    days
      .map(({ day }) => day)
      .toSorted()
      .at(-1)
  )
  const moved = new Set(days.map(({ day }) => day)).size
  const sumOn = (day: string) => days.reduce((sum, one) => (one.day === day ? sum + BigInt(one.amount) : sum), 0n)
  const most = largestOf([1n, ...names.map(sumOn)])
  const height = (amount: string) => `${Number((BigInt(amount) * 10_000n) / most) / 100}%`
  return (
    <>
      <div
        className="bars"
        role="img"
        aria-label={`${label}: ${moved} ${moved === 1 ? "day" : "days"} with movements; the table below has the figures`}
      >
        {names.map((name) => (
          <span key={name}>
            {days
              .filter(({ day }) => day === name)
              .map(({ kind, amount }) => (
                <span
                  key={kind}
                  data-kind={kind}
                  style={{ height: height(amount) }}
                  title={`${utcDay(name)}: ${spaced(kind)} ${exactAlpha(amount)} alpha`}
                />
              ))}
          </span>
        ))}
      </div>
      <ul className="key">
        {kinds.map((kind) => (
          <li key={kind} data-kind={kind}>
            {spaced(kind)}
          </li>
        ))}
      </ul>
      <details className="more">
        <summary>In figures</summary>
        <Table
          caption={label}
          items={days}
          keyOf={({ day, kind }) => `${day}-${kind}`}
          columns={[
            { name: "Day (UTC)", cell: ({ day }) => utcDay(day) },
            { name: "What", cell: ({ kind }) => spaced(kind) },
            { name: "Amount", numeric: true, cell: ({ amount }) => <Amount rao={amount} /> }
          ]}
        />
      </details>
    </>
  )
}
