/** `gittensor wallet`: exit codes, output, and no secret unless requested. One wallet is created by the executable, and one at a terminal. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { atTerminal, fails, folder, jsonOf, run, runHere } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"

const PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
const ADDRESS = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"
const VAULT = ["--encryption", "ansible-vault"] as const

const within = (use: (wallets: string) => Effect.Effect<void>) => Effect.scoped(Effect.flatMap(folder, use))

describe.concurrent("gittensor wallet", () => {
  it.live("creates a wallet, shows it, and does not create it twice", () =>
    within((wallets) =>
      Effect.gen(function* () {
        const args = ["--wallet-path", wallets, "--wallet", "mine"]
        const env = { BT_WALLET_PASSWORD: "a password of the test" }
        const made = yield* run(["wallet", "create", ...args, ...VAULT], env)
        assert.strictEqual(made.code, 0, made.stderr)
        const phrase =
          /"secretPhrase":"([^"]+)"/.exec(readFileSync(join(wallets, "mine/hotkeys/default"), "utf8"))?.[1] ?? assert.fail("no phrase")
        assert.notInclude(made.stdout, phrase)
        const shown = jsonOf(yield* runHere(["wallet", "show", ...args, "--json"])) as {
          readonly keys: ReadonlyArray<Record<string, unknown>>
        }
        assert.deepStrictEqual(
          shown.keys.map(({ role, encryption, mode, problems }) => [role, encryption, mode, problems]),
          [
            ["coldkey", "ansible", "600", []],
            ["hotkey", null, "600", []]
          ]
        )
        fails(yield* runHere(["wallet", "create", ...args, ...VAULT], env), 4, join(wallets, "mine/coldkey"), "--overwrite")
        const again = jsonOf(
          yield* runHere(["wallet", "create", ...args, "--only", "hotkey", "--overwrite", "--show-phrase", "--json"], env)
        )
        assert.match(JSON.stringify(again), /"phrase":"(\w+ ){11}\w+"/)
      })
    )
  )

  it.live("creates keys of either scheme, encrypted as bittensor encrypts them", () =>
    within((wallets) =>
      Effect.gen(function* () {
        const create = (scheme: string, only: string) =>
          Effect.map(
            runHere(["wallet", "create", "--wallet-path", wallets, "--only", only, "--scheme", scheme, "--encryption", "nacl", "--json"], {
              BT_WALLET_PASSWORD: "a password of the test"
            }),
            jsonOf
          )
        yield* create("ed25519", "coldkey")
        yield* create("sr25519", "hotkey")
        assert.strictEqual(readFileSync(join(wallets, "default/coldkey")).subarray(0, 5).toString(), "$NACL")
        const { keys } = jsonOf(yield* runHere(["wallet", "show", "--wallet-path", wallets, "--json"])) as {
          readonly keys: ReadonlyArray<Record<string, unknown>>
        }
        assert.deepStrictEqual(
          keys.map(({ role, encryption, problems }) => [role, encryption, problems]),
          [
            ["coldkey", "nacl", []],
            ["hotkey", null, []]
          ]
        )
      })
    )
  )

  it.live.skipIf(!existsSync("/dev/full"))("says that its output cannot be written, and makes no key whose phrase nobody saw", () =>
    within((wallets) =>
      Effect.sync(() => {
        const of = (words: string, into: string) => {
          const script = `exec ${program.join(" ")} ${words} ${into}`
          const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", script], { env: { ...process.env, HOME: wallets }, stdout: "ignore" })
          return [exitCode, stderr.toString()] as const
        }
        const create = `wallet create --wallet-path ${wallets} --no-password --show-phrase`
        for (const words of ["--version", "--help", create, `${create} --json`]) {
          const [code, line] = of(words, ">/dev/full")
          assert.strictEqual(code, 6, words)
          assert.match(line, /^gittensor: standard output cannot be written \(ENOSPC\): [^\n]*\n$/)
        }
        assert.isFalse(existsSync(join(wallets, "default")))
        assert.deepStrictEqual(of("--help", "| true; exit 0"), [0, ""])
      })
    )
  )

  it.live("restores a key from its phrase, which is never on the command line", () =>
    within((wallets) =>
      Effect.gen(function* () {
        writeFileSync(join(wallets, "phrase"), `  ${PHRASE.toUpperCase()}\n`)
        const args = ["wallet", "regenerate", "coldkey", "--wallet-path", wallets, "--no-password", "--secret-file"]
        const made = yield* runHere([...args, join(wallets, "phrase"), "--json"])
        assert.include(JSON.stringify(jsonOf(made)), ADDRESS)
        fails(yield* runHere([...args, join(wallets, "nothing"), "--overwrite"]), 4, "cannot be read")
        fails(yield* runHere([...args.slice(0, -1), "--overwrite"]), 4, "--secret-file")
        writeFileSync(join(wallets, "phrase"), PHRASE.replace("walk", "fit"))
        fails(yield* runHere([...args, join(wallets, "phrase"), "--overwrite"]), 4, "checksum")
        writeFileSync(join(wallets, "phrase"), "0x1234")
        fails(yield* runHere([...args, join(wallets, "phrase"), "--overwrite"]), 4, "32 bytes")
        assert.include(readFileSync(join(wallets, "default/coldkey"), "utf8"), ADDRESS)
      })
    )
  )

  it.live("refuses invalid names, and does not encrypt a key without a password", () =>
    within((wallets) =>
      Effect.gen(function* () {
        fails(yield* runHere(["wallet", "create", "--wallet-path", wallets, "--wallet", "../above"]), 2, '"../above" cannot name a wallet')
        fails(yield* runHere(["wallet", "create", "--wallet-path", wallets]), 4, "a new coldkey needs a password: set BT_WALLET_PASSWORD")
      })
    )
  )

  it.live("shows new phrases on a terminal, and shows no password", () =>
    within((wallets) =>
      Effect.gen(function* () {
        const args = ["wallet", "create", "--wallet-path", wallets, "--only", "coldkey", ...VAULT]
        const { code, screen } = yield* atTerminal(args, {}, "New password", "typed twice\r", ["Repeat it", "typed twice\r"])
        assert.strictEqual(code, 0, screen)
        assert.notInclude(screen, "typed twice")
        assert.match(screen, /coldkey: (\w+ ){11}\w+/)
      })
    )
  )
})
