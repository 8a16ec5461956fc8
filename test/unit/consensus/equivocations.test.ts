import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Logger, Schema } from "effect"
import * as fc from "fast-check"
import type { Collection } from "../../../src/consensus/Collection.ts"
import { collectReports, keepOwn, seenReports } from "../../../src/consensus/collectReports.ts"
import { gatherEvidence } from "../../../src/consensus/equivocations.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { Equivocation, equivocationOf, type SignedHash } from "../../../src/domain/Equivocation.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { type Report, reportHash, reportStatement, signedReport } from "../../../src/domain/Report.ts"
import { evidencePath, reportPath } from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { Equivocations } from "../../../src/layers/storage/dataFolder/Equivocations.ts"
import { PeerArchive } from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import { collectionOf, EPOCH, keyOf, Network, peerOf, reportBy, startNode, textOf } from "../../support/consensus/collecting.ts"
import { folder } from "../../support/folder.ts"

const decodeServed = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ equivocations: Schema.Array(Equivocation) })))
/** The accused and their two reports each. Signatures of one report differ each time. */
const said = (proofs: ReadonlyArray<Equivocation>) =>
  proofs.map(({ signer, lines, signed }) => ({ signer, lines, hashes: signed.map(({ sha256 }) => sha256) }))
const isEquivocation = (value: unknown): boolean => Either.isRight(Schema.decodeUnknownEither(Equivocation)(value))

const [one, two, three, liar] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4)]
const [shown, hidden] = [reportBy(liar), reportBy(liar, "0.1.1")]

const signedHash = (report: Report, key: KeyPair): SignedHash => ({
  sha256: reportHash(report),
  signature: signedReport.sign(report, key).signature
})

/** A proof of a key's two reports. */
const proofOf = (key: KeyPair, first = reportBy(key), second = reportBy(key, "0.1.1")): Equivocation => {
  const proof = equivocationOf(reportStatement(first), signedHash(first, key), signedHash(second, key))
  if (proof === undefined) throw new Error("the reports are equal")
  return proof
}

const committedByAll = collectionOf([
  peerOf(one, reportBy(one)),
  peerOf(two, reportBy(two)),
  peerOf(three, reportBy(three)),
  peerOf(liar, shown)
])

/** A validator with its report. */
const honestNode = (network: Network, key: KeyPair) =>
  Effect.gen(function* () {
    const node = yield* startNode(network, key, yield* folder)
    yield* node.report
    return node
  })

/** Three honest validators. */
const honest = (network: Network) => Effect.all([honestNode(network, one), honestNode(network, two), honestNode(network, three)])

type Node = Effect.Effect.Success<ReturnType<typeof startNode>>

/** A validator's steps in a block between the opening of reports (E + D1) and their counting (E + D2). */
const block = ({ key, run }: Node, collection: Collection = committedByAll) =>
  Effect.all([keepOwn(collection, key.address), collectReports(collection, key.address), gatherEvidence(collection, key.address)]).pipe(run)

const accusedBy = ({ run }: Node) =>
  run(
    Effect.map(
      Effect.flatMap(Equivocations, (proofs) => proofs.of(EPOCH)),
      (found) => [...found.keys()]
    )
  )

/** The validators whose reports it would count, sorted. */
const seenBy = ({ run }: Node) => run(Effect.map(seenReports(EPOCH), (seen) => seen.toSorted()))

const shownBy = (network: Network, key: KeyPair) =>
  Effect.promise(async () => decodeServed((await network.ask(key.address, evidencePath(EPOCH), one.address)) ?? ""))

const quiet = Effect.provide(Logger.remove(Logger.defaultLogger))

