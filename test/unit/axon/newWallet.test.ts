/** New key files are complete, private and never overwrite another file. A failing disk or folder loses nothing. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as BunContext from "@effect/platform-bun/BunContext"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import * as fc from "fast-check"
import { fromPrivateKey, fromSeed, privateKeyOf } from "../../../src/domain/KeyPair.ts"
import { verify } from "../../../src/domain/Signature.ts"
import { createKeys, type NewKey } from "../../../src/layers/chain/wallet/create.ts"
import { inspect } from "../../../src/layers/chain/wallet/inspect.ts"
import * as Keyfile from "../../../src/layers/chain/wallet/keyfile.ts"
import { PHRASE_LENGTHS } from "../../../src/layers/chain/wallet/phraseLengths.ts"
import { newPhrase } from "../../../src/layers/chain/wallet/secretUri.ts"
import * as Wallet from "../../../src/layers/chain/wallet/Wallet.ts"
import { folder as temporary } from "../../support/folder.ts"

const seedKey = (role: "coldkey" | "hotkey", byte: number, encryption?: Keyfile.Encryption): NewKey => ({
  role,
  scheme: "sr25519",
  secret: { _tag: "Seed", seed: Redacted.make(new Uint8Array(32).fill(byte)) },
  ...(encryption === undefined ? {} : { encryption })
})

const create = (folder: string, keys: ReadonlyArray<NewKey>, overwrite = false, password = "a password") =>
  createKeys(keys, { folder, overwrite }).pipe(
    Effect.provide(BunContext.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["BT_WALLET_PASSWORD", password]])))
  )

const opened = (folder: string) =>
  Effect.flatMap(Wallet.Wallet, ({ coldkey, hotkey }) => Effect.all([coldkey, hotkey])).pipe(
    Effect.provide(Wallet.layerFiles({ folder })),
    Effect.provide(BunContext.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["BT_WALLET_PASSWORD", "a password"]])))
  )

/** Every file below a folder. */
const filesIn = (folder: string): ReadonlyArray<string> =>
  (readdirSync(folder, { recursive: true }) as ReadonlyArray<string>).filter((name) => statSync(join(folder, name)).isFile()).toSorted()

