/** A journal is handed over to another data folder: nothing gets lost, nothing gets weaker, and a refused file changes nothing. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fileNameOf } from "../../../src/layers/chain/node/identity.ts"
import { exportJournal, importJournal } from "../../../src/layers/protection/handover.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import { holdDataFolder } from "../../../src/layers/protection/locks.ts"
import * as OwnVotes from "../../../src/layers/protection/OwnVotes.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { folder } from "../../support/folder.ts"
import { ballot } from "../../support/rules/ballot.ts"
import { account, hotkey } from "../../support/rules/world.ts"
import { rowsIn } from "../../support/store/releases.ts"

const { chain, contract } = ballot
const voter: Journal.Voter = { chain, contract, hotkey: ballot.hotkey }
const [ON, OTHERS] = [OwnVotes.ownVotesOn(contract, "votes"), OwnVotes.ownVotesOn(account("contract", 2), "votes")]
const hashOf = (number: number): string => `0x${String(number).padStart(64, "0")}`
/** The chain where journals are imported. */
const NOW = { block: 120, nonce: 10 }
const VOTE = '7 {"_tag":"Solved"}'
const fileIn = (data: string) => join(data, "journal.sqlite")

const inJournal = <A, E>(data: string, use: (journal: Journal.Journal["Type"], own: OwnVotes.OwnVotes["Type"]) => Effect.Effect<A, E>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = fileIn(data)
      return yield* use(yield* Journal.make(file), yield* OwnVotes.make({ file, chain, hotkey: voter.hotkey }))
    })
  )

/** Two folders: that of a validator that ran, and that of one which ran here before. */
const begun = Effect.gen(function* () {
  const path = yield* folder
  const [from, to, file] = [join(path, "from"), join(path, "to"), join(path, "journal.json")]
  const send = (journal: Journal.Journal["Type"], nonce: number, at: number, vote?: Journal.ClaimedVote) =>
    journal.recordSent({ chain, signer: voter.hotkey, nonce, hash: hashOf(nonce), at, ...(vote === undefined ? {} : { vote }) })
  yield* inJournal(from, (journal, own) =>
    Effect.gen(function* () {
      yield* journal.claim(ballot, "A", { at: 100, expiresAt: 112 })
      yield* journal.claim({ ...ballot, kind: "weights", issue: 0, round: 21 }, "weights", { at: 100, expiresAt: 164 })
      yield* journal.claim({ ...ballot, contract: account("contract", 2) }, "A", { at: 100, expiresAt: 112 })
      yield* send(journal, 7, 100)
      yield* send(journal, 8, 101, { ballot, choice: "A" })
      yield* send(journal, 9, 102, { ballot: { ...ballot, contract: account("contract", 2) }, choice: "A" })
      yield* journal.recordSent({ chain: "0x22", signer: voter.hotkey, nonce: 70, hash: hashOf(70), at: 100 })
      yield* journal.beginTerm(chain, voter.hotkey)
      yield* own.change(ON, OwnVotes.allOf([VOTE]))
      yield* own.change(OTHERS, OwnVotes.allOf([VOTE]))
    })
  )
  yield* inJournal(to, (journal, own) =>
    Effect.gen(function* () {
      yield* journal.claim(ballot, "A", { at: 104, expiresAt: 116 })
      yield* journal.claim(ballot, "B", { at: 104, expiresAt: 116 })
      yield* send(journal, 3, 104)
      yield* journal.beginTerm(chain, voter.hotkey)
      yield* own.change(ON, OwnVotes.allOf(['6 {"_tag":"Cancelled"}']))
    })
  )
  return { path, from, to, file }
})

const messageOf = <A>(attempt: Effect.Effect<A, { readonly message: string }>) => Effect.map(Effect.flip(attempt), ({ message }) => message)

