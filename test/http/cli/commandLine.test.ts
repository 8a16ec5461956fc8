/** Errors found before any chain is queried: in the command line, configuration, wallets and endpoints. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fails, folder, run, runHere, secret } from "../../support/cli/support.ts"
import { listen, serve, serveWebSocket } from "../../support/serve.ts"

const CONTRACT = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
/** A port without a listener. */
const NOWHERE = "ws://127.0.0.1:9"

describe("the usual words", () => {
  it.effect("ask for help, and name a command as the British spell it", () =>
    Effect.gen(function* () {
      const wanted = yield* run(["mine", "enroll", "--help"])
      assert.strictEqual(wanted.code, 0)
      for (const words of [
        ["help", "mine", "enroll"],
        ["mine", "enrol", "--help"]
      ])
        assert.strictEqual((yield* run(words)).stdout, wanted.stdout, words.join(" "))
      assert.strictEqual((yield* run(["help"])).stdout, (yield* run(["--help"])).stdout)
    })
  )
})

describe("a user without a home folder", () => {
  it.effect("is told so only by what needs one", () =>
    Effect.gen(function* () {
      const needs = yield* runHere(["index", "--migrate-only"], { HOME: "" })
      assert.strictEqual(needs.code, 2, needs.stderr)
      assert.match(needs.stderr, /there is no home folder for the embedded database: .* Give --data or --database, or set HOME/)
      assert.strictEqual((yield* runHere(["index", "--help"], { HOME: "" })).code, 0)
      const address = "postgres://a@127.0.0.1:9/b"
      const asked = yield* runHere(["index", "--migrate-only", "--database", address], { HOME: "" })
      assert.match(asked.stderr, /does not answer/)
    })
  )
})