describe("a new wallet", () => {
  it.scopedLive("has four files that open and that only their owner can read, whatever the umask", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const before = process.umask(0o000)
      yield* Effect.addFinalizer(() => Effect.sync(() => process.umask(before)))
      yield* create(folder, [seedKey("coldkey", 1, "ansible"), seedKey("hotkey", 2)])
      const names = ["default/coldkey", "default/coldkeypub.txt", "default/hotkeys/default", "default/hotkeys/defaultpub.txt"]
      assert.deepStrictEqual(filesIn(folder), names)
      for (const name of names) assert.strictEqual(statSync(join(folder, name)).mode & 0o777, 0o600, name)
      assert.strictEqual(statSync(join(folder, "default")).mode & 0o777, 0o700)
      const [coldkey, hotkey] = yield* opened(folder)
      assert.strictEqual(coldkey.address, fromSeed(new Uint8Array(32).fill(1)).address)
      assert.strictEqual(hotkey.address, fromSeed(new Uint8Array(32).fill(2)).address)
      // All versions of Bittensor read a file without a crypto type.
      assert.notInclude(readFileSync(join(folder, "default/hotkeys/default"), "utf8"), "cryptoType")
    })
  )

  it.scopedLive("never replaces an existing file, folder or link, except with --overwrite", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      yield* create(folder, [seedKey("coldkey", 1), seedKey("hotkey", 2)])
      const before = filesIn(folder).map((name) => readFileSync(join(folder, name), "utf8"))
      const refused = yield* Effect.flip(create(folder, [seedKey("hotkey", 3)]))
      assert.strictEqual(refused._tag, "KeyfileExists")
      assert.deepStrictEqual(
        filesIn(folder).map((name) => readFileSync(join(folder, name), "utf8")),
        before
      )
      yield* create(folder, [seedKey("hotkey", 3)], true)
      assert.strictEqual((yield* opened(folder))[1].address, fromSeed(new Uint8Array(32).fill(3)).address)
      for (const [name, make] of [
        ["a public file alone", (path: string) => writeFileSync(`${path}pub.txt`, "{}")],
        ["a link to nowhere", (path: string) => symlinkSync("/nowhere/at/all", path)],
        ["a folder", (path: string) => mkdirSync(path)]
      ] as const) {
        const other = yield* temporary
        mkdirSync(join(other, "default/hotkeys"), { recursive: true })
        make(join(other, "default/hotkeys/default"))
        assert.strictEqual((yield* Effect.flip(create(other, [seedKey("hotkey", 1)])))._tag, "KeyfileExists", name)
      }
    })
  )

  it.scopedLive("is written completely by exactly one of twenty concurrent attempts under one name", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const outcomes = yield* Effect.all(
        Array.from({ length: 20 }, (_, index) =>
          Effect.either(create(folder, [seedKey("hotkey", index + 1), seedKey("coldkey", index + 1)]))
        ),
        { concurrency: "unbounded" }
      )
      const made = outcomes.filter(({ _tag }) => _tag === "Right")
      assert.isAtMost(made.length, 1)
      for (const one of outcomes) if (one._tag === "Left") assert.strictEqual(one.left._tag, "KeyfileExists")
      const secret = readFileSync(join(folder, "default/hotkeys/default"), "utf8")
      assert.isTrue(secret.endsWith("}"))
      assert.deepStrictEqual(
        filesIn(folder).filter((name) => name.endsWith(".new")),
        []
      )
    })
  )

  it.scopedLive("names the obstacle and leaves no partial files", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      writeFileSync(join(folder, "default"), "a file where the wallet's folder should be")
      const inTheWay = yield* Effect.flip(create(folder, [seedKey("hotkey", 1)]))
      assert.match(inTheWay.message, /cannot write a key to .*(part of its path is a file|AlreadyExists|EEXIST)/)
      const circle = yield* temporary
      symlinkSync(join(circle, "b"), join(circle, "a"))
      symlinkSync(join(circle, "a"), join(circle, "b"))
      const looped = yield* Effect.flip(create(join(circle, "a"), [seedKey("hotkey", 1)]))
      assert.match(looped.message, /loop of symbolic links/)
      const empty = yield* temporary
      const unclosed = yield* Effect.flip(create(empty, [seedKey("coldkey", 1, "ansible")], false, ""))
      assert.match(unclosed.message, /its password is empty/)
      assert.deepStrictEqual(filesIn(empty), [])
    })
  )

  it.live.skipIf(process.getuid?.() === 0)("says that a folder may not be written to", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      chmodSync(folder, 0o500)
      const refused = yield* Effect.flip(create(folder, [seedKey("hotkey", 1)]))
      assert.match(refused.message, /permission denied/)
      assert.isFalse(existsSync(join(folder, "default")))
    }).pipe(Effect.scoped)
  )

  it.scopedLive("is described without a password, including what is wrong with it", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      yield* create(folder, [seedKey("coldkey", 1, "ansible"), seedKey("hotkey", 2)])
      const look = (role: "coldkey" | "hotkey", name: string) =>
        inspect(role, join(folder, "default", name)).pipe(Effect.provide(BunContext.layer))
      const coldkey = yield* look("coldkey", "coldkey")
      assert.deepInclude(coldkey, { encryption: "ansible", mode: "600", problems: [] })
      assert.strictEqual(coldkey.address, fromSeed(new Uint8Array(32).fill(1)).address)
      chmodSync(join(folder, "default/hotkeys/default"), 0o644)
      writeFileSync(join(folder, "default/hotkeys/defaultpub.txt"), readFileSync(join(folder, "default/coldkeypub.txt")))
      const { problems } = yield* look("hotkey", "hotkeys/default")
      assert.match(problems.join("; "), /run chmod 600 on it; its two files name different accounts/)
      assert.deepInclude(yield* look("hotkey", "hotkeys/nobody"), { address: null, file: null, problems: [] })
    })
  )
})

describe("the contents of a key file", () => {
  it("keep the private key's bytes, which sign as the seed does", () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const [bySeed, byPrivateKey] = [fromSeed(seed), fromPrivateKey(privateKeyOf(seed))]
        assert.strictEqual(byPrivateKey.address, bySeed.address)
        const message = Buffer.from("a message")
        assert.isTrue(verify(message, byPrivateKey.signText("a message"), bySeed.address))
        const modern = fromSeed(seed, "ed25519")
        assert.isTrue(verify(message, modern.signText("a message"), modern.address))
        assert.isFalse(verify(message, modern.signText("a message"), bySeed.address))
        assert.isFalse(verify(Buffer.from("another"), modern.signText("a message"), modern.address))
      }),
      { numRuns: 25 }
    ))

  it.live("open with the vault's password only", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 200 }),
          fc.string({ minLength: 1 }),
          fc.string({ minLength: 1 }),
          async (plain, one, other) => {
            const closed = await Effect.runPromise(Keyfile.encrypt(plain, "ansible", Redacted.make(one)))
            assert.strictEqual(Keyfile.encryptionOf(closed), "ansible")
            const result = await Effect.runPromise(Effect.either(Keyfile.decrypt(closed, "ansible", Redacted.make(other))))
            assert.strictEqual(result._tag, one === other ? "Right" : "Left")
            const reopened = await Effect.runPromise(Keyfile.decrypt(closed, "ansible", Redacted.make(one)))
            assert.deepStrictEqual([...reopened], [...plain])
          }
        ),
        { numRuns: 15 }
      )
    )
  )

  it.live("have phrases of the requested length, each different", () =>
    Effect.gen(function* () {
      for (const words of PHRASE_LENGTHS) {
        const [one, other] = yield* Effect.all([newPhrase(words), newPhrase(words)])
        assert.strictEqual(Redacted.value(one).split(" ").length, words)
        assert.notStrictEqual(Redacted.value(one), Redacted.value(other))
      }
    })
  )
})
