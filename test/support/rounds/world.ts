/**
 * A dev chain in the middle of a season: the real contract on the real runtime, with the requested numbers of neurons, issues, competitions and
 * attestations. Transactions deploy the contract. Then the chain stops, and the state that months of calls would have left is written into the
 * contract's storage cells. The chain continues from there.
 */
import { Database } from "bun:sqlite"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schema, type Scope } from "effect"
import type { DevChain } from "../../../lab/devnet/chain/DevChain.ts"
import artifact from "../../../src/contract-client/artifact.generated.json"
import { contractCode, contractCodec } from "../../../src/contract-client/artifact.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { CellValue } from "../../../src/contract-client/cells.generated.ts"
import { type Cell, cellOf, cellOfId, cells, collateralCell, readCell } from "../../../src/contract-client/cells.ts"
import type { Competition, Competitor, ContractConfig, Issue, IssueStatus } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { makeCodec, Types } from "../../search/contract/fuzz/scale.ts"
import { defaults } from "../contract/settings.ts"
import { NETUID } from "../contract/subnet.ts"
import { call, connect, devChain, keyOf, query, send } from "../devnet/support.ts"

export interface Season {
  /** Neurons beside those of the subnet owner and the validators. */
  readonly miners: number
  /** The dev chain's three validators attest all of them. */
  readonly openIssues: number
  readonly runningCompetitions: number
  /** Competitions that have ended. */
  readonly endedCompetitions: number
  /** The number of miners enrolled for each open issue. */
  readonly enrolled: number
  readonly collateralBps: number
}

export interface SeasonChain {
  readonly dev: DevChain
  readonly contract: AccountAddress
  readonly config: ContractConfig
  /** A validator on the whitelist. */
  readonly validator: AccountAddress
  /** The first block of the round in which the open issues are attested. The chain starts one block before it. */
  readonly start: number
}

const OWNER = "//Alice"
const ALPHA = 1_000_000_000n
const BOUNTY = 100n * ALPHA
const GAS = { refTime: 500_000_000_000n, proofSize: 10_000_000n }
const ROUND = 300
const ATTEST = 50
/** The competitions are spread over the blocks before this one. */
const START = 2 * ROUND
const VALIDATORS = ["//Validator1", "//Validator2", "//Validator3"] as const
/** The validators' stakes, now and as noted on each of the last days. */
const STAKES = [50_000n * ALPHA, 30_000n * ALPHA, 20_000n * ALPHA]

/** An account derived from a name. Nobody holds its key. */
const accountOf = (name: string): AccountAddress => fromPublicKey(new Uint8Array(new Bun.CryptoHasher("blake2b256").update(name).digest()))

/** UIDs 0 to 3 belong to the subnet owner and the validators. */
const FIRST_MINER = 4
const minerOf = (index: number): Competitor => ({
  uid: FIRST_MINER + index,
  hotkey: accountOf(`miner ${index}`),
  coldkey: accountOf(`coldkey of miner ${index}`)
})

const Stored = Schema.Struct({
  storage: Schema.Struct({
    root: Schema.Struct({
      ty: Schema.Number,
      layout: Schema.Struct({
        struct: Schema.Struct({
          fields: Schema.Array(
            Schema.Struct({
              name: Schema.String,
              layout: Schema.Struct({ root: Schema.optional(Schema.Struct({ root_key: Schema.String, ty: Schema.Number })) })
            })
          )
        })
      })
    })
  }),
  types: Types
})

/** Encoders of storage cells, by the key of their field. */
const encoders = () => {
  const { storage, types } = Schema.decodeUnknownSync(Stored)(artifact)
  const codec = makeCodec(types)
  const byPrefix = new Map(
    storage.root.layout.struct.fields.flatMap(({ layout }) =>
      layout.root === undefined ? [] : [[layout.root.root_key.slice(2), codec.parameters(layout.root.ty).V ?? -1] as const]
    )
  )
  return {
    root: (value: unknown) => codec.encode(storage.root.ty, value),
    of: (prefix: string, value: unknown) => codec.encode(byPrefix.get(prefix) ?? -1, value)
  }
}