describe.concurrent("a wrong command line", () => {
  const cases: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, says: ReadonlyArray<string>]> = [
    ["an unknown command", ["pay"], ['"pay" is not a command of "gittensor"', "validate"]],
    ["a mistyped command", ["validat"], ['did you mean "validate"?', "use one of"]],
    ["a shortened subcommand", ["mine", "link"], ['did you mean "link-github"?']],
    ["help as a subcommand", ["mine", "help"], ['did you mean "gittensor mine --help"?']],
    ["the version as a command", ["version"], ['did you mean "gittensor --version"?']],
    ["a mistyped option of the server", ["serve", "--max-behnd", "3"], ['did you mean "--max-behind"?']],
    ["a mistyped option of the demo", ["demo", "--exit-aftr", "1"], ['did you mean "--exit-after"?']],
    ["an unknown subcommand", ["mine", "issuse"], ['"issuse" is not a command of "gittensor mine"', "enroll, issues"]],
    [
      "an unknown sub-subcommand",
      ["owner", "validators", "ad"],
      ['"ad" is not a command of "gittensor owner validators"', "add, list, remove"]
    ],
    ["completions for another shell", ["--completions", "tcsh"], ['there are no completions for "tcsh"', "bash, fish or zsh"]],
    ["completions for no shell", ["--completions="], ["name the shell"]],
    ["an unknown option", ["mine", "issues", "--contract", CONTRACT, "--bogus"], ['"--bogus"', 'see "gittensor mine issues --help"']],
    ["a missing argument", ["mine", "enroll", "--contract", CONTRACT], ["<issue> is missing", "gittensor mine enroll --help"]],
    ["a missing option", ["owner", "register-issue", "a/b#1"], ["--bounty is missing"]],
    ["a missing contract", ["mine", "issues"], ["--contract is missing", "GITTENSOR_CONTRACT"]],
    ["an option without its value", ["mine", "issues", "--contract"], ["--contract"]],
    ["an option without its value, where none is required", ["demo", "--pace"], ["--pace needs a value"]],
    [
      "several mistakes at once",
      ["mine", "status", "--netuid", "abc"],
      ['--netuid "abc" is not a whole number from 0 to 65535; --contract is missing: give it']
    ],
    ["a contract that is no address", ["mine", "issues", "--contract", "5Foo"], ["--contract", '"5Foo" is not an account address', "SS58"]],
    ["a netuid that is no number", ["mine", "issues", "--netuid", "first"], ['--netuid "first"', "0 to 65535"]],
    ["a netuid out of range", ["mine", "issues", "--netuid", "65536"], ['--netuid "65536"']],
    ["an issue that is no number", ["mine", "enroll", "one", "--contract", CONTRACT], ['issue "one"', "whole number"]],
    [
      "a malformed issue reference",
      ["owner", "register-issue", "widgets", "--bounty", "1", "--contract", CONTRACT],
      ['"widgets"', "owner/name#42"]
    ],
    [
      "a pull request's address",
      ["owner", "register-issue", "https://github.com/a/b/pull/3", "--bounty", "1", "--contract", CONTRACT],
      ["pull request", "name the issue"]
    ],
    [
      "a malformed amount",
      ["owner", "register-issue", "a/b#1", "--bounty", "1,5", "--contract", CONTRACT],
      ['"1,5" is not an amount', "12.5"]
    ],
    ["a negative amount", ["owner", "register-issue", "a/b#1", "--bounty=-5", "--contract", CONTRACT], ['"-5" is not an amount']],
    ["too fine an amount", ["owner", "register-issue", "a/b#1", "--bounty", "0.0000000001", "--contract", CONTRACT], ["at most 9 digits"]],
    ["an unknown contract setting", ["owner", "deploy", "--set", "colour=1"], ["setting colour", "roundLength"]],
    ["a contract setting that is no period", ["owner", "deploy", "--set", "round-length=long"], ["roundLength=long", "2d, 12h"]],
    ["a contract setting between two blocks", ["owner", "deploy", "--set", "roundLength=30s"], ["roundLength=30s", "2.5 blocks"]],
    ["a contract setting out of bounds", ["owner", "deploy", "--set", "roundLength=1"], ["2 to 2,628,000 blocks"]],
    ["a quorum of half", ["owner", "deploy", "--set", "quorumBps=50%"], ["quorumBps=50%", "50.01% to 100%"]],
    ["a minimum in rao", ["owner", "deploy", "--set", "minBounty=10000000000"], ["minBounty=10000000000", "alpha"]],
    [
      "a reason that is the validators' to give",
      ["owner", "cancel-issue", "1", "--reason", "reverted", "--contract", CONTRACT],
      ['--reason "reverted"', "not-planned"]
    ],
    [
      "an address that is none",
      ["owner", "transfer-ownership", "5Foo", "--contract", CONTRACT],
      ['"5Foo" is not an account address', "SS58"]
    ],
    ["a port that is none", ["devnet", "--port", "70000"], ['--port "70000"', "65535"]],
    ["a block time that is none", ["devnet", "--block-time", "soon"], ['"soon" is not a block time', "500ms"]],
    ["facts that are not there", ["devnet", "--github", "/nowhere.jsonl"], ["--github /nowhere.jsonl", "no such file"]],
    ["an axon's address that is none", ["validate", "--contract", CONTRACT, "--axon-ip", "here"], ['--axon-ip "here"', "203.0.113.7"]],
    [
      "an interval that is none",
      ["validate", "--contract", CONTRACT, "--verdict-interval", "often"],
      ['--verdict-interval "often"', "90s"]
    ],
    ["a choice that is none", ["doctor", "--role", "referee"], ['--role "referee" is not one of validator, miner, owner, dashboard']],
    ["a number that is no choice", ["wallet", "create", "--words=13"], ['--words "13" is not one of 12, 15, 18, 21, 24']],
    ["no bounties to wait for", ["demo", "--exit-after", "0"], ['--exit-after "0"']]
  ]
  for (const [what, args, says] of cases)
    it.live(what, () =>
      Effect.map(run(args, { GITTENSOR_ENDPOINT: NOWHERE, GITTENSOR_URI: "//Alice" }), (outcome) => fails(outcome, 2, ...says))
    )
})

