import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { start } from "../../lab/devnet/github/StandIn.ts"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import { CYCLE, history } from "../../test/support/indexer/history.ts"
import { onePass } from "./program.ts"
const BLOCKS = Number(process.argv[2] ?? 1000)
await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
  const of = yield* history(BLOCKS / CYCLE)
  const { url, control } = yield* start({ port: 0, facts: [] })
  const { token } = yield* control.createUser({ payload: { login: "index" } })
  const repository = RepositoryName.make("acme/widgets")
  yield* control.createRepository({ payload: { repository } })
  for (let issue = 0; issue < BLOCKS / CYCLE; issue++) yield* control.openIssue({ payload: { repository, title: "Issue", author: "index" } })
  for (let turn = 0; turn < Number(process.argv[3] ?? 3); turn++) {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-bench-idx-"))
    const target = { endpoint: of.endpoint, contract: of.contract, database: ["--data", folder], gitHub: { url, token } }
    if (process.env.PROF) process.env.BUN_OPTIONS = `--cpu-prof --cpu-prof-dir=/tmp/prof/${turn}`
    const first = yield* Effect.promise(() => onePass(target))
    const second = yield* Effect.promise(() => onePass(target))
    console.log(JSON.stringify({ ...first, ratio: first.wallSeconds / first.pass.seconds, over: first.wallSeconds - first.pass.seconds, again: second.wallSeconds, againCpu: second.cpuSeconds }))
  }
})))
