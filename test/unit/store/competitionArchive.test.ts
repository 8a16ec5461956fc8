import { Database } from "bun:sqlite"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import type { Competition as StoredCompetition } from "../../../src/contract-client/generated.ts"
import type { Competition } from "../../../src/domain/Competition.ts"
import type { Found, Source, Wanted } from "../../../src/layers/chain/contract/Source.ts"
import * as State from "../../../src/layers/chain/contract/state.ts"
import * as CompetitionArchive from "../../../src/layers/storage/dataFolder/CompetitionArchive.ts"
import { folder } from "../../support/folder.ts"
import { account } from "../../support/rules/world.ts"
import { factsFrom, subject } from "../../support/store/archive.ts"

const inFolder = Effect.map(folder, (path) => join(path, "competitions.sqlite"))

/** Saves and loads with separate handles of the file, as separate processes do. */
const kept = (file: string, facts: CompetitionArchive.FinalState, of = subject()) =>
  Effect.scoped(Effect.flatMap(CompetitionArchive.make(file), (archive) => archive.keep(of, facts)))
const loaded = (file: string, of = subject()) => Effect.scoped(Effect.flatMap(CompetitionArchive.make(file), (archive) => archive.load(of)))

const nothing = { competitions: [], closedIssues: [], counts: { issues: 0, competitions: 0 } }

/** Runs an effect and collects its log. */
const logging = <A, E, R>(work: Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const recorder = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
  return Effect.map(Effect.provide(work, Logger.replace(Logger.defaultLogger, recorder)), (value) => ({ value, lines }))
}

describe("the archive of competitions", () => {
  it.scoped("returns what was saved, and the highest counts", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      assert.deepStrictEqual(yield* loaded(file), nothing)
      yield* kept(file, factsFrom(4, 9))
      yield* kept(file, factsFrom(1, 3))
      assert.deepStrictEqual(yield* loaded(file), { ...factsFrom(1, 9) })
    })
  )

  it.scoped("has nothing for another chain, contract or code", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      yield* kept(file, factsFrom(1, 3))
      for (const change of [
        { chain: `0x${"12".repeat(32)}` },
        { contract: account("contract", 2) },
        { codeHash: `0x${"23".repeat(32)}` }
      ]) {
        assert.deepStrictEqual(yield* loaded(file, subject(change)), nothing)
        yield* kept(file, factsFrom(7, 7), subject(change))
      }
      assert.deepStrictEqual(yield* loaded(file), factsFrom(1, 3))
    })
  )

  it.scoped("omits rows that were changed or moved", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      yield* kept(file, factsFrom(1, 5))
      yield* kept(file, factsFrom(9, 9), subject({ contract: account("contract", 2) }))
      yield* Effect.sync(() => {
        const database = new Database(file)
        database.run(`UPDATE facts SET value = replace(value, '"winner":1', '"winner":0') WHERE kind = 'competition' AND id = 1`)
        database.run("UPDATE facts SET value = '1' WHERE kind = 'issue' AND id = 2")
        database.run("UPDATE facts SET subject = 1 WHERE id = 9")
        database.close()
      })
      const { competitions, closedIssues } = yield* loaded(file)
      assert.deepStrictEqual(
        [competitions.map(({ id }) => id), closedIssues.map(({ id }) => id)],
        [
          [2, 3, 4, 5],
          [1, 3, 4, 5]
        ]
      )
    })
  )

  it.scoped("works without a file that cannot be opened, and says so once", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "file")
      yield* Effect.sync(() => writeFileSync(path, ""))
      const { value, lines } = yield* logging(
        Effect.scoped(
          Effect.gen(function* () {
            const archive = yield* CompetitionArchive.make(join(path, "competitions.sqlite"))
            yield* archive.keep(subject(), factsFrom(1, 3))
            yield* archive.keep(subject(), factsFrom(4, 5))
            return yield* archive.load(subject())
          })
        )
      )
      assert.deepStrictEqual(value, nothing)
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /^WARN .*check its folder and its permissions/)
    })
  )
})