describe.concurrent("the configuration", () => {
  const withFile = (text: string, env: Record<string, string> = {}, ...args: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const file = join(yield* folder, "config.json")
      writeFileSync(file, text)
      return { file, outcome: yield* run(["mine", "issues", ...args], { GITTENSOR_CONFIG: file, ...env }) }
    }).pipe(Effect.scoped)
  const kept = secret("//Canary-in-a-file")

  const broken: ReadonlyArray<readonly [what: string, text: string, says: string]> = [
    ["no JSON", `{"uri": "${kept}"`, "it is not JSON"],
    ["no object", `["${kept}"]`, "one object"],
    ["a value of the wrong kind", `{"uri": ["${kept}"]}`, '"uri" must be text or a number']
  ]
  for (const [what, text, says] of broken)
    it.live(`a file with ${what} is refused by its name, and not quoted`, () =>
      Effect.map(withFile(text), ({ file, outcome }) => fails(outcome, 2, file, says))
    )

  it.live("a file with keys that this release does not know is read, and they are named, with what may have been meant", () =>
    Effect.map(
      withFile(`{"urii": "${kept}", "later": 1, "endpoint": "ws://127.0.0.1:1", "contract": "${CONTRACT}"}`),
      ({ file, outcome }) => {
        assert.strictEqual(outcome.code, 3, outcome.stderr)
        assert.include(
          outcome.stderr.replaceAll('\\"', '"'),
          `"urii" in ${file} is not a setting of this release, and is ignored: did you mean "uri"?`
        )
        assert.include(outcome.stderr.replaceAll('\\"', '"'), "the settings are endpoint, netuid")
      }
    )
  )

  it.live("a variable that this release does not know is named, with what may have been meant, and those of others are not", () =>
    Effect.map(
      withFile(`{"endpoint": "ws://127.0.0.1:1", "contract": "${CONTRACT}"}`, {
        GITTENSOR_ROSTERR: kept,
        GITTENSOR_LATER: "1",
        GITTENSOR_VALIDATOR_PORT: "tcp://10.0.0.1:80"
      }),
      ({ outcome }) => {
        assert.strictEqual(outcome.code, 3, outcome.stderr)
        assert.include(
          outcome.stderr,
          "the variable GITTENSOR_ROSTERR is not a setting of this release, and is ignored: did you mean GITTENSOR_ROSTER?"
        )
        assert.include(outcome.stderr, "the variable GITTENSOR_LATER is not a setting of this release, and is ignored")
        assert.notInclude(outcome.stderr, "GITTENSOR_VALIDATOR_PORT")
      }
    )
  )

  it.live("reports a named file that does not exist", () =>
    Effect.map(run(["mine", "issues"], { GITTENSOR_CONFIG: "/nowhere/config.json" }), (outcome) =>
      fails(outcome, 2, "/nowhere/config.json", "does not exist")
    )
  )

  it.live("prefers a flag to the environment, and the environment to the file", () =>
    Effect.gen(function* () {
      const text = JSON.stringify({ endpoint: "ws://127.0.0.1:1", contract: CONTRACT })
      const [file, environment, flag] = yield* Effect.all([
        withFile(text),
        withFile(text, { GITTENSOR_ENDPOINT: "ws://127.0.0.1:2" }),
        withFile(text, { GITTENSOR_ENDPOINT: "ws://127.0.0.1:2" }, "--endpoint", "ws://127.0.0.1:3")
      ])
      fails(file.outcome, 3, "ws://127.0.0.1:1 ")
      fails(environment.outcome, 3, "ws://127.0.0.1:2 ")
      fails(flag.outcome, 3, "ws://127.0.0.1:3 ")
    })
  )

  it.live("takes an empty setting for one that is not given", () =>
    Effect.gen(function* () {
      const text = JSON.stringify({ endpoint: NOWHERE, contract: CONTRACT, githubToken: "" })
      const empty = {
        ...{ GITTENSOR_ENDPOINT: "", GITTENSOR_CONTRACT: " ", GITTENSOR_NETUID: "", GITTENSOR_URI: "", GITTENSOR_WALLET: "" },
        ...{ GITTENSOR_HOTKEY: "", GITTENSOR_WALLET_PATH: "", GITTENSOR_DATA: "", GITTENSOR_GITHUB_URL: "", GITTENSOR_ROSTER: "" },
        ...{ GITTENSOR_LOG_LEVEL: "", GITTENSOR_LOG_FORMAT: "\t", DATABASE_URL: "", GITTENSOR_DATABASE: "" }
      }
      // The endpoint and the contract come from the file, everything else from the defaults.
      const { outcome } = yield* withFile(text, empty)
      fails(outcome, 3, NOWHERE)
      fails(yield* run(["mine", "issues"], { ...empty, GITTENSOR_CONFIG: "" }), 2, "--contract is missing")
      // Without a URI, the wallet signs.
      const deploy = ["owner", "deploy", "--yes", "--endpoint", NOWHERE]
      fails(yield* run(deploy, empty), 4, ".bittensor/wallets/default/coldkey")
    })
  )

  it.live("includes the home folder's file without its being named", () =>
    Effect.gen(function* () {
      const home = yield* folder
      mkdirSync(join(home, ".gittensor"))
      writeFileSync(join(home, ".gittensor", "config.json"), JSON.stringify({ endpoint: NOWHERE, contract: CONTRACT }))
      fails(yield* run(["mine", "issues"], { HOME: home }), 3, NOWHERE)
    }).pipe(Effect.scoped)
  )

  it.live("refuses unknown log levels and formats and wrong GitHub settings by name", () =>
    Effect.gen(function* () {
      const env = { GITTENSOR_ENDPOINT: NOWHERE, GITTENSOR_CONTRACT: CONTRACT }
      fails(yield* run(["mine", "issues"], { ...env, GITTENSOR_LOG_LEVEL: "loud" }), 2, "GITTENSOR_LOG_LEVEL", '"loud"')
      fails(yield* run(["mine", "issues"], { ...env, GITTENSOR_LOG_FORMAT: "xml" }), 2, "GITTENSOR_LOG_FORMAT", "json, logfmt")
      fails(yield* run(["mine", "issues"], { ...env, GITTENSOR_NETUID: "many" }), 2, '--netuid "many"')
      fails(yield* run(["doctor"], { ...env, GITTENSOR_GITHUB_URL: "github" }), 2, "GITTENSOR_GITHUB_URL", "http")
    })
  )
})