describe("two reports by one validator", () => {
  it.scoped("are proven by whoever sees both, and known to all soon after", () =>
    Effect.gen(function* () {
      const network = new Network()
      const [first, second, third] = yield* honest(network)
      // The second validator gets the other report. Afterwards nobody can reach the liar.
      network.play(liar.address, (path, asker) =>
        path === reportPath(EPOCH) ? textOf(asker === two.address ? hidden : shown, liar) : undefined
      )
      yield* block(first)
      assert.deepStrictEqual(yield* accusedBy(first), [])
      assert.deepStrictEqual(yield* seenBy(first), [one, two, three, liar].map(({ address }) => address).sort())

      // Its relay has the committed report.
      yield* block(second)
      assert.deepStrictEqual(yield* accusedBy(second), [liar.address])
      network.axons.delete(liar.address)
      yield* block(third)
      yield* block(first)
      for (const node of [first, second, third]) {
        assert.deepStrictEqual(yield* accusedBy(node), [liar.address])
        assert.deepStrictEqual(yield* seenBy(node), [one, two, three].map(({ address }) => address).sort())
        const { equivocations } = yield* shownBy(network, node.key)
        assert.deepStrictEqual(said(equivocations), said([proofOf(liar)]))
      }
    }).pipe(quiet)
  )

  it.scoped("are proven in whichever order they come, and by their hashes alone where one is no report at all", () =>
    Effect.gen(function* () {
      const nonsense = (key: KeyPair) => {
        const report = reportBy(key)
        const body = canonicalJson({ nothing: "that is a report" })
        const sha256 = new Bun.CryptoHasher("sha256").update(body).digest("hex")
        const signature = key.signText([...reportStatement(report).lines, `sha256 ${sha256}`].join("\n"))
        return `{"body":${body},"signature":"${signature}"}`
      }
      const another = textOf({ ...reportBy(liar), roster: "1".repeat(64) }, liar)
      for (const others of [nonsense(liar), another, textOf(hidden, liar)])
        for (const texts of [
          [others, textOf(shown, liar)],
          [others, others, textOf(shown, liar)]
        ]) {
          const network = new Network()
          const node = yield* startNode(network, one, yield* folder)
          for (const text of texts) {
            network.play(liar.address, (path) => (path === reportPath(EPOCH) ? text : undefined))
            assert.deepStrictEqual(yield* accusedBy(node), [], "one report proves nothing, however often it is shown")
            yield* block(node)
          }
          assert.deepStrictEqual(yield* accusedBy(node), [liar.address])
          assert.notInclude(yield* seenBy(node), liar.address)
        }
    }).pipe(quiet)
  )

  it.scoped("are not what two signatures of one report are, nor a report that somebody else has signed", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, one, yield* folder)
      const forged = textOf(reportBy(three), three).replace(three.address, liar.address)
      const texts = [
        forged,
        textOf(reportBy(two), two),
        textOf({ ...shown, epoch: EPOCH - 1 }, liar),
        textOf(shown, liar),
        textOf(shown, liar)
      ]
      for (const text of texts) {
        network.play(liar.address, () => text)
        yield* block(node)
        yield* node.run(Effect.flatMap(PeerArchive, (archive) => archive.of(EPOCH)))
      }
      assert.deepStrictEqual(yield* accusedBy(node), [])
      assert.include(yield* seenBy(node), liar.address)
    }).pipe(quiet)
  )

  it.scoped("stay proven after a restart", () =>
    Effect.gen(function* () {
      const network = new Network()
      const path = yield* folder
      const before = yield* startNode(network, one, path)
      yield* before.run(Effect.flatMap(Equivocations, (proofs) => proofs.keep(EPOCH, proofOf(liar))))
      const after = yield* startNode(network, one, path)
      network.play(liar.address, (path) => (path === reportPath(EPOCH) ? textOf(shown, liar) : undefined))
      yield* block(after)
      assert.deepStrictEqual(yield* accusedBy(after), [liar.address])
      assert.notInclude(yield* seenBy(after), liar.address)
      assert.deepStrictEqual(said((yield* shownBy(network, one)).equivocations), said([proofOf(liar)]))
    }).pipe(quiet)
  )

  it.scoped("are looked for in what all others show when one peer's answers break the reading", () =>
    Effect.gen(function* () {
      const network = new Network()
      const [first] = yield* honest(network)
      network.play(liar.address, () => {
        throw new RangeError("Invalid time value")
      })
      yield* block(first)
      assert.deepStrictEqual(yield* seenBy(first), [one, two, three].map(({ address }) => address).sort())
    }).pipe(quiet)
  )

  it.scoped("of this validator's own hotkey leave its report out too", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, one, yield* folder)
      yield* node.report
      network.play(two.address, (path) => (path === evidencePath(EPOCH) ? JSON.stringify({ equivocations: [proofOf(one)] }) : undefined))
      yield* block(node)
      assert.deepStrictEqual(yield* seenBy(node), [])
    }).pipe(quiet)
  )
})

