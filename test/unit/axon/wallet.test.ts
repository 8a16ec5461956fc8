import { inspect } from "node:util"
import * as FileSystem from "@effect/platform/FileSystem"
import * as BunContext from "@effect/platform-bun/BunContext"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, Fiber, Layer, Redacted, Schema } from "effect"
import { verify } from "../../../src/domain/Signature.ts"
import { exposureOf } from "../../../src/layers/chain/wallet/files.ts"
import * as Keyfile from "../../../src/layers/chain/wallet/keyfile.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import * as Wallet from "../../../src/layers/chain/wallet/Wallet.ts"
import { NACL_KEY, NACL_PASSWORD, nacl } from "../../support/axon/naclBox.ts"
import { isShared, read } from "../../support/axon/shared.ts"
import { vaultOf } from "../../support/axon/vault.ts"
import { loggingTo } from "../../support/logging.ts"

/** The development account without a derivation path. Its phrase is in the documentation of every Substrate tool. */
const KNOWN = {
  publicKey: "0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a",
  secretPhrase: "bottom drive obey lake curtain smoke basket hold race lonely fit walk",
  secretSeed: "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e",
  privateKey:
    "0x05d65584630d16cd4af6d0bec10f34bb504a5dcb62dba2122d49f5a663763d0afd190cce74df356432b410bd64682309d6dedb27c76845daf388557cbac3ca34",
  ss58Address: "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"
}
const publicPart = { accountId: KNOWN.publicKey, publicKey: KNOWN.publicKey, ss58Address: KNOWN.ss58Address }
const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"

/** Replaces key derivation, which takes seconds and is tested in test/process/wallet. `derived` counts the calls. */
const knownKeys = () => {
  const counter = { derived: 0 }
  const derive = (password: string) =>
    Effect.sync(() => {
      counter.derived += 1
      return password === NACL_PASSWORD ? NACL_KEY : new Bun.CryptoHasher("sha256").update(password).digest()
    })
  return { counter, provide: Effect.provideService(Keyfile.NaclKey, derive) }
}

const ansible = (plain: string, password: string): Uint8Array => Buffer.from(vaultOf(plain, password, Buffer.alloc(32, 9)))

interface Setting {
  readonly files: Record<string, string | Uint8Array>
  readonly environment?: Record<string, string> | ((folder: string) => Record<string, string>)
  readonly mode?: number
  readonly askPassword?: Wallet.AskPassword
}

/** Runs a query on a wallet in a folder of its own, and returns the result with the log. */
const ask = <A, E>(setting: Setting, question: (wallet: typeof Wallet.Wallet.Service) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const folder = yield* fileSystem.makeTempDirectoryScoped()
    yield* fileSystem.makeDirectory(`${folder}/default/hotkeys`, { recursive: true })
    for (const [name, content] of Object.entries(setting.files)) {
      const path = `${folder}/default/${name}`
      yield* fileSystem.writeFile(path, Buffer.from(content))
      yield* fileSystem.chmod(path, setting.mode ?? 0o600)
    }
    const logged: Array<string> = []
    const { environment = {} } = setting
    const variables = new Map(Object.entries(typeof environment === "function" ? environment(folder) : environment))
    const outcome = yield* Effect.flatMap(Wallet.Wallet, question).pipe(
      Effect.provide(Wallet.layerFiles({ folder, ...(setting.askPassword ? { askPassword: setting.askPassword } : {}) })),
      Effect.either,
      Effect.withConfigProvider(ConfigProvider.fromMap(variables)),
      Effect.provide(loggingTo(logged))
    )
    return { outcome, logged, folder }
  }).pipe(Effect.scoped, Effect.provide(BunContext.layer))

const hotkeyAddress = (wallet: typeof Wallet.Wallet.Service) => Effect.map(wallet.hotkey, ({ address }) => address as string)
const coldkeyAddress = (wallet: typeof Wallet.Wallet.Service) => Effect.map(wallet.coldkey, ({ address }) => address as string)

const rightOf = <A, E>(result: { outcome: { _tag: "Right"; right: A } | { _tag: "Left"; left: E } }) =>
  result.outcome._tag === "Right" ? result.outcome.right : assert.fail(String(result.outcome.left))
