import { endpoints } from "../api/endpoints.ts"
import type { ConsensusVoter } from "../api/types.ts"
import { percent, shareOf } from "../format/amount.ts"
import { weightsText } from "../format/consensus.ts"
import { shortAccount } from "../format/names.ts"
import { ApiFile } from "./ApiFile.tsx"
import { Table } from "./Lists.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { Amount, Json } from "./Values.tsx"

interface Props {
  readonly epoch: number
  readonly voters: ReadonlyArray<ConsensusVoter>
  /** The stake of all of them, in rao. */
  readonly totalStake: string
}

/** The validators that could report in an epoch: what they reported, and whether their weights follow from the reports. */
export const VoterTable = ({ epoch, voters, totalStake }: Props) => (
  <Table
    caption="Validators that could report"
    items={voters}
    keyOf={({ hotkey }) => hotkey}
    columns={[
      { name: "Validator", cell: ({ hotkey }) => <ValidatorName hotkey={hotkey} /> },
      { name: "UID", numeric: true, cell: ({ uid }) => uid },
      {
        name: "Stake",
        numeric: true,
        cell: ({ stake }) => (
          <>
            <Amount rao={stake} decimals={2} /> <span className="muted">{percent(shareOf(stake, totalStake), 1)}</span>
          </>
        )
      },
      {
        name: "Committed",
        cell: ({ committed }) =>
          committed === null ? <span className="muted">nothing</span> : <code title={committed}>{committed.slice(0, 8)}…</code>
      },
      {
        name: "Report",
        cell: ({ hotkey, report, reason, others }) => (
          <span>
            {report === null ? (
              <span className="muted">not counted: {reason ?? "no report"}</span>
            ) : (
              <ApiFile
                at={endpoints.consensusReport(epoch)(hotkey)}
                title={report}
                label={`counted: the report of ${shortAccount(hotkey)}`}
              >
                counted
              </ApiFile>
            )}
            {others.length === 0 ? null : ` (${others.length} more signed)`}
          </span>
        )
      },
      { name: "Pull requests", numeric: true, cell: ({ leaves }) => leaves ?? "" },
      { name: "Served by", numeric: true, cell: ({ givers }) => givers.length },
      {
        name: "Weights",
        cell: ({ weights }) => (
          <span className="weights-state" data-other={weights.state === "set" && weights.asExpected === false ? "" : undefined}>
            {weightsText(weights)}
          </span>
        )
      },
      {
        name: "All of it",
        cell: ({ program, root, givers, others, weights }) => (
          <Json value={{ program, root, servedBy: givers, otherReports: others, weights: weights.values }} label="report and weights" />
        )
      }
    ]}
  />
)
