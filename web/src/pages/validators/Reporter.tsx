import type { Problem } from "../../api/ask.ts"
import { endpoints } from "../../api/endpoints.ts"
import { FaultNotice } from "../../components/FaultNotice.tsx"
import { PageHead } from "../../components/PageHead.tsx"
import { PageSkeleton } from "../../components/PageSkeleton.tsx"
import { ApiProblem } from "../../components/ProblemState.tsx"
import { useList } from "../../data/hooks.ts"
import { shortAccount } from "../../format/names.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"
import { Consensus } from "./Consensus.tsx"

interface Props {
  readonly hotkey: string
  /** Why there is no answer about it as a voter on bounties. */
  readonly problem: Problem
  readonly again: () => void
}

/** A validator of the subnet that has no vote on bounties but reports scores. Whoever did neither is not found. */
export const Reporter = ({ hotkey, problem, again }: Props) => {
  const epochs = useList(endpoints.consensusEpochs({ validator: hotkey }))
  const faults = useList(endpoints.evidence({ validator: hotkey, severity: "wrong" }))
  const isMissing = problem.kind === "missing"
  const isReading = [epochs, faults].some((list) => list.items === undefined && list.problem === undefined)
  if (isMissing && isReading) return <PageSkeleton />
  if (!isMissing || epochs.items === undefined || epochs.items.length === 0)
    return (
      <div className="page">
        <PageHead title="Validator" />
        <ApiProblem problem={problem} again={again} />
      </div>
    )
  return (
    <div className="page">
      <PageHead title={`Validator ${shortAccount(hotkey)}`} over={<Link to={pageAddress("validators")}>Validators</Link>}>
        <p className="page-note">It is not on the contract's whitelist: it reports scores, and has no vote on bounties.</p>
        <FaultNotice evidence={faults.items ?? []} more={faults.more} />
      </PageHead>
      <Consensus validator={hotkey} />
    </div>
  )
}