const leftOf = <A, E>(result: { outcome: { _tag: "Right"; right: A } | { _tag: "Left"; left: E } }) =>
  result.outcome._tag === "Left" ? result.outcome.left : assert.fail("it should have been refused")

describe("plain key files", () => {
  it.live.each([
    ["a phrase", { secretPhrase: KNOWN.secretPhrase }],
    ["a seed", { secretSeed: KNOWN.secretSeed }],
    ["a seed without 0x", { secretSeed: KNOWN.secretSeed.slice(2) }],
    ["a private key", { privateKey: KNOWN.privateKey }],
    [
      "a phrase before a seed before a private key",
      { privateKey: `0x${"11".repeat(64)}`, secretSeed: `0x${"22".repeat(32)}`, secretPhrase: KNOWN.secretPhrase }
    ],
    ["an empty phrase and a seed", { secretPhrase: null, secretSeed: KNOWN.secretSeed }],
    ["everything", { ...KNOWN }]
  ] as const)("open by %s", ([_name, secrets]) =>
    Effect.gen(function* () {
      const files = { "hotkeys/default": JSON.stringify({ ...secrets, ...publicPart }) }
      assert.strictEqual(rightOf(yield* ask({ files }, hotkeyAddress)), KNOWN.ss58Address)
    })
  )

  /** https://github.com/opentensor/subtensor, the keyfile of its SDK's core, reads all of these. */
  it.live.each([
    ["a phrase alone", `${KNOWN.secretPhrase}\n`],
    ["a seed alone", KNOWN.secretSeed],
    ["a private key alone, without 0x", KNOWN.privateKey.slice(2)],
    ["a scheme as a text", JSON.stringify({ ...KNOWN, cryptoType: "1" })],
    ["another scheme than the account's", JSON.stringify({ ...KNOWN, privateKey: null, cryptoType: 0 })]
  ] as const)("open as earlier tools wrote them: %s", ([_name, content]) =>
    Effect.gen(function* () {
      assert.strictEqual(rightOf(yield* ask({ files: { "hotkeys/default": content } }, hotkeyAddress)), KNOWN.ss58Address)
    })
  )

  it.live("show their address without the secret", () =>
    Effect.gen(function* () {
      const files = {
        "coldkeypub.txt": JSON.stringify(publicPart),
        "hotkeys/defaultpub.txt": JSON.stringify({ publicKey: KNOWN.publicKey })
      }
      const both = (wallet: typeof Wallet.Wallet.Service) => Effect.all([wallet.coldkeyAddress, wallet.hotkeyAddress])
      assert.deepStrictEqual([...rightOf(yield* ask({ files }, both))] as Array<string>, [KNOWN.ss58Address, KNOWN.ss58Address])
    })
  )

  it.live("cause a warning exactly if others may read them", () =>
    Effect.gen(function* () {
      const files = { "hotkeys/default": JSON.stringify(KNOWN) }
      assert.match((yield* ask({ files, mode: 0o644 }, hotkeyAddress)).logged.join(), /other users of this machine can read .*chmod 600/)
      assert.deepStrictEqual((yield* ask({ files, mode: 0o600 }, hotkeyAddress)).logged, [])
      assert.match((yield* ask({ files, mode: 0o640 }, hotkeyAddress)).logged.join(), /chmod 600/)
    })
  )

  it("cause no warning where Kubernetes hands them out to this process's group", () => {
    const own = { uid: 10_001, groups: new Set([10_001]) }
    const exposed = (mode: number, uid: number, gid: number) => exposureOf("/wallets/default", { mode, uid, gid }, own)
    assert.isUndefined(exposed(0o100440, 0, 10_001), "a secret with fsGroup")
    assert.match(exposed(0o100440, 0, 7) ?? "", /have its owner run chmod 600/, "another group reads it")
    assert.match(exposed(0o100444, 0, 10_001) ?? "", /mount it with mode 0400/, "everybody reads it")
    assert.match(exposed(0o100440, 10_001, 10_001) ?? "", /: run chmod 600 on it$/, "it is the process's own file")
  })

  it.live.each([
    ["no file", {}, "KeyfileMissing", /no key at .*hotkeys\/default.*--wallet/],
    ["no JSON", { "hotkeys/default": "hello" }, "KeyfileUnreadable", /not the JSON of a Bittensor key file/],
    [
      "an export of polkadot.js",
      { "hotkeys/default": JSON.stringify({ address: ALICE, encoded: "AAAA", encoding: { version: "3" }, meta: {} }) },
      "KeyfileUnreadable",
      /an export of polkadot\.js .*wallet regenerate/
    ],
    ["half a file", { "hotkeys/default": JSON.stringify(KNOWN).slice(0, -10) }, "KeyfileUnreadable", /not the JSON/],
    ["no secret", { "hotkeys/default": JSON.stringify(publicPart) }, "KeyfileUnreadable", /no phrase, seed or private key/],
    [
      "another account's address",
      { "hotkeys/default": JSON.stringify({ ...KNOWN, ss58Address: ALICE }) },
      "KeyfileUnreadable",
      /public part names another/
    ],
    [
      "a phrase with a word wrong",
      { "hotkeys/default": JSON.stringify({ secretPhrase: KNOWN.secretPhrase.replace("walk", "fit") }) },
      "InvalidSecretUri",
      /neither with a valid phrase/
    ],
    [
      "a private key of zeros",
      { "hotkeys/default": JSON.stringify({ privateKey: "00".repeat(64), ...publicPart }) },
      "KeyfileUnreadable",
      /cannot be used/
    ],
    ["a file too large", { "hotkeys/default": " ".repeat(70_000) }, "KeyfileUnreadable", /too large/]
  ] as const)("are refused when there is %s", ([_name, files, tag, sentence]) =>
    Effect.gen(function* () {
      const error = leftOf(yield* ask({ files }, hotkeyAddress))
      assert.strictEqual(error._tag, tag)
      assert.match(error.message, sentence)
      assert.notInclude(error.message, "\n")
      assert.notInclude(inspect(error, { depth: 9 }), "bottom drive")
    })
  )
})

