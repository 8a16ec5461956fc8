/** Facts for tests: short to write, complete when decoded. */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as BunContext from "@effect/platform-bun/BunContext"
import { Effect } from "effect"
import { load, type PullRequestFact } from "../../../lab/devnet/github/facts/GitHubFacts.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"

const START = Date.parse("2026-05-01T00:00:00Z")

interface Short {
  readonly number: number
  /** `login` or `login:id`. */
  readonly by: string
  readonly closes?: ReadonlyArray<number>
  readonly repository?: string
  readonly merged?: boolean
}

export const fact = ({ number, by, closes = [], repository = "acme/widgets", merged = true }: Short): PullRequestFact => {
  const [login = "", id] = by.split(":")
  return {
    repository: RepositoryName.make(repository),
    number: IssueNumber.make(number),
    title: `Change ${number}`,
    author: { id: id === undefined ? null : Number(id), login },
    authored_at: START + number * 60_000,
    merged_at: merged ? START + number * 60_000 + 30_000 : null,
    merge_commit_sha: merged ? number.toString(16).padStart(40, "0") : null,
    closes: closes.map((one) => IssueNumber.make(one)),
    files: [{ path: "src/a.ts", additions: 3, deletions: null }]
  }
}

const folder = new URL("../../../../shared/data/github/", import.meta.url)

/** Whether recorded facts of real repositories are present beside this repository. */
export const isShared = existsSync(folder)

export const loadShared = (name: string) => load(fileURLToPath(new URL(name, folder))).pipe(Effect.provide(BunContext.layer))