describe.concurrent("a wrong endpoint", () => {
  const issues = (endpoint: string) => run(["mine", "issues", "--contract", CONTRACT, "--endpoint", endpoint])

  it.live("nobody listens there", () =>
    Effect.map(issues(NOWHERE), (outcome) => fails(outcome, 3, `the chain at ${NOWHERE} did not answer`, "is the endpoint right"))
  )
  it.live("its name does not resolve", () =>
    Effect.map(issues("ws://no-such-node.invalid:9944"), (outcome) => fails(outcome, 3, "ws://no-such-node.invalid:9944"))
  )
  it.live("it is not a WebSocket address", () =>
    Effect.gen(function* () {
      for (const endpoint of ["http://127.0.0.1:9944", "127.0.0.1:9944", "ws://", "ws://a b", ""])
        fails(yield* issues(endpoint), 2, `"${endpoint}" is not an endpoint`, "ws://127.0.0.1:9944")
    })
  )

  it.scopedLive("a web server answers there", () =>
    Effect.gen(function* () {
      const { port } = yield* serve(() => new Response("welcome"))
      fails(yield* issues(`ws://127.0.0.1:${port}`), 3, `ws://127.0.0.1:${port}`)
    })
  )
  it.scopedLive("it accepts connections but never answers: noticed within 30 s", () =>
    Effect.gen(function* () {
      const port = yield* listen(() => undefined)
      const outcome = yield* issues(`ws://127.0.0.1:${port}`)
      fails(outcome, 3, `ws://127.0.0.1:${port}`, "no answer")
      // By the message, because a busy machine adds to the time until the command ends.
      assert.isBelow(Number(/no answer in (\d+)s/.exec(outcome.stderr)?.[1]), 30)
    })
  )
  it.scopedLive("a WebSocket answers that is not a chain", () =>
    Effect.gen(function* () {
      const { url } = yield* serveWebSocket((text) => {
        const { id } = JSON.parse(text) as { readonly id: number }
        return JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found" } })
      })
      fails(yield* issues(url), 3, url, "Method not found")
    })
  )
})

