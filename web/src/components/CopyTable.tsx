import type { Divergence } from "../api/types.ts"
import { copyText, pointsText } from "../format/consensus.ts"
import { Table } from "./Lists.tsx"
import { ValidatorName } from "./ValidatorName.tsx"

/** How near each other report is to an earlier consensus, as one validator measured it. */
export const CopyTable = ({ divergence: { epoch, copyable, copies } }: { readonly divergence: Divergence }) => (
  <>
    <h3>Copies</h3>
    <p className="muted">
      How much of each report of epoch {epoch} is the consensus of {copyable === null ? "an earlier epoch" : `epoch ${copyable}`} instead of
      what is new: an own report shows all that is new (0%), a copy nothing of it (100%).
    </p>
    <Table
      caption="Copy scores"
      items={copies}
      keyOf={({ hotkey }) => hotkey}
      columns={[
        { name: "Report of", cell: ({ hotkey }) => <ValidatorName hotkey={hotkey} /> },
        { name: "Copied", numeric: true, cell: ({ milli }) => copyText(milli) },
        {
          name: "New in the epoch",
          numeric: true,
          cell: ({ evidence }) => <span title="With little that is new, the score says little">{pointsText(evidence)}</span>
        }
      ]}
    />
  </>
)