describe("encrypted key files", () => {
  const plain = JSON.stringify(KNOWN)
  const coldkey = { coldkey: nacl(plain) }

  it.live("open with BT_WALLET_PASSWORD ($NACL), and are decrypted only once", () =>
    Effect.gen(function* () {
      const environment = { BT_WALLET_PASSWORD: NACL_PASSWORD }
      const { counter, provide } = knownKeys()
      const twice = (wallet: typeof Wallet.Wallet.Service) => Effect.all([coldkeyAddress(wallet), coldkeyAddress(wallet)])
      const opened = rightOf(yield* provide(ask({ files: coldkey, environment }, twice)))
      assert.deepStrictEqual([...opened], [KNOWN.ss58Address, KNOWN.ss58Address])
      assert.strictEqual(counter.derived, 1)
    })
  )

  it.live("refuse a wrong password without repeating it ($NACL)", () =>
    Effect.gen(function* () {
      const error = leftOf(
        yield* knownKeys().provide(ask({ files: coldkey, environment: { BT_WALLET_PASSWORD: "hunter2" } }, coldkeyAddress))
      )
      assert.strictEqual(error._tag, "WrongWalletPassword")
      assert.match(error.message, /wrong password for the key at .*coldkey/)
      assert.notInclude(inspect(error, { depth: 9 }), "hunter2")
    })
  )

  // The other password sources are tested with the vault, whose key derivation is fast.
  const vault = { coldkey: ansible(plain, "pässword\n") }
  it.live.each<[string, Omit<Setting, "files">]>([
    ["BT_WALLET_PASSWORD", { environment: { BT_WALLET_PASSWORD: "pässword\n" } }],
    ["the prompt", { askPassword: () => Effect.succeed(Redacted.make("pässword\n")) }],
    [
      "a variable of the file's own, before all others",
      {
        environment: (folder) => {
          const name = Keyfile.passwordVariable(`${folder}/default/coldkey`)
          const mixed = Buffer.from("pässword\n").map((byte, index) => byte ^ name.charCodeAt(index % name.length))
          return { [name]: Buffer.from(mixed).toString("base64"), BT_WALLET_PASSWORD: "another" }
        }
      }
    ]
  ])("open with a password from %s ($ANSIBLE_VAULT)", ([_name, setting]) =>
    Effect.gen(function* () {
      assert.strictEqual(rightOf(yield* ask({ files: vault, ...setting }, coldkeyAddress)), KNOWN.ss58Address)
    })
  )

  it.live("open with a password from a file, without its newline", () =>
    Effect.gen(function* () {
      const files = { coldkey: ansible(plain, "secret word"), password: "secret word\n" }
      const environment = (folder: string) => ({ BT_WALLET_PASSWORD_FILE: `${folder}/default/password` })
      assert.strictEqual(rightOf(yield* ask({ files, environment }, coldkeyAddress)), KNOWN.ss58Address)
    })
  )

  it.live.each<[string, Setting, string, RegExp]>([
    ["there is no password", { files: vault }, "PasswordNeeded", /encrypted and no password was given: set BT_WALLET_PASSWORD/],
    ["the prompt is left", { files: vault, askPassword: () => Effect.fail("left") }, "PasswordNeeded", /no password/],
    ["the password is wrong", { files: vault, environment: { BT_WALLET_PASSWORD: "no" } }, "WrongWalletPassword", /wrong password/],
    [
      "the password's file is missing",
      { files: vault, environment: { BT_WALLET_PASSWORD_FILE: "/nowhere/at/all" } },
      "KeyfileMissing",
      /nowhere/
    ],
    [
      "a vault is cut short",
      { files: { coldkey: vault.coldkey.slice(0, 60) }, environment: { BT_WALLET_PASSWORD: "no" } },
      "KeyfileUnreadable",
      /body cannot be read/
    ],
    [
      "a box is cut short",
      { files: { coldkey: coldkey.coldkey.slice(0, 40) }, environment: { BT_WALLET_PASSWORD: "no" } },
      "KeyfileUnreadable",
      /cut short/
    ]
  ])("are refused when %s", ([_name, setting, tag, sentence]) =>
    Effect.gen(function* () {
      const error = leftOf(yield* ask(setting, coldkeyAddress))
      assert.strictEqual(error._tag, tag)
      assert.match(error.message, sentence)
    })
  )

  it.live("open for the next caller when the first gave up at the prompt", () =>
    Effect.gen(function* () {
      const prompted = yield* Deferred.make<void>()
      let prompts = 0
      const askPassword = () =>
        Effect.suspend(() => {
          prompts += 1
          const word = Effect.succeed(Redacted.make("secret word"))
          return prompts === 1 ? Effect.zipRight(Deferred.succeed(prompted, undefined), Effect.never) : word
        })
      const twice = (wallet: typeof Wallet.Wallet.Service) =>
        Effect.gen(function* () {
          const first = yield* Effect.fork(wallet.coldkey)
          yield* Deferred.await(prompted)
          const second = yield* Effect.fork(wallet.coldkey)
          yield* Fiber.interrupt(first)
          return [yield* Fiber.join(second), yield* wallet.coldkey].map(({ address }): string => address)
        })
      const files = { coldkey: ansible(plain, "secret word") }
      assert.deepStrictEqual(rightOf(yield* ask({ files, askPassword }, twice)), [KNOWN.ss58Address, KNOWN.ss58Address])
      assert.strictEqual(prompts, 2)
    })
  )

  const Recorded = Schema.Struct({
    file_hex: Schema.String,
    password: Schema.String,
    plaintext: Schema.String,
    hotkey_file: Schema.String,
    coldkeypub_file: Schema.String,
    env_var_name_example: Schema.Struct({ path: Schema.String, name: Schema.String, xor_base64_of_password: Schema.String })
  })
  it.live.skipIf(!isShared)("written by bittensor-wallet itself open (../shared/vectors/wallet.json)", () =>
    Effect.gen(function* () {
      const recorded = Schema.decodeUnknownSync(Recorded)(read("wallet.json"))
      const { path, name, xor_base64_of_password } = recorded.env_var_name_example
      assert.strictEqual(Keyfile.passwordVariable(path), name)
      assert.strictEqual(Keyfile.passwordFromVariable(name, xor_base64_of_password), recorded.password)
      const bytes = Buffer.from(recorded.file_hex, "hex")
      assert.strictEqual(Keyfile.encryptionOf(bytes), "nacl")
      const opened = yield* knownKeys().provide(Keyfile.decrypt(bytes, "nacl", Redacted.make(recorded.password)))
      assert.strictEqual(Buffer.from(opened).toString(), recorded.plaintext)
      const files = { "hotkeys/default": recorded.hotkey_file, "coldkeypub.txt": recorded.coldkeypub_file }
      const both = (wallet: typeof Wallet.Wallet.Service) => Effect.all([hotkeyAddress(wallet), wallet.coldkeyAddress])
      assert.deepStrictEqual([...rightOf(yield* ask({ files }, both))] as Array<string>, [KNOWN.ss58Address, KNOWN.ss58Address])
    })
  )
})

