/** Wallets made by this program open in bittensor-wallet 4 (bittensor 10) and bittensor 11, and the other way round. */
import { statSync } from "node:fs"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as BunContext from "@effect/platform-bun/BunContext"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted, Schema } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { Scheme } from "../../../src/domain/KeyPair.ts"
import { Signature, schemeOf, verifyText } from "../../../src/domain/Signature.ts"
import { createKeys } from "../../../src/layers/chain/wallet/create.ts"
import * as Keyfile from "../../../src/layers/chain/wallet/keyfile.ts"
import { newPhrase } from "../../../src/layers/chain/wallet/secretUri.ts"
import * as Wallet from "../../../src/layers/chain/wallet/Wallet.ts"
import { noPython, python } from "../../support/bittensor/support.ts"

const MESSAGE = "héllo from the other side"
const PASSWORD = "pässword of two words"
/** In ms. Opening a NaCl file takes one core seconds and half a gigabyte, and the machine may be busy. */
const NUMBER_OF = { ed25519: 0, sr25519: 1 } as const

const Opened = Schema.Struct({
  coldkey: AccountAddress,
  coldkeypub: AccountAddress,
  hotkey: AccountAddress,
  hotkeypub: AccountAddress,
  encryption: Schema.String,
  signatures: Schema.Tuple(Signature, Signature)
})
const Made = Schema.Struct({ coldkey: AccountAddress, hotkey: AccountAddress })
const decode =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (value: unknown) =>
    Effect.orDie(Schema.decodeUnknown(schema)(value))

const inFolder = <A, E>(
  use: (folder: string) => Effect.Effect<A, E, FileSystem.FileSystem | Path.Path>,
  variables: Readonly<Record<string, string>> = { BT_WALLET_PASSWORD: PASSWORD }
) =>
  Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.makeTempDirectoryScoped()).pipe(
    Effect.flatMap(use),
    Effect.scoped,
    Effect.provide(BunContext.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

const make = (folder: string, scheme: Scheme, encryption: Keyfile.Encryption | undefined) =>
  Effect.gen(function* () {
    const keys = yield* Effect.forEach(["coldkey", "hotkey"] as const, (role) =>
      Effect.map(newPhrase(role === "coldkey" ? 24 : 12), (phrase) => ({
        role,
        scheme,
        secret: { _tag: "Phrase" as const, phrase },
        ...(role === "coldkey" && encryption !== undefined ? { encryption } : {})
      }))
    )
    return yield* createKeys(keys, { folder, name: "ours", hotkey: "worker", overwrite: false })
  })

/** Opens both keys of a wallet with this program, and signs with them. */
const openOurselves = (folder: string, name: string) =>
  Effect.gen(function* () {
    const wallet = yield* Wallet.Wallet
    const [coldkey, hotkey, coldkeypub, hotkeypub] = yield* Effect.all([
      wallet.coldkey,
      wallet.hotkey,
      wallet.coldkeyAddress,
      wallet.hotkeyAddress
    ])
    return { coldkey, hotkey, coldkeypub, hotkeypub }
  }).pipe(Effect.provide(Wallet.layerFiles({ folder, name, hotkey: "worker" })))

const isSignedBy = (address: AccountAddress, signature: Signature, scheme: Scheme) => {
  assert.strictEqual(schemeOf(signature), scheme)
  assert.isTrue(verifyText(MESSAGE, signature, address), `${scheme} signature of ${address}`)
}

describe.skipIf(noPython)("a wallet made by this program", () => {
  it.live("opens in bittensor-wallet and in bittensor 11, encrypted with NaCl", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const made = yield* make(folder, "sr25519", "nacl")
        const [coldkey, hotkey] = made.map(({ address }) => address)
        for (const { file } of made) assert.strictEqual(statSync(file).mode & 0o777, 0o600)
        const question = { path: folder, name: "ours", hotkey: "worker", password: PASSWORD, message: MESSAGE }
        for (const [version, module] of [["v10", "wallets10"] as const, ["v11", "wallets11"] as const]) {
          const opened = yield* python(version, module, "open_wallet", question).pipe(Effect.flatMap(decode(Opened)))
          assert.deepStrictEqual([opened.coldkey, opened.coldkeypub, opened.hotkey, opened.hotkeypub], [coldkey, coldkey, hotkey, hotkey])
          assert.match(opened.encryption, /nacl/i)
          isSignedBy(opened.coldkey, opened.signatures[0], "sr25519")
          isSignedBy(opened.hotkey, opened.signatures[1], "sr25519")
        }
      })
    )
  )

  it.live("opens in bittensor-wallet, as a vault and unencrypted", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const [coldkey] = yield* make(folder, "sr25519", "ansible")
        const question = { path: folder, name: "ours", hotkey: "worker", message: MESSAGE }
        const vault = yield* python("v10", "wallets10", "open_wallet", { ...question, password: PASSWORD }).pipe(
          Effect.flatMap(decode(Opened))
        )
        assert.strictEqual(vault.coldkey, coldkey?.address)
        assert.match(vault.encryption, /ansible/i)
        const wrong = yield* Effect.flip(python("v10", "wallets10", "open_wallet", { ...question, password: "another" }))
        assert.match(wrong.message, /KeyFileError/)
      })
    )
  )

  it.live("of ed25519 opens in bittensor 11, which reports the scheme", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const [coldkey, hotkey] = yield* make(folder, "ed25519", undefined)
        const question = { path: folder, name: "ours", hotkey: "worker", password: null, message: MESSAGE }
        const answer = yield* python("v11", "wallets11", "open_wallet", question)
        assert.deepInclude(answer, { schemes: [NUMBER_OF.ed25519, NUMBER_OF.ed25519] })
        const opened = yield* decode(Opened)(answer)
        assert.deepStrictEqual<ReadonlyArray<unknown>>([opened.coldkey, opened.hotkey], [coldkey?.address, hotkey?.address])
        isSignedBy(opened.coldkey, opened.signatures[0], "ed25519")
        isSignedBy(opened.hotkey, opened.signatures[1], "ed25519")
      })
    )
  )
})

