/**
 * A year's faults, one after the other, around a validator, an index and a server, while a bounty is won: each is noticed and said, everything recovers, and
 * nothing is lost. CI plays some of them; `npm run bench -- year` plays all, for GITTENSOR_YEAR_MINUTES, or those that GITTENSOR_YEAR_FAULTS fits, and takes
 * what came of them from GITTENSOR_YEAR_ROWS.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Schedule, Scope } from "effect"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { endSetup, treasuryUid, weighed } from "../../support/cli/endSetup.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import { setOfSubnet } from "../../support/cli/setOfSubnet.ts"
import {
  ALPHA,
  ask,
  eventually,
  fails,
  folder,
  keyOf,
  register,
  run,
  runHere,
  secret,
  startChainHere,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { mayMount, smallDisk } from "../../support/database/fullDisk.ts"
import { hasPrograms, startCluster, urlOf } from "../../support/database/server.ts"
import { freePort } from "../../support/freePort.ts"
import { PATIENCE } from "../../support/watchdog.ts"
import { faultsOf } from "../../support/year/faults.ts"
import { startFaultyNode } from "../../support/year/faultyNode.ts"
import { startPrometheus } from "../../support/year/prometheus.ts"
import { keep, makePace, type Name, type Program, rehearse } from "../../support/year/rehearsal.ts"
import type { Row } from "../../support/year/row.ts"

const MINUTES = Number(process.env.GITTENSOR_YEAR_MINUTES ?? 0)
const ROWS = process.env.GITTENSOR_YEAR_ROWS
const ONLY = process.env.GITTENSOR_YEAR_FAULTS
const isBrief = MINUTES === 0
const BLOCKS_A_MINUTE = 600
/** The validator's hotkey, which the dev chain's genesis gives half of the stake. */
const URI = "//Validator1"
const repository = RepositoryName.make("acme/widgets")
const DAY = 86_400_000

const ROSTER = JSON.stringify({
  version: 1,
  emission: {
    version: 1,
    pools: { oss_contributions: { kind: "oss_contributions", share: 0.8 }, issue_competitions: { kind: "issue_competitions", share: 0.1 } }
  },
  repositories: { [repository]: { emission_share: 1, issue_discovery_share: 0 } },
  languages: { ts: { weight: 1, language: "typescript" } },
  token_weights: { structural_bonus: { function_declaration: 2 }, leaf_tokens: { identifier: 0.3 } }
})

/** A validator on the contract, and a funded issue with two miners. */
const prepare = Effect.gen(function* () {
  const { endpoint, github, ownerUri } = yield* World
  const { control } = github
  const [contract, subnet] = yield* Effect.all([Contract, Subnet])
  const owner = yield* keyOf(ownerUri)
  const now = Date.now()
  yield* control.createUser({ payload: { login: "ada", at: now - 90 * DAY } })
  yield* control.createRepository({ payload: { repository, files: { "README.md": "Widgets\n" }, at: now - 90 * DAY } })
  yield* control.changeRepository({ payload: { repository, members: ["ada"], at: now - 90 * DAY } })
  yield* control.openIssue({ payload: { repository, number: IssueNumber.make(1), title: "It squeaks", author: "ada" } })
  const [hotkey, coldkey] = yield* Effect.all([keyOf(URI), keyOf(`${URI}//cold`)])
  yield* contract.send("registerIssue", { repository, number: 1, bounty: 10n * ALPHA }, owner)
  yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner, "finalised")
  yield* endSetup
  yield* weighed
  // The treasury earns what the bounty takes.
  const treasury = yield* treasuryUid
  for (const name of [URI, "//Validator3"])
    yield* subnet.setWeights(yield* keyOf(name), { uids: [0, treasury], values: [65_535, 7_282], versionKey: 0 })
  yield* ask(endpoint, "dev_fastForward", 40)
  yield* setOfSubnet("sudoSetTempo", 360)
  const miner = (login: string) =>
    Effect.gen(function* () {
      const { token } = yield* control.createUser({ payload: { login, at: now - 60 * DAY } })
      const name = uri(login)
      const key = yield* register(name)
      yield* link(key, token)
      return { login, uri: name, hotkey: key.address }
    })
  return [yield* miner("bob"), yield* miner("cleo")] as const
})

