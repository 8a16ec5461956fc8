import type { ValidatorDetail } from "../api/types.ts"
import { exactAlpha, largestOf } from "../format/amount.ts"
import { utcDay } from "../format/time.ts"
import { Table } from "./Lists.tsx"
import { Amount, When } from "./Values.tsx"

/** The daily weight of a validator's vote, with what it had for fees. Expects newest first, as the API returns it. */
export const StakeLine = ({ stakes }: Pick<ValidatorDetail, "stakes">) => {
  const most = largestOf([1n, ...stakes.map(({ weight }) => BigInt(weight))])
  const days = stakes.toReversed()
  return (
    <>
      <div
        className="bars"
        role="img"
        aria-label={`Weight by day, ${days.length} ${days.length === 1 ? "day" : "days"}, with the figures in the table below`}
      >
        {days.map(({ day, weight }) => (
          <span key={day} title={`${utcDay(day)}: ${exactAlpha(weight)} alpha`}>
            <span data-kind="harvested" style={{ height: `${Number((BigInt(weight) * 10_000n) / most) / 100}%` }} />
          </span>
        ))}
      </div>
      <details className="more">
        <summary>In figures</summary>
        <Table
          caption="Weight by day"
          items={stakes}
          keyOf={({ day }) => day}
          columns={[
            { name: "Day (UTC)", cell: ({ day }) => utcDay(day) },
            { name: "Weight", numeric: true, cell: ({ weight }) => <Amount rao={weight} decimals={9} /> },
            {
              name: "For fees",
              numeric: true,
              cell: ({ free }) => (free === null ? "not known" : <Amount rao={free} unit="τ" decimals={9} />)
            },
            { name: "As of", cell: ({ at }) => <When at={at} as="both" /> }
          ]}
        />
      </details>
    </>
  )
}