/** The cells that the season's calls would have left: competitions spread over the blocks before the round, the newest still running. */
const cellsOf = (season: Season, validators: CellValue<"validators">, root: CellValue<"root">) => {
  const encode = encoders()
  const written: Array<readonly [key: string, value: Uint8Array]> = []
  const put = <Value>(cell: Cell<Value>, value: Uint8Array) => written.push([cell.key.slice(2), value])

  const issue = (id: number, status: IssueStatus, competition: number | null, attempts = 0): Issue => ({
    id,
    repository: `acme/widgets-${id % 40}`,
    number: id,
    bounty: BOUNTY + BigInt(id % 7) * ALPHA,
    funded: BOUNTY,
    status,
    registeredAt: 1,
    attempts,
    competition
  })
  const putIssue = (value: Issue) => put(cellOfId(cells.issues, value.id), encode.of(cells.issues.prefix, value))
  const all = season.endedCompetitions + season.runningCompetitions
  const step = (START - 100) / Math.max(1, all)
  const enrolledFor = (turn: number) =>
    bitmapOfUids(Array.from({ length: season.enrolled }, (_, index) => FIRST_MINER + ((turn * 17 + index) % season.miners)))

  let issues = 0
  for (let id = 1; id <= all; id++) {
    const startedAt = Math.floor(10 + (id - 1) * step)
    const [one, other] = [minerOf((id * 7) % season.miners), minerOf((id * 7 + 1 + (id % (season.miners - 1))) % season.miners)]
    const [a, b] = one.hotkey < other.hotkey ? [one, other] : [other, one]
    const isRunning = id > season.endedCompetitions
    const ending = id % 10
    const at = startedAt + 30
    const status: Competition["status"] = isRunning
      ? { _tag: "Running" }
      : ending < 7
        ? { _tag: "Won", winner: id % 2, pullRequest: id, at }
        : ending === 7
          ? { _tag: "Unsolved", at, slashA: true, slashB: true }
          : ending === 8
            ? { _tag: "Expired", at }
            : { _tag: "Void", reason: { _tag: "SolvedOutside" }, at }
    issues += 1
    putIssue(
      issue(
        issues,
        isRunning
          ? { _tag: "Competing" }
          : ending < 7
            ? { _tag: "Paid" }
            : { _tag: "Cancelled", value: { _tag: ending < 9 ? "NotPlanned" : "SolvedOutside" } },
        ending === 7 || ending === 8 ? null : id
      )
    )
    const competition: Competition = {
      id,
      issue: issues,
      round: Math.floor(startedAt / ROUND),
      a,
      b,
      enrolled: enrolledFor(id),
      skipped: bitmapOfUids([]),
      startedAt,
      submissionsFrom: startedAt + 4,
      deadline: startedAt + 20_000,
      outcomeUntil: startedAt + 30_000,
      challengePeriod: 12,
      collateral: 0n,
      slash: 0n,
      status
    }
    put(cellOfId(cells.competitions, id), encode.of(cells.competitions.prefix, competition))
  }
  const open = Array.from({ length: season.openIssues }, (_, index) => issues + index + 1)
  for (const id of open) {
    putIssue(issue(id, { _tag: "Open" }, null))
    const entries = validators.map(({ hotkey: validator }) => ({
      validator,
      at: START,
      enrolled: enrolledFor(id),
      skipped: bitmapOfUids([])
    }))
    put(cellOfId(cells.attestations, id), encode.of(cells.attestations.prefix, entries))
  }
  if (season.collateralBps > 0)
    for (let index = 0; index < season.miners; index++) {
      const { hotkey, coldkey } = minerOf(index)
      put(collateralCell(hotkey, coldkey), encode.of(cells.collaterals.prefix, { deposited: 10n * BOUNTY, locked: 0n }))
    }
  const issueCount = issues + season.openIssues
  const noted = STAKES.map((stake) => ({ before: stake, day: stake, since: stake }))
  const weighing = validators.map((one, index) => ({ ...one, noted: noted[index] ?? one.noted }))
  put(cellOf(cells.validators), encode.of(cells.validators.prefix, weighing))
  put(cellOf(cells.root), encode.root({ ...root, issueCount, competitionCount: all, nextToFund: issueCount + 1 }))
  return written
}