describe.skipIf(noPython)("a wallet made by bittensor", () => {
  it.live("10 opens here, encrypted with NaCl", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const made = yield* python("v10", "wallets10", "make_wallet", {
          path: folder,
          name: "theirs",
          hotkey: "worker",
          password: PASSWORD
        }).pipe(Effect.flatMap(decode(Made)))
        const started = process.cpuUsage()
        const opened = yield* openOurselves(folder, "theirs")
        // CPU time of this process, because the machine may be busy.
        assert.isBelow(process.cpuUsage(started).user / 1_000_000, 8)
        assert.deepStrictEqual(
          [opened.coldkey.address, opened.coldkeypub, opened.hotkey.address, opened.hotkeypub],
          [made.coldkey, made.coldkey, made.hotkey, made.hotkey]
        )
        for (const key of [opened.coldkey, opened.hotkey])
          assert.strictEqual(
            yield* python("v10", "wallets10", "verify", {
              address: key.address,
              message: MESSAGE,
              signature: key.signText(MESSAGE)
            }),
            true
          )
      })
    )
  )

  it.live("10 from a seed opens here", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const address = yield* python("v10", "wallets10", "regenerate_hotkey", {
          path: folder,
          name: "theirs",
          hotkey: "worker",
          seed: `0x${"91".repeat(32)}`
        })
        const wallet = yield* Effect.flatMap(Wallet.Wallet, ({ hotkey }) => hotkey).pipe(
          Effect.provide(Wallet.layerFiles({ folder, name: "theirs", hotkey: "worker" }))
        )
        assert.strictEqual<unknown>(wallet.address, address)
      })
    )
  )

  it.live.each(["sr25519", "ed25519"] as const)("11 opens here: %s", (scheme) =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const made = yield* python("v11", "wallets11", "make_wallet", {
          path: folder,
          name: "theirs",
          hotkey: "worker",
          password: null,
          scheme: NUMBER_OF[scheme]
        }).pipe(Effect.flatMap(decode(Made)))
        const opened = yield* openOurselves(folder, "theirs")
        assert.deepStrictEqual([opened.coldkey.address, opened.hotkey.address], [made.coldkey, made.hotkey])
        for (const key of [opened.coldkey, opened.hotkey]) {
          assert.strictEqual(key.scheme, scheme)
          const signature = { address: key.address, message: MESSAGE, signature: key.signText(MESSAGE), scheme: NUMBER_OF[scheme] }
          assert.strictEqual(yield* python("v11", "wallets11", "verify", signature), true)
          // polkadot.js signs transactions with the same key.
          const pair = yield* Effect.promise(key.polkadotPair)
          const bySelf = Signature.make(`0x${Buffer.from(pair.sign(MESSAGE)).toString("hex")}`)
          assert.strictEqual(pair.address, key.address)
          assert.isTrue(verifyText(MESSAGE, bySelf, key.address))
        }
      })
    )
  )

  it.live("as a vault opens here", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const plain = JSON.stringify({ secretSeed: `0x${"17".repeat(32)}` })
        yield* python("v10", "wallets10", "make_vault", { path: `${folder}/vault`, plain, password: PASSWORD })
        const bytes = yield* Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.readFile(`${folder}/vault`))
        assert.strictEqual(Keyfile.encryptionOf(bytes), "ansible")
        const opened = yield* Keyfile.decrypt(bytes, "ansible", Redacted.make(PASSWORD))
        assert.strictEqual(Buffer.from(opened).toString(), plain)
      })
    )
  )

  it.live("10 stores its password in a variable that this program reads", () =>
    Effect.gen(function* () {
      const path = "/home/miner/.bittensor/wallets/vec.1/coldkey"
      const kept = yield* python("v10", "wallets10", "remember_password", { path, password: PASSWORD }).pipe(
        Effect.flatMap(decode(Schema.Struct({ name: Schema.String, value: Schema.String })))
      )
      assert.strictEqual(Keyfile.passwordVariable(path), kept.name)
      assert.strictEqual(Keyfile.passwordFromVariable(kept.name, kept.value), PASSWORD)
    })
  )
})
