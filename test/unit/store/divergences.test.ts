/** Recording each epoch's divergence: once, signed, and as the same bytes until the next epoch, whatever happens to the process. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Schema } from "effect"
import { recordDivergence } from "../../../src/consensus/recordDivergence.ts"
import { signedDivergence } from "../../../src/domain/Divergence.ts"
import { signedReport } from "../../../src/domain/Report.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import * as Divergences from "../../../src/layers/storage/dataFolder/Divergences.ts"
import * as PeerArchive from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import * as Reports from "../../../src/layers/storage/dataFolder/Reports.ts"
import * as Settlements from "../../../src/layers/storage/dataFolder/Settlements.ts"
import { epochDivergence } from "../../../src/rules/consensus/epochDivergence.ts"
import { copier, FIRST, own, peer, reportsOf, settled } from "../../support/consensus/settled.ts"
import { folder } from "../../support/folder.ts"
import { genesisHash, silentChain } from "../../support/github/silentChain.ts"
import { loggingTo } from "../../support/logging.ts"
import { evidenceParts, retention } from "../../support/validator/reports.ts"

const WINDOW_EPOCHS = 100

const told: Array<string> = []
const listening = loggingTo(told)

const windowFile = (path: string) => join(path, "divergence", "window.json")
const read = Schema.decodeUnknownSync(signedDivergence.Text)

/** A validator's process on a data folder. */
const started = (path: string) =>
  Effect.gen(function* () {
    const year = Duration.days(365)
    const services = yield* Layer.build(
      Layer.mergeAll(
        Divergences.layer(join(path, "divergence")),
        PeerArchive.layer(join(path, "peers"), year),
        Settlements.layer(join(path, "settlements"), year),
        Reports.layer(join(path, "scores"), own, retention),
        Layer.succeed(Chain, silentChain()),
        Layer.mock(Subnet, { netuid: 74 })
      ).pipe(Layer.provideMerge(listening))
    )
    const [peers, reports, settlements, divergences] = [
      Context.get(services, PeerArchive.PeerArchive),
      Context.get(services, Reports.Reports),
      Context.get(services, Settlements.Settlements),
      Context.get(services, Divergences.Divergences)
    ]
    /** Stores an epoch's files as the loop does before it records the divergence. */
    const settle = (epoch: number) =>
      Effect.gen(function* () {
        for (const [hotkey, one] of reportsOf(epoch))
          if (hotkey === own.address) yield* reports.keep(one, evidenceParts(epoch))
          else yield* peers.keep(signedReport.sign(one, hotkey === peer.address ? peer : copier))
        yield* settlements.keep(settled(epoch))
      }).pipe(Effect.provide(services))
    const record = (epoch: number) => Effect.provide(recordDivergence(own, epoch), services)
    const text = Effect.map(divergences.current, (kept) => kept?.text)
    const epochs = Effect.map(divergences.current, (kept) => kept?.window.epochs.map(({ epoch }) => epoch))
    return { settle, record, text, epochs, divergences }
  })

const figures = (epoch: number, copyable?: number) =>
  epochDivergence({
    settlement: settled(epoch),
    own: reportsOf(epoch).get(own.address),
    reports: [...reportsOf(epoch).values()],
    before: copyable === undefined ? undefined : settled(copyable)
  })

describe("the divergence of settled epochs", () => {
  it.scoped("is signed, on the disk, and the same bytes until the next epoch, across restarts", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const first = yield* started(path)
      assert.isUndefined(yield* first.text)
      yield* first.settle(FIRST)
      yield* first.record(FIRST)
      const text = yield* first.text
      const { body } = read(text)
      assert.deepStrictEqual(body, {
        format: "gittensor/divergence/v1",
        netuid: 74,
        genesis: genesisHash,
        validator: own.address,
        epochs: [figures(FIRST)]
      })
      assert.strictEqual(readFileSync(windowFile(path), "utf8"), text)
      yield* first.record(FIRST)
      assert.strictEqual(yield* first.text, text)

      const second = yield* started(path)
      assert.strictEqual(yield* second.text, text)
      yield* second.record(FIRST)
      assert.strictEqual(yield* second.text, text)
      yield* second.settle(FIRST + 1)
      yield* second.record(FIRST + 1)
      assert.deepStrictEqual(read(yield* second.text).body.epochs, [figures(FIRST), figures(FIRST + 1, FIRST)])
    })
  )

  it.scoped("has the epochs that were settled before the process was killed, each once", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const first = yield* started(path)
      yield* first.settle(FIRST)
      yield* first.record(FIRST)
      yield* first.settle(FIRST + 1)
      // An epoch without a settlement lies in between; the last consensus is the one of the epoch before it.
      const second = yield* started(path)
      yield* second.settle(FIRST + 3)
      yield* second.record(FIRST + 3)
      assert.deepStrictEqual(read(yield* second.text).body.epochs, [
        figures(FIRST),
        figures(FIRST + 1, FIRST),
        figures(FIRST + 3, FIRST + 1)
      ])
    })
  )

  it.scoped("looks for a consensus to copy as far back as weights are held", () =>
    Effect.gen(function* () {
      const one = yield* started(yield* folder)
      for (const epoch of [FIRST, FIRST + 14, FIRST + 29]) yield* one.settle(epoch)
      yield* one.record(FIRST + 29)
      const { epochs } = read(yield* one.text).body
      assert.deepStrictEqual(
        epochs.map(({ epoch, copyable }) => [epoch, copyable]),
        [
          [FIRST, null],
          [FIRST + 14, FIRST],
          [FIRST + 29, null]
        ]
      )
    })
  )

  it.scoped("is of the last hundred epochs", () =>
    Effect.gen(function* () {
      const one = yield* started(yield* folder)
      for (const epoch of [FIRST, FIRST + 1, FIRST + WINDOW_EPOCHS]) yield* one.settle(epoch)
      yield* one.record(FIRST + WINDOW_EPOCHS)
      assert.deepStrictEqual(yield* one.epochs, [FIRST + 1, FIRST + WINDOW_EPOCHS])
    })
  )

  it.scoped("is computed again when its file was changed or cut off", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const first = yield* started(path)
      for (const epoch of [FIRST, FIRST + 1]) yield* first.settle(epoch)
      yield* first.record(FIRST + 1)
      const text = (yield* first.text) ?? ""
      const forged = text.replace('"sameTop":true', '"sameTop":false')
      assert.notStrictEqual(forged, text)
      for (const damaged of [forged, text.slice(0, -10), ""]) {
        writeFileSync(windowFile(path), damaged)
        told.length = 0
        const again = yield* started(path)
        assert.isUndefined(yield* again.text)
        assert.include(told.join(), "is not used: it holds no divergence, and is written again at the next epoch (")
        yield* again.record(FIRST + 1)
        assert.deepStrictEqual(read(yield* again.text).body, read(text).body)
      }
    })
  )

  it.scoped("is not shown before it is on the disk", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const one = yield* started(path)
      yield* one.settle(FIRST)
      mkdirSync(windowFile(path))
      const failed = yield* Effect.flip(one.record(FIRST))
      assert.strictEqual(failed._tag, "StoreUnavailable")
      assert.include(failed.message, "check the folder's disk and its permissions")
      assert.isUndefined(yield* one.text)
      rmSync(windowFile(path), { recursive: true })
      yield* one.record(FIRST)
      assert.deepStrictEqual(yield* one.epochs, [FIRST])
    })
  )
})
