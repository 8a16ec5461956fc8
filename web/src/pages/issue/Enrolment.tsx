import type { IssueDetail, IssueStatus } from "../../api/types.ts"
import { EmptyState } from "../../components/EmptyState.tsx"
import { MinerName } from "../../components/MinerName.tsx"
import { Section } from "../../components/Section.tsx"
import { Table } from "../../components/Table.tsx"

/** The miners that validators saw enrolled in the latest attested round. */
export const Enrolment = ({ enrolment, status }: { readonly enrolment: IssueDetail["enrolment"]; readonly status: IssueStatus }) => (
  <Section
    title="Who is enrolled"
    {...(enrolment === null
      ? {}
      : {
          note: `as ${enrolment.validators} ${enrolment.validators === 1 ? "validator" : "validators"} attested in round ${enrolment.round}`
        })}
  >
    {enrolment === null || enrolment.miners.length === 0 ? (
      <EmptyState title="Nobody was seen enrolled">
        {status === "Paid" || status === "Cancelled" ? (
          "It is over: nobody can enrol any more."
        ) : (
          <>
            A miner enrols with <code>gittensor mine enroll</code>. Validators attest whom they saw once a round; then it stands here.
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
          { name: "Seen passing by", numeric: true, cell: ({ skippedBy }) => `${skippedBy} of ${enrolment.validators}` }
        ]}
      />
    )}
  </Section>
)
