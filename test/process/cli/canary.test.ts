/** Secrets must not leak: each is passed to a process in every possible way and searched for in all of its output, including during failures. */
import { randomBytes } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { vaultOf } from "../../support/axon/vault.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { eventually, folder, fund, keyOf, NETUID, run, start, World, worldLayer } from "../../support/cli/support.ts"

const seed = randomBytes(32)
const hotkey = fromSeed(seed)
const token = (name: string) => `gh${name}_${randomBytes(18).toString("hex")}`

const planted = {
  seed: `0x${seed.toString("hex")}`,
  mnemonic: "",
  password: `canary "password" ${randomBytes(9).toString("base64url")}`,
  wrongPassword: `canary wrong ${randomBytes(9).toString("base64url")}`,
  firstToken: token("o"),
  secondToken: token("p"),
  apiKey: randomBytes(12).toString("hex")
}

/** The encodings that would reveal a secret. */
const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("hex")
]
const bare = (secret: string) => (secret.startsWith("0x") ? [secret.slice(2)] : [])

const hits = (text: string): ReadonlyArray<string> =>
  Object.entries(planted).flatMap(([name, secret]) =>
    [...formsOf(secret), ...bare(secret)].some((form) => form !== "" && text.toLowerCase().includes(form.toLowerCase())) ? [name] : []
  )

const filesIn = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())

const outputs: Array<readonly [what: string, text: string]> = []
const keep = (what: string, ...texts: ReadonlyArray<string>) => outputs.push([what, texts.join("\n")])

const wallets = Effect.gen(function* () {
  const path = yield* folder
  mkdirSync(join(path, "canary", "hotkeys"), { recursive: true })
  const keyfile = JSON.stringify({ secretSeed: planted.seed, secretPhrase: null, ss58Address: hotkey.address })
  writeFileSync(join(path, "canary", "hotkeys", "default"), vaultOf(keyfile, planted.password, randomBytes(32)), { mode: 0o600 })
  return path
})

layer(worldLayer({ roundLength: 20, attestBlocks: 8 }), { excludeTestServices: true })("canary secrets", (it) => {
  it.scoped("appear in no output, file or metric of processes that fail in every way", () =>
    Effect.gen(function* () {
      planted.mnemonic = yield* Effect.promise(async () => {
        const { mnemonicGenerate, cryptoWaitReady } = await import("@polkadot/util-crypto")
        await cryptoWaitReady()
        return mnemonicGenerate()
      })
      const { endpoint, contract: address, ownerUri, github } = yield* World
      const [chain, contract] = yield* Effect.all([Chain, Contract])
      const [owner, alice] = yield* Effect.all([keyOf(ownerUri), keyOf("//Alice")])
      yield* fund([hotkey.address], 10_000_000_000n)
      yield* chain.submit({
        label: "burned_register",
        signer: alice,
        until: "finalised",
        call: (api) => {
          const call = api.tx.subtensorModule?.burnedRegister
          if (call === undefined) throw new Error("no such call")
          return call(NETUID, hotkey.address)
        }
      })
      yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [hotkey.address] }, owner, "finalised")

      const proxy = yield* startProxy(endpoint)
      const [path, data] = [yield* wallets, yield* folder]
      const wallet = ["--wallet", "canary", "--wallet-path", path]
      const loud = ["--log-level", "trace"]
      const env = {
        GITTENSOR_ENDPOINT: `${proxy.endpoint}/v1/${planted.apiKey}?key=${planted.apiKey}`,
        GITTENSOR_CONTRACT: address,
        GITTENSOR_GITHUB_URL: github.url,
        GITTENSOR_GITHUB_TOKEN: `${planted.firstToken},${planted.secondToken}`,
        BT_WALLET_PASSWORD: planted.password
      }
      const tried = (what: string, args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
        Effect.map(run([...args, ...loud], { ...env, ...more }), (ended) => {
          keep(`${what} (${ended.code})`, ended.stdout, ended.stderr)
          return ended
        })

      // A running validator whose token GitHub refuses and whose chain connection is cut and stalls, queried through every interface.
      {
        const listen = ["--axon-host", "127.0.0.1", "--axon-port", "0", "--data", data, "--verdict-interval", "300ms"]
        const validator = yield* start(["validate", "--json", ...listen, ...wallet, ...loud], env)
        const { axon, metrics } = JSON.parse(yield* validator.ready) as Readonly<Record<"axon" | "metrics", { readonly port: number }>>
        const lost = Effect.sync(() => (/connected to the chain again/.test(validator.stderr()) ? true : undefined))
        proxy.cut()
        yield* eventually("the loss of the connection", lost)
        for (const { port } of [axon, metrics])
          for (const page of ["/health", "/live", "/ready", "/metrics", "/nothing"])
            keep(`${page} of the validator`, yield* Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${page}`)).text()))
        yield* validator.signal("SIGTERM")
        assert.strictEqual(yield* validator.exited, 0)
        keep("the validator", validator.stdout(), validator.stderr())
      }

      const configured = join(yield* folder, "config.json")
      writeFileSync(
        configured,
        JSON.stringify({ uri: planted.mnemonic, githubToken: planted.firstToken, unknown: planted.password, data: [planted.password] })
      )
      mkdirSync(join(data, "odd", "enrolments.sqlite"), { recursive: true })
      const json = { GITTENSOR_LOG_FORMAT: "json" }
      const away = `ws://canary:${planted.apiKey}@127.0.0.1:1/${planted.apiKey}`
      const once = ["validate", "--once", "--data"]
      const failures: ReadonlyArray<
        readonly [what: string, code: number, args: ReadonlyArray<string>, more?: Readonly<Record<string, string>>]
      > = [
        ["a wrong password", 4, [...once, yield* folder, ...wallet], { ...json, BT_WALLET_PASSWORD: planted.wrongPassword }],
        ["a token that GitHub does not know", 1, ["mine", "link-github", "--yes", ...wallet], json],
        ["a chain that is away", 3, ["mine", "status"], { GITTENSOR_URI: planted.mnemonic, GITTENSOR_ENDPOINT: away }],
        ["a phrase that is none", 4, ["mine", "status"], { ...json, GITTENSOR_URI: `${planted.mnemonic} canary//${planted.password}` }],
        ["a stranger's phrase", 2, [...once, yield* folder], { GITTENSOR_URI: `${planted.mnemonic}//hot` }],
        // The preceding validator's folder: in another folder, its last transactions would be another process's.
        ["a seed on the command line", 0, [...once, data, "--uri", planted.seed], json],
        ["a word too many", 2, ["mine", "status", planted.mnemonic]],
        ["a configuration that is wrong", 2, ["mine", "status"], { GITTENSOR_CONFIG: configured }],
        ["a folder that is damaged", 1, [...once, join(data, "odd"), ...wallet], json]
      ]
      yield* Effect.forEach(
        failures,
        ([what, code, args, more]) =>
          Effect.map(tried(what, args, more), (ended) =>
            assert.strictEqual(
              ended.code,
              code,
              `${what}:\n${ended.stderr
                .split("\n")
                .filter((line) => !/trace|debug/i.test(line))
                .slice(-40)
                .join("\n")}`
            )
          ),
        { concurrency: 3, discard: true }
      )

      for (const file of filesIn(data)) keep(file, readFileSync(file, "latin1"))
      assert.isAbove(outputs.length, 12)
      const found = outputs.flatMap(([what, text]) => hits(text).map((name) => `${name} in ${what}`))
      assert.deepStrictEqual(found, [])
    })
  )
})
