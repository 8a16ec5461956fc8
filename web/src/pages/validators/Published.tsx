import { endpoints } from "../../api/endpoints.ts"
import { TableView } from "../../components/Lists.tsx"
import { CallLink } from "../../components/Names.tsx"
import { Fold } from "../../components/Page.tsx"
import { ValidatorName } from "../../components/ValidatorName.tsx"
import { Json, When } from "../../components/Values.tsx"
import { useList } from "../../data/hooks.ts"

interface Props {
  /** Limits the list to this validator. */
  readonly validator?: string
}

/** Transactions about weights on the subnet. */
export const WeightsSent = ({ validator }: Props) => (
  <Fold title="Weights" note="set, committed and revealed on the subnet" isOpenOnWide>
    <TableView
      list={useList(endpoints.weights({ validator }))}
      empty={{ title: "None set yet", why: "Validators set weights once an epoch; weights decide who earns the subnet's emission." }}
      caption="Weights"
      keyOf={({ at, extrinsic }) => `${at.block}-${extrinsic}`}
      columns={[
        { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
        { name: "Validator", cell: (weights) => <ValidatorName hotkey={weights.validator} /> },
        { name: "What", cell: ({ kind }) => kind },
        { name: "Result", cell: ({ error }) => (error === null ? "accepted" : `refused: ${error}`) },
        { name: "UIDs", numeric: true, cell: ({ values }) => values?.length ?? "hidden" },
        {
          name: "Weights",
          cell: ({ values }) =>
            values === null ? (
              <span className="muted">hidden</span>
            ) : (
              <Json value={Object.fromEntries(values.map(([uid, weight]) => [`UID ${uid}`, weight]))} label="by UID" />
            )
        },
        { name: "Version key", numeric: true, cell: ({ versionKey }) => versionKey ?? "" },
        { name: "Hash", cell: ({ hash }) => <code className="cell-code">{hash}</code> },
        { name: "Call", cell: ({ at, extrinsic }) => <CallLink at={at} call={{ extrinsic, position: null }} /> }
      ]}
    />
  </Fold>
)

/** Commitments to the scores of an epoch, with published scores. */
export const Reports = ({ validator }: Props) => (
  <Fold title="Reports" note="an epoch's scores, committed by their hash" isOpenOnWide>
    <TableView
      list={useList(endpoints.reports({ validator }))}
      empty={{ title: "None yet", why: "A validator commits to its scores at the end of each epoch and publishes them." }}
      caption="Reports"
      keyOf={({ at, extrinsic }) => `${at.block}-${extrinsic}`}
      columns={[
        { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
        { name: "Epoch", numeric: true, cell: ({ epoch }) => epoch },
        { name: "Validator", cell: (report) => <ValidatorName hotkey={report.validator} /> },
        { name: "Hash", cell: ({ hash }) => <code className="cell-code">{hash}</code> },
        {
          name: "Scores",
          cell: ({ values }) => (values === null ? <span className="muted">not published</span> : <Json value={values} label="scores" />)
        },
        { name: "Call", cell: ({ at, extrinsic }) => <CallLink at={at} call={{ extrinsic, position: null }} /> }
      ]}
    />
  </Fold>
)