const genesis = (season: Season) =>
  Effect.gen(function* () {
    const validators = yield* Effect.forEach(VALIDATORS, (uri, index) =>
      Effect.all({ hotkey: keyOf(uri), coldkey: keyOf(`${uri}//cold`) }).pipe(
        Effect.map(({ hotkey, coldkey }) => ({
          hotkey: hotkey.address,
          coldkey: coldkey.address,
          stake: Number(STAKES[index] ?? 0n)
        }))
      )
    )
    const subnet = {
      netuid: NETUID,
      ownerHotkey: (yield* keyOf("//SubnetOwner//hot")).address,
      ownerColdkey: (yield* keyOf("//SubnetOwner")).address,
      tempo: 360,
      alphaEmissionPerBlock: 0,
      neurons: [
        ...validators,
        ...Array.from({ length: season.miners }, (_, index) => minerOf(index)).map(({ hotkey, coldkey }) => ({ hotkey, coldkey, stake: 0 }))
      ]
    }
    return { subtensorModule: { subnets: [subnet] } }
  })

/** Deploys the contract and advances to the block before the round. Returns the values that the cells contain. */
const deploy = (season: Season, folder: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { chain, endpoint } = yield* devChain({ keep: folder, genesis: yield* genesis(season) }).pipe(Effect.orDie)
      const api = yield* connect(endpoint)
      const owner = yield* keyOf(OWNER)
      const given: ContractConfig = {
        ...defaults,
        roundLength: ROUND,
        attestBlocks: ATTEST,
        maxCompetitionsPerMiner: 4,
        collateralBps: season.collateralBps,
        ...treasuryOf({
          spawner: accountOf("spawner of the treasury"),
          block: 1,
          extrinsic: 1,
          proxyType: 0,
          index: 0,
          salt: `0x${"07".repeat(32)}`
        })
      }
      const submit = (name: string, ...args: ReadonlyArray<unknown>) => Effect.orDie(send(call(api, "contracts", name, ...args), owner))
      const constructor = contractCodec.encodeConstructor({ config: { ...given, ownerDelay: 0 } })
      const created = yield* submit("instantiateWithCode", 0, GAS, null, contractCode, constructor, "0x")
      const config = { ...given, rosterSignerSince: chain.head().number }
      const contract = created.events.find(({ event }) => event.method === "Instantiated")?.event.data[1]?.toString()
      if (contract === undefined) return yield* Effect.dieMessage("there is no contract")
      const whitelist = yield* Effect.forEach(VALIDATORS, (uri) => Effect.map(keyOf(uri), ({ address }) => AccountAddress.make(address)))
      for (const [index, uri] of VALIDATORS.entries()) {
        const coldkeys = [AccountAddress.make((yield* keyOf(`${uri}//cold`)).address)]
        const data = contractCodec.encodeMessage("addValidator", { hotkey: whitelist[index] ?? config.treasuryHotkey, coldkeys })
        yield* submit("call", contract, 0, GAS, null, data)
      }
      const endOfSetup = contractCodec.encodeMessage("setConfig", { settings: [{ _tag: "OwnerDelay", value: config.ownerDelay }] })
      yield* submit("call", contract, 0, GAS, null, endOfSetup)
      yield* Effect.orDie(chain.fastForward(START - 1 - chain.head().number))
      const info = yield* query(api, "contracts", "contractInfoOf", contract)
      if (typeof info !== "object" || info === null || !("trieId" in info)) return yield* Effect.dieMessage("there is no contract")
      const child = String(info.trieId).slice(2)
      const stored = <Value>(cell: Cell<Value>) => {
        const bytes = chain.stateOf(chain.head())?.get(child, cell.key.slice(2))
        return bytes === undefined ? Effect.dieMessage("the contract lacks a cell") : Effect.sync(() => readCell(cell, bytes))
      }
      const [validators, root] = yield* Effect.all([stored(cellOf(cells.validators)), stored(cellOf(cells.root))])
      return { child, contract: AccountAddress.make(contract), config, whitelist, written: cellsOf(season, validators, root) }
    })
  )

/** Starts a season's chain at the block before a round. */
export const seasonChain = (season: Season): Effect.Effect<SeasonChain, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-season-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const { child, contract, config, whitelist, written } = yield* deploy(season, folder)
    const database = new Database(join(folder, "chain.sqlite"), { strict: true })
    const insert = database.query("INSERT OR REPLACE INTO state (child, key, block, value) VALUES (?, ?, ?, ?)")
    database.transaction(() => {
      for (const [key, value] of written) insert.run(child, key, START - 1, value)
    })()
    database.close()
    const dev = yield* devChain({ keep: folder, genesis: yield* genesis(season), blockTime: "manual" }).pipe(Effect.orDie)
    return { dev, contract, config, validator: whitelist[0] ?? config.treasuryHotkey, start: START }
  })
