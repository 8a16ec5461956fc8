/** Two repositories that consent to comments, on a stand-in, and the index's comments on their issues. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect } from "effect"
import { type StandInOptions, start } from "../../../lab/devnet/github/StandIn.ts"
import type { Paces } from "../../../src/dashboard/comments/writer.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { makeWith } from "../../../src/layers/github/GitHubComments.ts"
import { ALICE } from "../api/seed.ts"
import { settingsFor } from "../github/story.ts"

export const ORIGIN = { chain: `0x${"1".repeat(64)}`, contract: ALICE, publicUrl: "https://page.example", contact: "https://owner.example" }

export const WIDGETS = RepositoryName.make("acme/widgets")
export const GADGETS = RepositoryName.make("acme/gadgets")
export const number = IssueNumber.make

/** No delays, except in tests about them. */
export const AT_ONCE: Paces = {
  edits: Duration.zero,
  settled: Duration.zero,
  choices: Duration.zero,
  refused: Duration.zero,
  failed: Duration.zero,
  refusedHead: Duration.days(1)
}

/** The file by which a repository consents to comments. */
export const wishOf = (repository: string) => `bounties: true\nrepository: ${repository}\ncomments: true\n`

/** The id of Alice's account in the seed. */
const ADA = 501

/** The stand-in with the writer's account. Issues 1 and 2 of the seed are at acme/widgets#42 and acme/gadgets#7. */
export const gitHub = (options: Partial<StandInOptions> = {}) =>
  Effect.gen(function* () {
    const { url, control } = yield* start({ port: 0, facts: [], limits: { anonymous: 1_000_000 }, ...options })
    yield* control.createUser({ payload: { login: "ada", id: ADA } })
    const writer = yield* control.createUser({ payload: { login: "writer" } })
    for (const [repository, issue] of [
      [WIDGETS, 42],
      [GADGETS, 7]
    ] as const) {
      yield* control.createRepository({
        payload: { repository, files: { ".gittensor.yml": wishOf(repository), "README.md": "# A repository\n" } }
      })
      yield* control.openIssue({ payload: { repository, number: number(issue), title: "It crashes", author: "ada" } })
    }
    return { url, control, writer }
  })

/** A GitHub client with the writer's token, without retry pauses that a test does not want. */
export const commentsOf = (url: string, token: string) => makeWith(settingsFor(url, [token], 0))

interface Shown {
  readonly id: number
  readonly body: string
  readonly user: { readonly login: string }
}

/** The comments on an issue. */
export const shown = (url: string, repository: string, issue: number) =>
  Effect.promise(async () => {
    const answer: unknown = await (await fetch(`${url}/repos/${repository}/issues/${issue}/comments?per_page=100`)).json()
    return Array.isArray(answer) ? (answer as ReadonlyArray<Shown>) : []
  })

/** The number of Alice's pull request for the first issue, in the seed. */
export const PULL = 77

/** Opens Alice's pull request from a fork, and gives the writer push access to the repository, as maintainers do for statuses. */
export const competing = ({ control }: Pick<Effect.Effect.Success<ReturnType<typeof gitHub>>, "control">) =>
  Effect.gen(function* () {
    yield* control.openPullRequest({
      payload: { repository: WIDGETS, number: number(PULL), title: "A try", author: "ada", fromFork: true }
    })
    yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["writer"] } })
  })

/** Resets the seed's competition to running. */
export const running = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`UPDATE issues SET status = 'Competing', updated_at = 15 WHERE id = 1`
  yield* sql`UPDATE competitions SET status = 'Running', winner = NULL, pull_request = NULL, ended_at = NULL WHERE id = 1`
  yield* sql`UPDATE pull_requests SET state = 'open', merged_at = NULL, closed_at = NULL WHERE number = ${PULL}`
  yield* sql`DELETE FROM quality_records`
})

/** Removes the votes on the seed's competition, so that its statuses show the deadline. */
export const undecided = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* running
  yield* sql`DELETE FROM votes WHERE issue = 1`
})

/** Moves the competition's deadline, which changes its statuses. */
export const until = (deadline: number) =>
  Effect.flatMap(SqlClient, (sql) => sql`UPDATE competitions SET deadline = ${deadline} WHERE id = 1`)

interface ShownStatus {
  readonly state: string
  readonly context: string
  readonly description: string
  readonly target_url: string
  readonly creator: { readonly login: string }
}

const json = async (address: string): Promise<unknown> => (await fetch(address)).json()

/** The hash of a pull request's head. */
export const headOf = (url: string, repository: string = WIDGETS, pull = PULL) =>
  Effect.promise(
    async () => ((await json(`${url}/repos/${repository}/pulls/${pull}`)) as { readonly head: { readonly sha: string } }).head.sha
  )

/** The statuses of a pull request's head, newest first. */
export const statuses = (url: string, repository: string = WIDGETS, pull = PULL) =>
  Effect.flatMap(headOf(url, repository, pull), (sha) =>
    Effect.promise(
      async () => (await json(`${url}/repos/${repository}/commits/${sha}/statuses?per_page=100`)) as ReadonlyArray<ShownStatus>
    )
  )

/** Replaces the earlier choices of a repository's maintainers. */
export const choose = (
  control: Effect.Effect.Success<ReturnType<typeof gitHub>>["control"],
  repository: RepositoryName,
  base: string,
  head: string
) => control.pushCommit({ payload: { repository, message: "Choose", by: "acme", contents: [{ path: ".gittensor.yml", base, head }] } })

/** Raises the second issue's funding, as a harvest does. */
export const funded = (rao: string) => Effect.flatMap(SqlClient, (sql) => sql`UPDATE issues SET funded = ${rao} WHERE id = 2`)
