/** A repository of the roster with issues that could get bounties, and the owner's bounty file. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { folder, World } from "../cli/support.ts"

export const WIDGETS = RepositoryName.make("acme/widgets")
const DAY = 86_400_000

/**
 * A repository with five open issues: 1 with the label gittensor, 2 with "help wanted", 3 without a label, 4 that somebody works on, 5 with the label
 * gittensor.
 */
export const place = Effect.gen(function* () {
  const { control } = (yield* World).github
  const path = yield* folder
  yield* control.createUser({ payload: { login: "ada" } })
  yield* control.createRepository({ payload: { repository: WIDGETS, files: { "src/a.ts": "export const a = 1\n" } } })
  const now = Date.now()
  for (const [number, age] of [
    [1, 30],
    [2, 60],
    [3, 90],
    [4, 30],
    [5, 20]
  ] as const)
    yield* control.openIssue({ payload: { repository: WIDGETS, title: `Issue ${number}`, author: "ada", at: now - age * DAY } })
  const label = (number: number, name: string) =>
    control.remark({
      payload: { repository: WIDGETS, number: IssueNumber.make(number), by: "ada", remark: { _tag: "Labeled", label: name } }
    })
  yield* label(1, "gittensor")
  yield* label(2, "help-wanted")
  yield* label(4, "gittensor")
  yield* label(5, "gittensor")
  yield* control.setPeople({ payload: { repository: WIDGETS, number: IssueNumber.make(4), assignees: ["ada"] } })
  const [roster, bounties, data] = [join(path, "roster.json"), join(path, "bounties.json"), join(path, "owner")]
  writeFileSync(roster, JSON.stringify({ "acme/widgets": { emission_share: 0.5 }, "acme/nowhere": { emission_share: 0.1 } }))
  writeFileSync(bounties, JSON.stringify({ week: "250", labels: { gittensor: "100", "help wanted": "60" } }))
  return {
    control,
    path,
    data,
    roster,
    bounties,
    suggest: ["owner", "suggest", "--roster", roster],
    /** "ada" has no visible push, so no account with push access has consented. */
    register: ["--register", "--bounty-by-label", bounties, "--data", data, "--without-consent", "a test", "--yes-although"]
  }
})