const rehearsal = Effect.gen(function* () {
  const { env, endpoint, github } = yield* World
  const [chain, contract, miners] = yield* Effect.all([Chain, Contract, prepare])
  const nodes = yield* Effect.all([startFaultyNode(endpoint), startFaultyNode(endpoint)])
  const postgres = yield* Effect.acquireRelease(
    Effect.promise(() => startCluster()),
    (running) => Effect.promise(() => running.stop("immediate"))
  )
  const database = secret(urlOf(postgres.port, "postgres"))
  const disk = mayMount ? yield* smallDisk : undefined
  const data = join(disk ?? (yield* folder), "data")
  const copy = join(yield* folder, "data")
  const roster = { file: join(yield* folder, "roster.json"), text: ROSTER }
  writeFileSync(roster.file, ROSTER)
  const settings = { ...env, GITTENSOR_ENDPOINT: nodes.map((node) => node.endpoint).join(",") }
  const [axon, ...ports] = yield* Effect.promise(() => Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()]))
  const validate = (data: string, port: number) => [
    ...["validate", "--data", data, "--roster", roster.file, "--verdict-interval", "2s"],
    ...["--axon-host", "127.0.0.1", "--axon-port", String(port), "--axon-ip", "127.0.0.1"]
  ]
  const validator = yield* keep(validate(data, axon), { ...settings, GITTENSOR_URI: URI }, ports[0])
  const index = yield* keep(["index", "--follow", "--github-every", "2s"], { ...settings, DATABASE_URL: database }, ports[1])
  const server = yield* keep(["serve", "--port", "0"], { ...settings, DATABASE_URL: database }, ports[2])
  const programs = new Map<Name, Program>([
    ["validator", validator],
    ["index", index],
    ["server", server]
  ])
  const pace = yield* makePace(validator)
  const [own, indexing, serving] = ports
  const jobs = { "gittensor-validator": own, "gittensor-index": indexing, "gittensor-serve": serving }
  const firing = (isBrief ? undefined : yield* startPrometheus(jobs)) ?? Effect.succeed([])
  // For whoever looks into what a row says.
  const logs = Effect.sync(() => {
    for (const [name, program] of programs) writeFileSync(`${ROWS}.${name}.log`, program.log())
  })
  if (ROWS !== undefined) yield* Effect.forkScoped(Effect.repeat(logs, Schedule.spaced("5 seconds")))
  for (const { uri } of miners)
    yield* eventually(
      "the validator to take an enrolment",
      Effect.map(runHere(["mine", "enroll", "1", "--yes", "--human", "--json"], { ...env, GITTENSOR_URI: uri }), ({ code }) =>
        code === 0 ? true : undefined
      )
    )
  const match = yield* eventually(
    "the match",
    Effect.map(contract.stored("competition", { id: 1 }), (found) => found ?? undefined)
  )
  const untilBlock = (block: number) =>
    eventually(
      `block ${block}`,
      Effect.map(chain.finalisedHead, ({ number }) => (number >= block ? true : undefined))
    )
  yield* untilBlock(match.submissionsFrom + 1)
  const [winner] = miners
  const { number } = yield* github.control.openPullRequest({
    payload: { repository, title: "Oil it", author: winner.login, closes: [IssueNumber.make(1)] }
  })
  const all = yield* faultsOf({
    nodes,
    programs,
    pace,
    postgres,
    database,
    disk,
    data,
    copy,
    roster,
    uri: URI,
    second: Scope.extend(keep(validate(yield* folder, 0), { ...settings, GITTENSOR_URI: URI }, ports[3]), yield* Effect.scope),
    refused: Effect.map(
      Effect.flatMap(folder, (data) => run(validate(data, 0), { ...settings, GITTENSOR_URI: URI })),
      (outcome) => fails(outcome, 2, "is not registered on subnet", "the hotkey that replaced it")
    ).pipe(Effect.scoped),
    merge: Effect.zipRight(
      Effect.map(chain.finalisedHead, (head) => assert.isBelow(head.number, match.deadline, "the match is over")),
      github.control.mergePullRequest({ payload: { repository, number, by: "ada" } })
    ),
    deadline: match.deadline
  })
  const faults = all.filter(({ what, brief }) => (ONLY === undefined ? !isBrief || brief === true : new RegExp(ONLY).test(what)))
  assert.isNotEmpty(faults, `no fault fits ${ONLY}`)
  // CI's match is short: what happens to it comes first.
  if (isBrief) faults.sort((one, other) => (other.until ?? 0) - (one.until ?? 0))
  const rows: Array<Row> = []
  const told = (row: Row) => {
    rows.push(row)
    if (ROWS !== undefined) writeFileSync(ROWS, JSON.stringify(rows))
    console.log(JSON.stringify(row))
    if (isBrief) assert.deepStrictEqual(row.wrong, [], row.what)
  }
  yield* rehearse(faults, programs, {
    slot: ONLY === undefined ? Math.floor((MINUTES * BLOCKS_A_MINUTE) / faults.length) : 0,
    limit: isBrief ? Duration.millis(PATIENCE) : Duration.minutes(10),
    lastBegin: isBrief ? Number.POSITIVE_INFINITY : Date.now() + 2 * MINUTES * 60_000,
    uri: URI,
    pace,
    firing,
    told
  })
  assert.deepStrictEqual(
    rows.filter(({ wrong }) => wrong.length > 0).map(({ what, wrong }) => [what, ...wrong]),
    []
  )
  if (!faults.some(({ what }) => what.includes("winner"))) return

  const paid = yield* eventually(
    "the bounty to be paid",
    Effect.map(contract.stored("issue", { id: 1 }), (issue) => (issue?.status._tag === "Paid" ? issue : undefined))
  )
  assert.strictEqual(paid.funded, 10n * ALPHA)
  const ended = yield* contract.stored("competition", { id: 1 })
  const place = ended?.a.hotkey === winner.hotkey ? 0 : 1
  assert.deepInclude(ended?.status, { _tag: "Won", winner: place, pullRequest: number })
})

it.scopedLive.skipIf(!hasPrograms)("a validator, an index and a server through a year's faults", () =>
  rehearsal.pipe(
    Effect.provide(
      worldLayer(
        {
          day: 60,
          recycleAfter: 30_000,
          roundLength: 60,
          attestBlocks: 20,
          challengePeriod: 60,
          submissionWindow: 20,
          competitionLength: isBrief ? 120 : Math.max(600, (MINUTES * BLOCKS_A_MINUTE * 6) / 10)
        },
        startChainHere()
      )
    )
  )
)