describe("a journal that is handed over", () => {
  it.scoped("is the same in an empty folder, for its voter alone", () =>
    Effect.gen(function* () {
      const { path, from, file } = yield* begun
      const held = { claims: 2, sent: 3, ownVotes: 1 }
      assert.deepStrictEqual(yield* exportJournal(from, voter, file), held)
      const empty = join(path, "empty")
      assert.deepStrictEqual(yield* importJournal(empty, voter, file, NOW), { ...held, leftOut: 0, removed: 0 })
      assert.deepStrictEqual(yield* exportJournal(empty, voter, join(path, "again.json")), held)
      assert.strictEqual(readFileSync(join(path, "again.json"), "utf8"), readFileSync(file, "utf8"))
      yield* inJournal(empty, (journal, own) =>
        Effect.gen(function* () {
          assert.deepStrictEqual([...(yield* own.of(ON)).keys()], [VOTE])
          assert.strictEqual((yield* own.of(OTHERS)).size, 0)
          assert.strictEqual(yield* journal.lastNonce(chain, voter.hotkey), 9)
          assert.isNull(yield* journal.lastNonce("0x22", voter.hotkey))
          assert.isTrue(yield* journal.wasSent(hashOf(8)))
          // The weights were claimed by a process that ended before it signed; the vote was sent.
          assert.strictEqual(yield* journal.releaseUnsent, 1)
          assert.strictEqual((yield* journal.claim(ballot, "A", { at: 111, expiresAt: 123 }))._tag, "InFlight")
        })
      )
    })
  )

  it.scoped(
    "joins what is there: what either folder sent or claimed is held, for as long as the longer of the two, and twice changes nothing",
    () =>
      Effect.gen(function* () {
        const { from, to, file } = yield* begun
        yield* exportJournal(from, voter, file)
        yield* importJournal(to, voter, file, NOW)
        const once = rowsIn(fileIn(to))
        yield* importJournal(to, voter, file, NOW)
        assert.deepStrictEqual(rowsIn(fileIn(to)), once)
        yield* inJournal(to, (journal) =>
          Effect.gen(function* () {
            for (const nonce of [3, 7, 8, 9]) assert.isTrue(yield* journal.wasSent(hashOf(nonce)))
            // Sent at 101 by the other one, claimed until 116 by this one: both hold.
            yield* journal.releaseUnsent
            const standing = { claimedAt: 100, expiresAt: 116 }
            assert.deepInclude(yield* journal.claim(ballot, "A", { at: 115, expiresAt: 127 }), { _tag: "InFlight", ...standing })
          })
        )
      })
  )

  it.scoped("has the own votes of the side that knows the hotkey's newer transaction, and those of both if neither is newer", () =>
    Effect.gen(function* () {
      const { from, to, file } = yield* begun
      const ownVotes = (data: string) => inJournal(data, (_, own) => Effect.map(own.of(ON), (votes) => [...votes.keys()]))
      yield* exportJournal(from, voter, file)
      assert.deepInclude(yield* importJournal(to, voter, file, NOW), { leftOut: 0, removed: 1 })
      assert.deepStrictEqual(yield* ownVotes(to), [VOTE], "the file is newer")
      const later = '8 {"_tag":"Cancelled"}'
      yield* inJournal(to, (_, own) => own.change(ON, new Map([...OwnVotes.allOf([VOTE], false), ...OwnVotes.allOf([later])])))
      assert.deepInclude(yield* importJournal(to, voter, file, NOW), { leftOut: 1, removed: 1 })
      assert.deepStrictEqual(yield* ownVotes(to), [], "both know the same last transaction")
      yield* inJournal(to, (journal, own) =>
        Effect.zipRight(
          journal.recordSent({ chain, signer: voter.hotkey, nonce: 10, hash: hashOf(10), at: 103 }),
          own.change(ON, OwnVotes.allOf([later]))
        )
      )
      assert.deepInclude(yield* importJournal(to, voter, file, NOW), { leftOut: 1, removed: 0 })
      assert.deepStrictEqual(yield* ownVotes(to), [later], "what was withdrawn since the export does not come back")
    })
  )

  it.scoped("has the own votes that 0.1.0 stored among the watches, and then they are in the journal alone", () =>
    Effect.gen(function* () {
      const { path, from, to, file } = yield* begun
      const earlier = '9 {"_tag":"Cancelled"}'
      const inWatches = <A, E>(data: string, use: (watches: Watches.Watches["Type"]) => Effect.Effect<A, E>) =>
        Effect.scoped(Effect.flatMap(Watches.make({ file: join(data, "watches.sqlite"), chain: fileNameOf(chain) }), use))
      const kept = new Map([[earlier, { says: "cast", lastLook: 0, blocks: 0 }]])
      for (const data of [from, to]) yield* inWatches(data, (watches) => watches.change(ON, kept))
      assert.deepInclude(yield* exportJournal(from, voter, file), { ownVotes: 2 })
      assert.strictEqual((yield* inWatches(from, (watches) => watches.of(ON))).size, 0)
      const empty = join(path, "empty")
      yield* importJournal(empty, voter, file, NOW)
      assert.deepStrictEqual([...(yield* inJournal(empty, (_, own) => own.of(ON))).keys()], [VOTE, earlier])
      // The next start on the folder takes over nothing that the newer file ended.
      yield* importJournal(to, voter, file, NOW)
      assert.strictEqual((yield* inWatches(to, (watches) => watches.of(ON))).size, 0)
    })
  )

  it.scoped("ends the term of both folders, so that the next process on either looks at the chain before it sends", () =>
    Effect.gen(function* () {
      const { from, to, file } = yield* begun
      const inTerm = (data: string) => inJournal(data, (journal) => journal.inTerm(chain, voter.hotkey))
      assert.deepStrictEqual([yield* inTerm(from), yield* inTerm(to)], [true, true])
      yield* exportJournal(from, voter, file)
      assert.deepStrictEqual([yield* inTerm(from), yield* inTerm(to)], [false, true])
      yield* importJournal(to, voter, file, NOW)
      assert.deepStrictEqual([yield* inTerm(from), yield* inTerm(to)], [false, false])
    })
  )

  it.scoped("is refused for another chain, contract or hotkey, or in another form, and then nothing changes", () =>
    Effect.gen(function* () {
      const { from, to, file, path } = yield* begun
      yield* exportJournal(from, voter, file)
      const text = readFileSync(file, "utf8")
      const before = rowsIn(fileIn(to))
      const refused = (why: RegExp, of: Journal.Voter, written: string | undefined) =>
        Effect.gen(function* () {
          const other = join(path, "other.json")
          if (written !== undefined) writeFileSync(other, written)
          const message = yield* messageOf(importJournal(to, of, written === undefined ? join(path, "missing.json") : other, NOW))
          assert.include(message, "is not imported, and nothing is changed: ")
          assert.match(message, why)
          assert.deepStrictEqual(rowsIn(fileIn(to)), before)
        })
      yield* refused(/it is of the chain 0x11+, not 0x22$/, { ...voter, chain: "0x22" }, text)
      yield* refused(/it is of the contract /, { ...voter, contract: account("contract", 2) }, text)
      yield* refused(/it is of the hotkey /, { ...voter, hotkey: hotkey(2) }, text)
      yield* refused(/there is no such file/, voter, undefined)
      yield* refused(/it is no exported journal/, voter, text.slice(0, -20))
      yield* refused(/format/, voter, text.replace("gittensor-journal/1", "gittensor-journal/2"))
      yield* refused(/nonce/, voter, text.replace('"nonce":7', '"nonce":-7'))
      yield* refused(/nonce/, voter, text.replace('"nonce":7', '"nonce":4294967296'))
      const tooFar = (name: string, from: number, chainAt: number) =>
        refused(
          new RegExp(`\\.${name} is ${chainAt + 301} where the chain is at ${chainAt}, .*export the journal again$`),
          voter,
          text.replace(`"${name}":${from}`, `"${name}":${chainAt + 301}`)
        )
      yield* tooFar("nonce", 7, 10)
      yield* tooFar("at", 102, 120)
      yield* tooFar("claimedAt", 100, 120)
      yield* tooFar("expiresAt", 112, 120)
      yield* refused(/hash/, voter, text.replace(hashOf(7), "0x7"))
      yield* refused(/ballot/, voter, text.replace('"outcome 3 -"', '"outcome 3"'))
      yield* refused(/claims/, voter, text.replace('"claims":', '"claim":'))
      yield* refused(/it is no exported journal/, voter, `${String.fromCharCode(0)}${text}`)
    })
  )

  it.scoped("is neither written nor read while a validator runs on the folder", () =>
    Effect.gen(function* () {
      const { from, to, file } = yield* begun
      yield* exportJournal(from, voter, file)
      const before = [rowsIn(fileIn(from)), rowsIn(fileIn(to))]
      const [again, into] = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* Effect.all([holdDataFolder(from), holdDataFolder(to)])
          return yield* Effect.all([Effect.flip(exportJournal(from, voter, `${file}2`)), Effect.flip(importJournal(to, voter, file, NOW))])
        })
      )
      assert.deepStrictEqual([again._tag, into._tag], ["AnotherProcess", "AnotherProcess"])
      assert.isFalse(existsSync(`${file}2`))
      assert.deepStrictEqual([rowsIn(fileIn(from)), rowsIn(fileIn(to))], before)
    })
  )

  it.scoped("is written over no file, to no place that cannot be written, and from no folder without a journal, which stays as it is", () =>
    Effect.gen(function* () {
      const { path, from, file } = yield* begun
      writeFileSync(file, "somebody's")
      assert.match(yield* messageOf(exportJournal(from, voter, file)), /is there already: name a new file$/)
      assert.strictEqual(readFileSync(file, "utf8"), "somebody's")
      const planted = join(path, "new.json")
      symlinkSync(file, `${planted}.unfinished`)
      yield* exportJournal(from, voter, planted)
      assert.strictEqual(readFileSync(file, "utf8"), "somebody's", "no link is followed")
      assert.deepStrictEqual(readdirSync(path).toSorted(), ["from", "journal.json", "new.json", "new.json.unfinished", "to"])
      const empty = join(path, "empty")
      mkdirSync(empty)
      assert.match(yield* messageOf(exportJournal(empty, voter, join(path, "newer.json"))), /there is no journal in .*--data$/)
      assert.deepStrictEqual(readdirSync(empty), [])
      assert.match(yield* messageOf(exportJournal(from, voter, join(path, "nowhere", "new.json"))), /cannot be written .*another place$/)
    })
  )
})
