import { burdenLacks, burdenLines } from "../../../src/story/burden.ts"
import type { Repository } from "../api/types.ts"
import { Table } from "./Lists.tsx"
import { When } from "./Values.tsx"

interface Props {
  /** undefined: the index does not follow the repository, or has not asked GitHub yet. */
  readonly repository: Pick<Repository, "askedAt" | "burden" | "seenAt"> | undefined
}

/** A time that GitHub tells, without a block. */
const at = (time: string) => ({ block: null, time })

/** What maintainers had to do with pull requests of miners, and of everybody else. */
export const BurdenTable = ({ repository }: Props) => {
  if (repository === undefined) return <p className="muted">What pull requests ask of them is unknown: GitHub was not asked yet.</p>
  const { askedAt, burden, seenAt } = repository
  if (burden === null || seenAt === null)
    return (
      <p className="muted">
        What pull requests ask of them is unknown: GitHub did not show any, asked on <When at={at(askedAt)} as="time" />.
      </p>
    )
  return (
    <>
      <Table
        caption="What pull requests ask of its maintainers"
        items={burdenLines(burden)}
        keyOf={({ name }) => name}
        columns={[
          { name: "Pull requests", cell: ({ name }) => name },
          { name: "of miners", numeric: true, cell: ({ miners }) => miners },
          { name: "of everybody else", numeric: true, cell: ({ others }) => others }
        ]}
      />
      <p className="muted">
        Opened since <When at={at(burden.since)} as="time" />, as GitHub showed them on <When at={at(seenAt)} as="time" />, without those of
        bots and of the project’s own people{burdenLacks(burden).map((lack) => `; ${lack}`)}.
      </p>
    </>
  )
}