describe.concurrent("a wrong wallet", () => {
  const status = (env: Record<string, string>, ...args: ReadonlyArray<string>) =>
    run(["owner", "deploy", "--yes", "--endpoint", NOWHERE, ...args], env)

  it.live("it does not exist", () =>
    Effect.map(status({}, "--wallet", "nobody"), (outcome) => fails(outcome, 4, "nobody/coldkey", "--wallet"))
  )
  it.live("its key file is invalid", () =>
    Effect.gen(function* () {
      const wallets = yield* folder
      mkdirSync(join(wallets, "broken"))
      writeFileSync(join(wallets, "broken", "coldkey"), "not a key", { mode: 0o600 })
      fails(yield* status({}, "--wallet", "broken", "--wallet-path", wallets), 4, join(wallets, "broken", "coldkey"))
    }).pipe(Effect.scoped)
  )
  it.live("its secret URI is invalid, and is not quoted", () =>
    Effect.gen(function* () {
      fails(yield* status({ GITTENSOR_URI: secret("canary drive wolf") }), 4, "the secret URI cannot be read")
      fails(yield* run(["owner", "deploy", "--yes", "--endpoint", NOWHERE, "--uri", ""]), 4, "the secret URI cannot be read")
    })
  )
  it.live("a wrong password is an error, even where a command could do without the key", () =>
    Effect.gen(function* () {
      const wallet = ["--wallet-path", yield* folder]
      const made = yield* run(["wallet", "create", ...wallet, "--encryption", "ansible-vault", "--hotkey-password"], {
        BT_WALLET_PASSWORD: secret("the password of the test")
      })
      assert.strictEqual(made.code, 0, made.stderr)
      const own = ["mine", "status", "--contract", CONTRACT, "--endpoint", NOWHERE, ...wallet]
      fails(yield* run(own, { BT_WALLET_PASSWORD: secret("another password") }), 4, "wrong password for the key at", "hotkeys/default")
      // Without a password, the chain is queried, which needs no key.
      fails(yield* run(own, { BT_WALLET_PASSWORD: "" }), 3, NOWHERE)
    }).pipe(Effect.scoped)
  )
})

describe("doctor", () => {
  it.scopedLive("reports on every check, even without a chain", () =>
    Effect.gen(function* () {
      const args = ["doctor", "--json", "--endpoint", NOWHERE, "--contract", CONTRACT, "--data", yield* folder]
      const outcome = yield* run(args, {
        GITTENSOR_URI: "//Alice",
        GITTENSOR_GITHUB_URL: NOWHERE.replace("ws", "http"),
        GITTENSOR_DRAND_URL: NOWHERE.replace("ws", "http")
      })
      assert.strictEqual(outcome.code, 3)
      assert.strictEqual(outcome.stderr, "gittensor: no answer from: endpoint, github\n")
      const checks = JSON.parse(outcome.stdout) as ReadonlyArray<{ readonly name: string; readonly good: boolean; readonly detail: string }>
      assert.deepStrictEqual(
        checks.map(({ name, good }) => [name, good]),
        [
          ["endpoint", false],
          ["clock", true],
          ["wallet", true],
          ["subnet", true],
          ["hotkey", true],
          ["contract", true],
          ["github", false],
          ["disk", true]
        ]
      )
      assert.include(checks[0]?.detail, NOWHERE)
    })
  )
})
