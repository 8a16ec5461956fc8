import type { ConsensusEpoch } from "../api/types.ts"
import { percent, shareOf } from "../format/amount.ts"
import { countsText } from "../format/consensus.ts"
import { Table } from "./Lists.tsx"
import { EpochName } from "./Names.tsx"
import { SeverityChip, When } from "./Values.tsx"

/** Epochs with what an audit of their reports found. */
export const EpochTable = ({ epochs }: { readonly epochs: ReadonlyArray<ConsensusEpoch> }) => (
  <Table
    caption="Epochs"
    items={epochs}
    keyOf={({ epoch }) => `${epoch}`}
    columns={[
      { name: "Epoch", cell: ({ epoch }) => <EpochName epoch={epoch} /> },
      { name: "Began", cell: ({ at }) => <When at={at} as="both" /> },
      {
        name: "Reported",
        numeric: true,
        cell: ({ reporting }) => `${reporting.reports} of ${reporting.voters}`
      },
      {
        name: "Their stake",
        numeric: true,
        cell: ({ reportingStake, totalStake }) => percent(shareOf(reportingStake, totalStake), 1)
      },
      { name: "Quorum", cell: ({ quorum }) => (quorum ? "yes" : "no") },
      {
        name: "Weights",
        cell: ({ weights: { asExpected, other, hidden, none } }) =>
          countsText({ "as expected": asExpected, other, "not revealed": hidden, "none set": none })
      },
      {
        name: "Found",
        cell: ({ severities: { wrong, missing } }) => (
          <span className="chips">
            {wrong === 0 ? null : <SeverityChip severity="wrong" text={`${wrong} wrong`} />}
            {missing === 0 ? null : <SeverityChip severity="missing" text={`${missing} missing`} />}
            {wrong + missing === 0 ? <span className="muted">nothing</span> : null}
          </span>
        )
      }
    ]}
  />
)