describe("secret URIs", () => {
  const addressOf = (uri = "") => Effect.map(keyPairOf(Redacted.make(uri)), ({ address }) => address as string)

  it.live.each([
    ["//Alice", ALICE],
    ["//Bob", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"],
    ["//Alice//stash", "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY"],
    [`${KNOWN.secretPhrase}//Alice`, ALICE],
    [KNOWN.secretPhrase, KNOWN.ss58Address],
    [KNOWN.secretSeed, KNOWN.ss58Address],
    [` ${KNOWN.secretSeed}//Alice\n`, ALICE]
  ])("%s", ([uri, address]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* addressOf(uri), address)
    })
  )

  it.live("derive as polkadot.js does, with soft steps and a password", () =>
    Effect.gen(function* () {
      const { Keyring } = yield* Effect.promise(() => import("@polkadot/keyring"))
      const keyring = new Keyring({ type: "sr25519", ss58Format: 42 })
      for (const uri of ["//Alice/soft", "//1//two/3", `${KNOWN.secretPhrase}//hard/soft///pass/word`, `${KNOWN.secretPhrase}///only`])
        assert.strictEqual(yield* addressOf(uri), keyring.createFromUri(uri).address, uri)
    })
  )

  it.live.each(["", "Alice", "/", "//", "0x1234", "bottom drive obey", `${KNOWN.secretPhrase} walk`, "0xzz//Alice"])(
    "%j is refused and never quoted",
    (uri) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(keyPairOf(Redacted.make(uri)))
        assert.strictEqual(error._tag, "InvalidSecretUri")
        assert.notInclude(error.message, "bottom drive")
      })
  )
})

