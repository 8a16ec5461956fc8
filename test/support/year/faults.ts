/** What happens to a validator within a year, with the public reports of it. */
import { cpSync, rmSync, writeFileSync } from "node:fs"
import { Effect, Schedule } from "effect"
import pg from "pg"
import type { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { setOfSubnet } from "../cli/setOfSubnet.ts"
import { ask, fund, keyOf, NETUID, submitted, World } from "../cli/support.ts"
import { filled } from "../database/fullDisk.ts"
import type { Cluster } from "../database/server.ts"
import { call, connect, keyOf as polkadotKey, secondVersion, send } from "../devnet/support.ts"
import type { FaultyNode } from "./faultyNode.ts"
import type { Fault, Name, Pace, Program } from "./rehearsal.ts"

export interface Stage {
  /** The endpoints of the validator and the index, in this order. */
  readonly nodes: readonly [FaultyNode, FaultyNode]
  readonly programs: Map<Name, Program>
  readonly pace: Pace
  readonly postgres: Cluster
  /** The address of the index's database. */
  readonly database: string
  /** The small disk with the validator's data; undefined: it may not be mounted here. */
  readonly disk: string | undefined
  /** The validator's data folder, and where a copy of it is kept. */
  readonly data: string
  readonly copy: string
  readonly roster: { readonly file: string; readonly text: string }
  readonly uri: string
  /** Starts a second process with the hotkey. */
  readonly second: Effect.Effect<Program>
  /** Starts a validator while the hotkey belongs to nobody: it must end for good. */
  readonly refused: Effect.Effect<unknown, unknown, World>
  /** Merges the winner's pull request. */
  readonly merge: Effect.Effect<unknown, unknown, World | Chain>
  /** The last block in which the match can be won. */
  readonly deadline: number
}

const MANY = 1_000_000

/** The faults in their order. `brief`: those that CI plays. */
export const faultsOf = (stage: Stage) =>
  Effect.gen(function* () {
    const { nodes, programs, postgres, disk, data, copy, roster, uri } = stage
    const programOf = (name: Name) => {
      const program = programs.get(name)
      if (program === undefined) throw new Error(`no ${name} runs`)
      return program
    }
    /** Does something to the node that the validator uses. */
    const used = (act: (node: FaultyNode) => void) =>
      Effect.gen(function* () {
        const text = (yield* programOf("validator").metrics("/health")) ?? ""
        const node = nodes.find(({ endpoint: one }) => text.includes(`"endpoint":"${one}"`))
        if (node === undefined) throw new Error(`the validator uses no endpoint: ${text}`)
        act(node)
      })
    const { github, endpoint } = yield* World
    const { control } = github
    const sync = (run: () => void) => Effect.sync(run)
    const both = (act: (node: FaultyNode) => void) =>
      Effect.sync(() => {
        for (const node of nodes) act(node)
      })
    const mend = both((node) => node.mend())
    const signal = (name: Name, what: NodeJS.Signals) => sync(() => process.kill(programOf(name).running().pid, what))
    const copied = (from: string, to: string) =>
      sync(() => {
        rmSync(to, { recursive: true, force: true })
        cpSync(from, to, { recursive: true })
      })
    const noFaults = control.removeFaults({ payload: {} })
    const gitHub = (fault: Parameters<typeof control.addFault>[0]["payload"]["fault"]) => control.addFault({ payload: { fault } })
    const refuse = (form: "singleSignOn" | "permission" | "hidden" | null) =>
      control.refuseByOwner({ payload: { owner: "acme", login: "operator", form } })
    const query = (text: string) =>
      Effect.promise(async () => {
        const client = new pg.Client({ connectionString: stage.database })
        await client.connect()
        await client.query(text)
        await client.query("SELECT pg_reload_conf()")
        await client.end()
      })
    const swap = (from: string, to: string) =>
      Effect.gen(function* () {
        const [coldkey, before, after] = yield* Effect.all([keyOf(`${uri}//cold`), keyOf(from), keyOf(to)])
        yield* submitted(coldkey, "swap_hotkey", (api) =>
          call(api, "subtensorModule", "swapHotkeyV2", before.address, after.address, NETUID, false)
        )
      })
    const spend = Effect.gen(function* () {
      const [hotkey, alice] = yield* Effect.all([keyOf(uri), keyOf("//Alice")])
      yield* submitted(hotkey, "spend", (api) => call(api, "balances", "transferAll", alice.address, true))
    })
    const upgrade = Effect.gen(function* () {
      const api = yield* connect(endpoint)
      const code = call(api, "system", "setCode", `0x${Buffer.from(secondVersion).toString("hex")}`)
      yield* send(call(api, "sudo", "sudoUncheckedWeight", code, { refTime: 0, proofSize: 0 }), yield* polkadotKey("//Alice"))
    }).pipe(Effect.scoped)
    const still = (isStill: boolean) => sync(() => Object.assign(stage.pace, { isStill }))
    const sent = Effect.map(programOf("validator").metrics("/metrics"), (text = "") =>
      Number(/^gittensor_transactions_total\{result="included"\} (\d+)/m.exec(text)?.[1] ?? 0)
    )
    const sentAgain = Effect.flatMap(sent, (before) =>
      Effect.repeat(sent, { until: (now) => now > before, schedule: Schedule.spaced("100 millis") })
    )
    let filler = ""

    type Played = Fault<World | Chain> & { readonly brief?: true }
    type More = Partial<Pick<Played, "brief" | "by" | "end" | "fees" | "lasts" | "slower" | "until">>
    type Act = Played["begin"]
    const fault = (what: string, says: RegExp | undefined, begin: Act, end: Act = Effect.void, more: More = {}): Played => {
      return { what, says, begin, end, ...more }
    }
    type Faulty = (act: (node: FaultyNode) => void) => Act
    const node = (where: Faulty, what: string, says: RegExp | undefined, act: (node: FaultyNode) => void, more: More = {}): Played => {
      return { what, says, begin: where(act), end: mend, ...more }
    }
    const onGitHub = (what: string, says: RegExp | undefined, fault: Parameters<typeof gitHub>[0], more: More = {}): Played => {
      return { what, says, begin: gitHub(fault), end: noFaults, ...more }
    }
    const lost = /the connection to the chain is lost|is left for another/
    const all: ReadonlyArray<Played> = [
      node(used, "the endpoint in use loses its subscriptions, and answers rightly", lost, (one) => one.loseSubscriptions()),
      node(used, "the endpoint in use refuses requests: over its limit", /rate limit/, (one) =>
        one.fail(/./, -32_999, "RPC rate limit exceeded")
      ),
      node(
        used,
        "the endpoint in use has pruned what is asked",
        undefined,
        (one) => one.fail(/^state_/, 4_003, "Client error: UnknownBlock: State already discarded for 0x12"),
        { lasts: 100 }
      ),
      // A socket that stays open while the server stops answering: https://github.com/entrius/allways/issues/724
      node(
        used,
        "the endpoint in use is silent on open connections",
        /the connection to the chain is lost.*no answer in ([12]?\d|30)s/,
        (one) => {
          one.ignore(/./)
          one.announceNo(/./)
        },
        { brief: true }
      ),
      // One method never answers: https://github.com/paritytech/substrate/issues/11239
      node(both, "both endpoints never answer chain_getFinalizedHead", /did not answer|no answer/, (one) =>
        one.ignore(/^chain_getFinalizedHead$/)
      ),
      fault(
        "the endpoint in use's finalised head stays",
        /its finalised head is block|is left for another/,
        Effect.flatMap(ask(endpoint, "chain_getFinalizedHead"), (hash) => used((one) => one.sleepAt(String(hash)))),
        mend
      ),
      // Nodes under load close connections: https://github.com/subquery/subql/issues/472
      node(both, "both endpoints close all connections", /closed the connection/, (one) => one.cut()),
      // A proxy that takes connections whose node is gone: https://github.com/polkadot-js/api/issues/3538
      node(both, "both endpoints are down", /the connection to the chain is lost|no connection/, (one) => one.stop(), {
        brief: true,
        lasts: 60
      }),
      node(both, "both endpoints take two seconds for each answer", undefined, (one) => one.answerAfter(2_000), { lasts: 200 }),
      // https://github.com/masa-finance/agent-arena-subnet/issues/135
      node(
        both,
        "the node calls every second transaction outdated",
        undefined,
        (one) => one.fail(/^author_submit/, 1_010, "Invalid Transaction", { data: "Transaction is outdated" }),
        { lasts: 200 }
      ),
      // https://github.com/paritytech/substrate-api-sidecar/issues/933
      node(both, "the transaction pool is full", /Immediately Dropped/, (one) =>
        one.fail(/^author_submit/, 1_016, "Immediately Dropped", {
          every: 1,
          data: "The transaction couldn't enter the pool because of the limit"
        })
      ),
      // https://github.com/polkadot-js/api/issues/2491
      node(both, "the node says that a transaction's priority is too low", /Priority is too low/, (one) =>
        one.fail(/^author_submit/, 1_014, "Priority is too low", { every: 1 })
      ),
      node(both, "what becomes of transactions is not announced", undefined, (one) => one.announceNo(/^author_/), { lasts: 200 }),
      node(both, "the nonce cannot be asked for", /system_accountNextIndex|no nonce/, (one) =>
        one.fail(/^system_accountNextIndex$/, -32_000, "no nonce", { every: 1 })
      ),
      fault("the chain stands still", /no finalised block|no new block/, still(true), still(false)),
      fault(
        "the subnet wants a newer version of weights",
        /version/,
        setOfSubnet("sudoSetWeightsVersionKey", 1_000_000),
        setOfSubnet("sudoSetWeightsVersionKey", 0)
      ),
      fault("the tempo is halved", undefined, setOfSubnet("sudoSetTempo", 180), setOfSubnet("sudoSetTempo", 360), { lasts: 400 }),
      fault(
        "the hotkey is swapped, and back",
        /the hotkey \w+ was swapped for \w+, which has its UID/,
        swap(uri, `${uri}//heir`),
        Effect.zipRight(stage.refused, swap(`${uri}//heir`, uri)),
        { brief: true, lasts: 60, fees: 1 }
      ),
      fault(
        "the hotkey has nothing left for fees",
        /for fees|no funds for the fee|Inability to pay/,
        spend,
        Effect.flatMap(keyOf(uri), ({ address }) => fund([address], 1_000_000_000_000n))
      ),
      // https://github.com/octokit/octokit.net/issues/2786
      onGitHub("GitHub refuses a good token once", undefined, { _tag: "Status", status: 401, times: 1 }, { lasts: 50 }),
      onGitHub("the token has expired, and is renewed", /does not know token/, { _tag: "Status", status: 401, times: MANY }),
      // GitHub's page for people instead of an answer: https://github.com/octokit/graphql.js/issues/554
      fault(
        "GitHub is down when the winner's pull request is merged, until after the deadline",
        /GitHub/,
        Effect.zipRight(stage.merge, gitHub({ _tag: "Status", status: 502, times: MANY })),
        noFaults,
        { brief: true, until: stage.deadline + 20 }
      ),
      onGitHub("GitHub limits requests for 20 seconds", undefined, { _tag: "RateLimited", reset: 20, times: 5 }, { lasts: 200 }),
      onGitHub("GitHub does not answer", /GitHub/, { _tag: "Hang", times: MANY }, { slower: 5 }),
      onGitHub("GitHub's answers break off", /GitHub/, { _tag: "Cut", times: MANY }),
      fault("the organisation turns on single sign-on", /keeps what belongs to acme/, refuse("singleSignOn"), refuse(null)),
      // A fine-grained token: https://github.com/gavinr/github-csv-tools/issues/109
      fault("the token loses a permission", /keeps what belongs to acme/, refuse("permission"), refuse(null)),
      // https://github.com/cli/cli/issues/13350
      fault("the organisation's repositories are hidden from the token", undefined, refuse("hidden"), refuse(null), { lasts: 100 }),
      fault(
        "the roster's file is broken when the validator starts",
        /roster .* can't be used/,
        programOf("validator").restart(
          "SIGTERM",
          sync(() => writeFileSync(roster.file, "{"))
        ),
        sync(() => writeFileSync(roster.file, roster.text))
      ),
      fault(
        "the validator's machine sleeps for ten seconds",
        undefined,
        Effect.zipRight(signal("validator", "SIGSTOP"), Effect.zipRight(Effect.sleep("10 seconds"), signal("validator", "SIGCONT")))
      ),
      fault(
        "a second process starts with the hotkey",
        /another process/,
        Effect.map(stage.second, (program) => programs.set("second validator", program)),
        Effect.gen(function* () {
          yield* programs.get("second validator")?.end ?? Effect.void
          programs.delete("second validator")
        }),
        { by: "second validator" }
      ),
      fault("the validator is killed", undefined, programOf("validator").restart("SIGKILL", copied(data, copy)), Effect.void, {
        brief: true,
        lasts: 120
      }),
      // It looks back over 60 blocks. On a busy machine as many come while it starts, so the chain stands still behind what it sent last.
      fault(
        "the data folder of two days ago is restored",
        /another process validates with this hotkey.*in block/,
        Effect.all([sentAgain, still(true), programOf("validator").restart("SIGTERM", copied(copy, data))]),
        still(false),
        { brief: true }
      ),
      ...(disk === undefined
        ? []
        : [
            fault(
              "the data folder's disk is full",
              /free space|cannot be written|full|ENOSPC/,
              Effect.map(filled(disk), (made) => {
                filler = made
              }),
              sync(() => rmSync(filler))
            )
          ]),
      fault(
        "Postgres is killed, and starts again",
        /database|Postgres/,
        Effect.promise(() => postgres.stop("immediate")),
        Effect.promise(() => postgres.start()),
        { by: "index", brief: true }
      ),
      fault(
        "Postgres does not answer",
        /timeout|no answer|database/i,
        sync(() => postgres.signal("SIGSTOP")),
        sync(() => postgres.signal("SIGCONT")),
        { by: "index" }
      ),
      // https://github.com/cloudnative-pg/cloudnative-pg/issues/1254
      fault(
        "Postgres fails over to a server that is read-only for a while",
        /read-only/,
        query("ALTER SYSTEM SET default_transaction_read_only = on"),
        query("ALTER SYSTEM SET default_transaction_read_only = off"),
        { by: "index" }
      ),
      fault(
        "the index and the server are killed",
        undefined,
        Effect.zipRight(signal("index", "SIGKILL"), signal("server", "SIGKILL")),
        Effect.void,
        { lasts: 50 }
      ),
      // Finality that jumps by more than a node announces: https://github.com/polkadot-js/api/issues/4917
      fault("finality jumps by 50 blocks", undefined, ask(endpoint, "dev_fastForward", 50)),
      fault("the runtime is upgraded, with other numbers and types", undefined, upgrade, Effect.void, { lasts: 50 })
    ]
    return all
  })
