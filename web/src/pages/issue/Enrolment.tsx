import type { IssueDetail, IssueStatus } from "../../api/types.ts"
import { EmptyState } from "../../components/EmptyState.tsx"
import { MinerName } from "../../components/MinerName.tsx"
import { Section } from "../../components/Section.tsx"
import { Table } from "../../components/Table.tsx"

/** Whether a pair can be drawn from the issue's field; null where there is nothing to draw. */
const fieldText = (enrolment: IssueDetail["enrolment"], status: IssueStatus): string | null => {
  if (enrolment === null || status !== "Open") return null
  const { needed, size } = enrolment.field
  return size < needed
    ? `No pair: field of ${size}, ${needed} needed. The issue waits until more of the enrolled miners are free, or more enrol.`
    : `Field of ${size}, ${needed} needed: a pair can be drawn.`
}

/** The miners that validators saw enrolled in the latest attested round. */
export const Enrolment = ({ enrolment, status }: { readonly enrolment: IssueDetail["enrolment"]; readonly status: IssueStatus }) => {
  const field = fieldText(enrolment, status)
  return (
    <Section
      title="Enrolled miners"
      {...(enrolment === null
        ? {}
        : {
            note: `as ${enrolment.validators} ${enrolment.validators === 1 ? "validator" : "validators"} attested in round ${enrolment.round}`
          })}
    >
      {field === null ? null : <p className="page-note">{field}</p>}
      {enrolment === null || enrolment.miners.length === 0 ? (
        <EmptyState title="No enrolments">
          {status === "Paid" || status === "Cancelled" ? (
            "The issue has ended: nobody can enrol any more."
          ) : (
            <>
              A miner enrols with <code>gittensor mine enroll</code>. Once a round, validators attest whom they saw, and the result appears
              here.
            </>
          )}
        </EmptyState>
      ) : (
        <Table
          caption="Enrolled miners"
          items={enrolment.miners}
          keyOf={({ uid }) => `${uid}`}
          columns={[
            { name: "UID", numeric: true, cell: ({ uid }) => uid },
            { name: "Miner", cell: ({ miner }) => (miner === null ? "not known" : <MinerName miner={miner} />) },
            { name: "Seen enrolled by", numeric: true, cell: ({ enrolledBy }) => `${enrolledBy} of ${enrolment.validators}` },
            { name: "Seen skipping by", numeric: true, cell: ({ skippedBy }) => `${skippedBy} of ${enrolment.validators}` }
          ]}
        />
      )}
    </Section>
  )
}