describe("a key pair", () => {
  it.live("signs what polkadot.js verifies, verifies what polkadot.js signs, and shows no secret", () =>
    Effect.gen(function* () {
      const pair = yield* keyPairOf(Redacted.make("//Alice"))
      const polkadot = yield* Effect.promise(pair.polkadotPair)
      const message = new TextEncoder().encode("to be signed")
      assert.strictEqual(polkadot.address, pair.address)
      assert.isTrue(polkadot.verify(message, pair.sign(message), pair.publicKey))
      assert.isTrue(
        verify(message, `0x${Buffer.from(polkadot.sign(message)).toString("hex")}` as ReturnType<typeof pair.signText>, pair.address)
      )
      assert.isFalse(polkadot.verify(message, pair.sign(new Uint8Array()), pair.publicKey))
      // The start of Alice's secret key.
      assert.notInclude(inspect(pair, { depth: 9 }) + JSON.stringify(pair), "98319d4f")
      assert.strictEqual(yield* Effect.promise(pair.polkadotPair), polkadot)
    })
  )

  it.live("derived from a URI serves as hotkey and coldkey", () =>
    Effect.gen(function* () {
      const wallet = yield* Wallet.Wallet
      assert.strictEqual(yield* wallet.hotkey, yield* wallet.coldkey)
      assert.strictEqual(yield* wallet.coldkeyAddress, ALICE)
    }).pipe(Effect.provide(Layer.fresh(Wallet.layerUri(Redacted.make("//Alice")))))
  )
})