describe("what others say against a validator", () => {
  const stranger = keyOf(9)
  const ofAnotherEpoch = { epoch: EPOCH + 1 }
  const change = (report: Partial<Report>) => proofOf(liar, { ...shown, ...report }, { ...hidden, ...report })
  const lies: Readonly<Record<string, ReadonlyArray<unknown>>> = {
    "a proof about another epoch": [change(ofAnotherEpoch)],
    "a proof about another subnet": [change({ netuid: 75 })],
    "a proof about a stranger": [proofOf(stranger)],
    "a signature by somebody else": [{ ...proofOf(liar), signer: three.address }],
    "one hash twice": [{ ...proofOf(liar), signed: [signedHash(shown, liar), signedHash(shown, liar)] }],
    "hashes in the wrong order": [{ ...proofOf(liar), signed: [...proofOf(liar).signed].reverse() }],
    "something else": [null, 7, "…", {}],
    "a true proof behind a forged one": [{ ...proofOf(three), signer: two.address }, proofOf(liar)],
    "more proofs than there are validators": [...new Array<Equivocation>(10_000).fill(proofOf(stranger)), proofOf(liar)]
  }
  for (const [what, equivocations] of Object.entries(lies))
    it.scoped(`is not believed when it is ${what}`, () =>
      Effect.gen(function* () {
        const network = new Network()
        const node = yield* startNode(network, one, yield* folder)
        network.play(two.address, (path) => (path === evidencePath(EPOCH) ? JSON.stringify({ equivocations }) : undefined))
        yield* block(node)
        assert.deepStrictEqual(yield* accusedBy(node), [])
      }).pipe(quiet)
    )

  it.scoped("is kept once for each hotkey, and the first proof stays", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, one, yield* folder)
      const later = proofOf(liar, shown, reportBy(liar, "0.1.2"))
      for (const proof of [proofOf(liar), later]) {
        network.play(two.address, (path) => (path === evidencePath(EPOCH) ? JSON.stringify({ equivocations: [proof] }) : undefined))
        yield* block(node)
      }
      assert.deepStrictEqual(said((yield* shownBy(network, one)).equivocations), said([proofOf(liar)]))
    }).pipe(quiet)
  )

  it("cannot be proven by changing a true proof, however it is changed", () => {
    const proof = proofOf(liar)
    const [first, second] = proof.signed
    const flipped = (text: string, at: number) => {
      const place = at % text.length
      const digit = text[place] === "0" ? "1" : "0"
      return `${text.slice(0, place)}${digit}${text.slice(place + 1)}`
    }
    const keys: ReadonlyArray<AccountAddress> = [one, two, three].map(({ address }) => address)
    const changed = fc.oneof(
      fc.nat(63).map((at) => ({ ...proof, signed: [{ ...first, sha256: flipped(first.sha256, at) }, second] })),
      fc.nat(127).map((at) => ({ ...proof, signed: [first, { ...second, signature: `0x${flipped(second.signature.slice(2), at)}` }] })),
      fc.nat(proof.lines.length - 1).map((at) => ({ ...proof, lines: proof.lines.toSpliced(at, 1) })),
      fc.string().map((line) => ({ ...proof, lines: [...proof.lines, line] })),
      fc.constantFrom(...keys).map((signer) => ({ ...proof, signer }))
    )
    assert.isTrue(isEquivocation(proof))
    fc.assert(
      fc.property(changed, (forged) => {
        assert.isFalse(isEquivocation(forged))
      }),
      { numRuns: 300 }
    )
  })
})