/** A contract with `ended` final competitions and one running. It counts its requests. */
const contractWith = (ended: number) => {
  const facts = factsFrom(1, ended)
  const dates = { round: 1, submissionsFrom: 1, deadline: 1, outcomeUntil: 1, challengePeriod: 12, collateral: 0n, slash: 0n }
  const stored = (competition: Competition): StoredCompetition => ({
    ...competition,
    ...dates,
    enrolled: `0x${competition.enrolled.toHex()}`,
    skipped: `0x${competition.skipped.toHex()}`,
    status: competition.status
  })
  const running = stored({ ...(factsFrom(ended + 1, ended + 1).competitions[0] as Competition), status: { _tag: "Running" } })
  const competitions = [...facts.competitions.map(stored), running]
  const issues = competitions.map(({ issue, id }) => ({
    id: issue,
    repository: "acme/widgets",
    number: issue,
    bounty: 1n,
    funded: 1n,
    status: id === running.id ? ({ _tag: "Competing" } as const) : ({ _tag: "Paid" } as const),
    registeredAt: 1,
    attempts: 1,
    competition: id
  }))
  const asked: Array<Wanted> = []
  const answer = (wanted: Wanted): Found => {
    asked.push(wanted)
    return {
      issues: issues.filter(({ id }) => wanted.issues.includes(id)),
      competitions: competitions.filter(({ id }) => wanted.competitions.includes(id))
    }
  }
  const source = {
    head: (guess: Wanted) =>
      Effect.sync(() => ({
        head: { config: {}, validators: [], issueCount: ended + 1, competitionCount: ended + 1 },
        found: answer(guess)
      })),
    more: (wanted: Wanted) => Effect.sync(() => answer(wanted))
  }
  return { source: source as unknown as Source, asked, running: running.id }
}

describe("the contract's state with an archive", () => {
  const at = { number: 1_000_000, hash: "0x01" }
  /** Simulates one process: reads the state and its competitions once. */
  const process = (file: string, { source }: ReturnType<typeof contractWith>, of = Option.some(subject())) =>
    Effect.scoped(
      Effect.gen(function* () {
        const archive = yield* CompetitionArchive.make(file)
        const memory: State.Memory = {
          recall: () => (Option.isSome(of) ? Effect.asSome(archive.load(of.value)) : Effect.succeedNone),
          keep: (facts) => (Option.isSome(of) ? archive.keep(of.value, facts) : Effect.void)
        }
        const state = yield* State.make(source, memory)
        return yield* state.competitions(at)
      })
    )

  it.scoped("requests after a restart only what was not final, and gives the same competitions", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const contract = contractWith(40)
      const before = yield* process(file, contract)
      assert.lengthOf(before, 41)
      assert.isAbove(contract.asked.flatMap(({ competitions }) => competitions).length, 1_000)
      contract.asked.length = 0
      assert.deepStrictEqual(yield* process(file, contract), before)
      const ids = contract.asked.flatMap(({ competitions }) => competitions)
      assert.strictEqual(Math.min(...ids), contract.running)
      assert.isBelow(ids.length, 100)
      assert.strictEqual(Math.min(...contract.asked.flatMap(({ issues }) => issues)), contract.running)
    })
  )

  it.scoped("reads competitions that ended meanwhile once", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      yield* process(file, contractWith(40))
      const later = contractWith(45)
      assert.deepStrictEqual(yield* process(file, later), yield* process(join(yield* folder, "other.sqlite"), contractWith(45)))
      assert.strictEqual(Math.min(...later.asked.flatMap(({ competitions }) => competitions)), 41)
      assert.lengthOf((yield* loaded(file)).competitions, 45)
    })
  )

  it.scoped("neither reads nor writes the archive while chain and code are unknown", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      yield* process(file, contractWith(40))
      const unknown = contractWith(45)
      assert.lengthOf(yield* process(file, unknown, Option.none()), 46)
      assert.strictEqual(Math.min(...unknown.asked.flatMap(({ competitions }) => competitions)), 1)
      assert.lengthOf((yield* loaded(file)).competitions, 40)
    })
  )
})
