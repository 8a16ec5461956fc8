import { plain } from "../../../src/story/sentence.ts"
import { tellUndecided, undecidedAt, WHY_UNDECIDED } from "../../../src/story/undecided.ts"
import { waitBehind } from "../../../src/story/waits.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { commandOn, type Place } from "../format/command.ts"
import { Command } from "./Command.tsx"

interface Props {
  readonly issue: number
  /** Null or undefined until the contract's address is known. */
  readonly chain: Place | null | undefined
}

/** How to see what each validator would vote, and why. */
export const HowJudged = ({ issue, chain }: Props) =>
  chain == null ? null : (
    <>
      <p>
        This command shows whether the project says that the issue is solved, which changes were merged and whose they are, and whether they
        were reverted. Each answer comes with its evidence and the votes:
      </p>
      <Command text={commandOn(`explain ${issue} --verdict`, chain)} />
    </>
  )

/** That a match is past its deadline and undecided, and what operators can do. Nothing otherwise. */
export const Undecided = ({
  competition,
  block,
  chain
}: Omit<Props, "issue"> & {
  readonly competition: Pick<CompetitionDetail, "id" | "issue" | "status" | "deadline" | "outcomeUntil" | "expiresFrom" | "outcome">
  /** The newest block; undefined while it is unknown. */
  readonly block: number | undefined
}) => {
  const undecided = undecidedAt({ ...competition, wait: waitBehind(competition) }, block)
  if (undecided === null) return null
  const { id, issue } = competition
  return (
    <div className="notice">
      <p>
        <strong>{plain(tellUndecided(id, issue, undecided.state))}.</strong> {WHY_UNDECIDED}
      </p>
      <HowJudged issue={issue.id} chain={chain} />
      {chain == null ? null : <Command text={commandOn(`vote ${issue.id} --solved-by HOTKEY --pull-request NUMBER`, chain)} />}
    </div>
  )
}
