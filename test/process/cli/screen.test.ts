/**
 * `gittensor mine` in a terminal, driven through tmux, with a chain and validators; and without a terminal. Then `gittensor mcp`, which offers the
 * same to an agent, on the chain that the screen's tests leave behind.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { startAgent } from "../../support/cli/agent.ts"
import { ATTEST, blocksUntil, Cast, castLayer, head, ROUND, uidOf } from "../../support/cli/cast.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { command, eventually, folder, jsonOf, register, run, secret, uri, World } from "../../support/cli/support.ts"
import { commandLine, hasTmux, isGivenBack, openPane } from "../../support/cli/tmux.ts"

const MINER = uri("screen")

/** A pane whose programs run as the miner, with further environment variables in `more`. */
const paneOf = (more: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(World, ({ env }) => openPane({ ...env, GITTENSOR_URI: MINER, ...more }))

const opened = (more?: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const pane = yield* paneOf(more)
    yield* pane.type(commandLine("mine"))
    yield* pane.shows("acme/widgets#41")
    return pane
  })

const fits = (lines: ReadonlyArray<string>, columns: number, rows: number): void => {
  assert.strictEqual(lines.length, rows)
  for (const line of lines) assert.isAtMost(Bun.stringWidth(line), columns, line)
}

layer(castLayer, { excludeTestServices: true })("a miner's screen", (it) => {
  const inTmux = it.scoped.skipIf(!hasTmux)

  it.scoped("is the list of issues and how to continue if there is no terminal", () =>
    Effect.gen(function* () {
      const plain = yield* command(["mine"])
      assert.strictEqual(plain.code, 0, plain.stderr)
      assert.match(plain.stdout, /^ ?1 +acme\/widgets#41/m)
      assert.include(plain.stdout, "gittensor mine enroll ISSUE")
      assert.notInclude(plain.stdout, "\u001b")
      const issuesOf = (document: unknown) => (document as { readonly issues: ReadonlyArray<object> }).issues
      assert.deepStrictEqual(
        issuesOf(jsonOf(yield* command(["mine", "--json"]))),
        issuesOf(jsonOf(yield* command(["mine", "issues", "--json"])))
      )
    })
  )

  inTmux("looks only, and says why, for whoever has no key", () =>
    Effect.gen(function* () {
      const { env } = yield* World
      const pane = yield* openPane(env)
      yield* pane.type(commandLine("mine"))
      yield* pane.shows("acme/widgets#41")
      yield* pane.shows("read-only: no key at")
      yield* pane.press("e")
      assert.notInclude((yield* pane.screen).join("\n"), "y yes")
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )

  inTmux("enrols when it is told to and not before, and shows the contract as it changes, to the match's end", () =>
    Effect.gen(function* () {
      const { validators, rival } = yield* Cast
      const [first, second] = validators
      if (first === undefined || second === undefined) return yield* Effect.dieMessage("no validators")
      const contract = yield* Contract
      const miner = yield* register(MINER)
      const uid = yield* uidOf(miner)
      const pane = yield* opened()
      fits(yield* pane.shows(`UID ${uid}  rating`), 80, 24)
      assert.isTrue((yield* pane.modes).alternate)

      // Pasted text triggers no keys, and only "yes" to the question sends a transaction.
      yield* pane.press("Home")
      yield* pane.paste("ey\n")
      yield* pane.press("e")
      yield* pane.shows("y yes")
      yield* pane.press("n")
      yield* pane.shows("nothing was sent")
      for (const { store } of validators) assert.deepStrictEqual(yield* store.of(miner.address), [])
      const openIssue = /▸ +(\d+) acme/.exec((yield* pane.screen).join("\n"))?.[1]
      assert.isDefined(openIssue)
      yield* pane.press("e", "y")
      yield* pane.shows(`enrolled for issue ${openIssue} until block`)
      yield* pane.shows("3 of 3 validators accepted it")
      yield* pane.shows("enrolled 3/3")
      for (const { store } of validators)
        assert.isTrue((yield* store.of(miner.address)).some(({ text }) => text.includes(`\nissue ${openIssue}\n`)))
      yield* pane.press("Down", "s", "y")
      yield* pane.shows("skip 3/3")

      // The contract in real time.
      const issue = Number(openIssue)
      const round = Math.floor((yield* head).number / ROUND) + 1
      yield* blocksUntil(round * ROUND)
      yield* pane.press("Home")
      yield* pane.shows("nobody attested yet in this round")
      for (const { hotkey } of [first, second])
        yield* contract.send(
          "attestEnrolled",
          { issue, round, enrolled: bitmapOfUids([uid, rival.uid]), skipped: bitmapOfUids([]) },
          hotkey
        )
      yield* pane.shows(new RegExp(`Enrolled: UID (${uid}|${rival.uid}) .*UID (${uid}|${rival.uid}) `))
      yield* blocksUntil(round * ROUND + ATTEST + 1)
      const metagraph = yield* (yield* Subnet).metagraph(yield* head)
      const competitor = (hotkey: KeyPair) => {
        const neuron = neuronOf(metagraph, hotkey.address)
        return { uid: neuron?.uid ?? -1, hotkey: hotkey.address, coldkey: neuron?.coldkey ?? hotkey.address }
      }
      const pair = [competitor(rival.hotkey), competitor(miner)] as const
      // The first one alone may have just more than half.
      for (const { hotkey } of [second, first]) yield* contract.send("votePair", { issue, round, a: pair[0], b: pair[1] }, hotkey)
      yield* pane.shows(/window \d+/)
      yield* pane.press("m")
      const match = (yield* pane.shows("until pull requests count")).join("\n")
      assert.include(match, `UID ${uid}, you`)
      assert.include(match, `UID ${rival.uid}`)
      assert.match(match, /draft +open +checks +approved +merged +voted +paid/)
      assert.match(match, /started to compete for the issue/)

      yield* pane.resize(50, 16)
      fits(yield* pane.shows("? help"), 50, 16)
      yield* pane.resize(120, 40)
      fits(yield* pane.shows(/round \d+:/), 120, 40)
      yield* pane.resize(80, 24)

      const started = (yield* contract.stateAt(yield* head)).competitions.get(1)
      assert.isDefined(started)
      yield* blocksUntil(started.submissionsFrom + 1)
      yield* pane.shows("until the deadline")
      yield* contract.send("voteOutcome", { issue, choice: { _tag: "Solved", hotkey: miner.address, pullRequest: 18 } }, first.hotkey)
      yield* pane.shows(new RegExp(`solved by UID ${uid}, #18 .* \\d+% 1 v`))
      yield* contract.send("voteOutcome", { issue, choice: { _tag: "Solved", hotkey: miner.address, pullRequest: 18 } }, second.hotkey)
      yield* pane.shows(/it can be settled from block/)
      yield* blocksUntil((yield* head).number + started.challengePeriod)
      yield* contract.send("settle", { issue }, first.hotkey)
      yield* pane.shows(/★ +You won .* α +★/)
      yield* pane.press("Escape")
      yield* pane.shows("All issues")
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )

  inTmux("opens the issue in the browser, and says the address where there is none", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const [browser, visited] = [join(home, "browser"), join(home, "visited")]
      writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${visited}'\n`)
      chmodSync(browser, 0o755)
      const pane = yield* opened({ BROWSER: browser })
      yield* pane.press("o")
      yield* pane.shows("opened https://github.com/acme/widgets/issues/4")
      assert.isTrue(existsSync(visited))
      assert.match(readFileSync(visited, "utf8"), /^https:\/\/github\.com\/acme\/widgets\/issues\/4[12]$/)
      const without = yield* opened({ BROWSER: join(home, "none") })
      yield* without.press("o")
      yield* without.shows("no browser here; the address is https://github.com/acme/widgets/issues/4")
    })
  )

  inTmux("says when the chain is away, and goes on when it is back", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* World
      const proxy = yield* startProxy(endpoint)
      proxy.freeze()
      const pane = yield* paneOf({ GITTENSOR_ENDPOINT: proxy.endpoint })
      yield* pane.type(commandLine("mine"))
      yield* pane.shows("Connecting to")
      yield* pane.shows("does not answer; trying again")
      yield* pane.press("?")
      yield* pane.shows("PgUp PgDn")
      yield* pane.press("q")
      proxy.thaw()
      yield* pane.shows("acme/widgets#41")
      proxy.freeze()
      proxy.cut()
      yield* pane.shows("not up to date: no connection to")
      proxy.thaw()
      yield* eventually(
        "the screen to be up to date",
        Effect.map(pane.screen, (lines) => (lines.join("\n").includes("not up to date") ? undefined : true))
      )
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )

  it.scoped("has a counterpart for agents, which signs only what the user confirms", () =>
    Effect.gen(function* () {
      const { validators } = yield* Cast
      const { endpoint, env, token } = yield* World
      const [phrase, password] = [
        secret("bottom drive obey lake curtain smoke basket hold race lonely fit walk"),
        secret("a-password-of-the-agent")
      ]
      const miner = yield* register(phrase)
      const wallets = yield* folder
      writeFileSync(join(wallets, "phrase"), phrase)
      const wallet = { GITTENSOR_WALLET_PATH: wallets, BT_WALLET_PASSWORD: password }
      jsonOf(
        yield* run(
          [
            ..."wallet regenerate hotkey --hotkey-password --encryption ansible-vault --json --secret-file".split(" "),
            join(wallets, "phrase")
          ],
          wallet
        )
      )
      const environment = { ...env, ...wallet }
      const holding = Effect.map(
        Effect.forEach(validators, ({ store }) => store.of(miner.address)),
        (all) => all.map((held) => held.map(({ text }) => /^(issue|skip) \d+$/m.exec(text)?.[0] ?? text))
      )
      const none = validators.map(() => [])

      const reader = yield* startAgent({ env: environment })
      const { issues } = (yield* reader.call("list_issues", {})).found as {
        readonly issues: ReadonlyArray<{ id: number; status: string }>
      }
      const open = issues.find(({ status }) => status === "Open" || status === "Funding")?.id ?? assert.fail("no open issue")
      assert.deepInclude((yield* reader.call("list_issues", { all: true, limit: 1 })).found, { next: 1 })
      const read = yield* reader.call("read_issue", { issue: open })
      assert.deepInclude(read.found, { takesEnrolments: true, competition: null })
      assert.deepInclude(read.found.issue as object, { id: open, bounty: "2" })
      const gitHub = { title: "It squeaks", excerpt: "It squeaks at night.", labels: [], language: null, state: "open" }
      assert.deepStrictEqual(read.found.gitHub, gitHub)
      assert.deepStrictEqual((yield* reader.call("read_issue", { issue: `acme/widgets#${40 + open}` })).found.issue, read.found.issue)
      yield* reader.fails("read_issue", { issue: 99 }, "no issue 99")
      const { competitions } = (yield* reader.call("list_competitions", {})).found as {
        readonly competitions: ReadonlyArray<{ readonly id: number; readonly winner: string | null }>
      }
      for (const competition of competitions)
        assert.deepInclude((yield* reader.call("read_competition", { competition: competition.id })).found, {
          competition,
          phase: "over"
        })
      assert.strictEqual(competitions.length, hasTmux ? 1 : 0)
      assert.deepInclude((yield* reader.call("list_competitions", { running: true })).found, { competitions: [], next: null })
      assert.deepInclude((yield* reader.call("list_competitions", { miner: miner.address })).found, { competitions: [], next: null })
      yield* reader.fails("read_competition", { competition: 9 }, "no match 9")
      assert.deepInclude((yield* reader.call("explain_pairing", { issue: open })).found, { pair: null, competition: null })
      yield* reader.fails("explain_pairing", { issue: open, round: 4_000_000 }, "has not begun")
      assert.deepInclude((yield* reader.call("explain_verdict", { issue: open })).found, { competition: null, vote: null })
      const status = yield* reader.call("miner_status")
      assert.deepInclude(status.found, { hotkey: miner.address, uid: yield* uidOf(miner), githubLink: "not linked", rank: null })
      assert.include(status.text, "link your GitHub account")
      yield* reader.fails("enrol", { issue: open }, "--allow-signing", `gittensor mine enroll ${open}`)

      const mute = yield* startAgent({ args: ["--allow-signing"], env: environment })
      yield* mute.fails("enrol", { issue: open }, "does not support elicitation", `gittensor mine enroll ${open}`)
      const no = yield* startAgent({ args: ["--allow-signing"], env: environment, answer: () => ({ action: "decline" }) })
      yield* no.fails("skip", { issue: open }, "you did not confirm: nothing was signed")
      assert.deepStrictEqual(yield* holding, none)

      const answer = () => ({ action: "accept" as const, content: { confirm: true } })
      const yes = yield* startAgent({ args: ["--allow-signing"], env: environment, answer })
      const enrolled = yield* yes.call("enrol", { issue: open })
      assert.deepInclude(enrolled.found, { hotkey: miner.address, choice: "enrol" })
      assert.match(
        yes.asked.join("\n"),
        new RegExp(`^Enrol for issue ${open} \\(acme/widgets#4\\d, 2 α\\) on these terms\\? Your hotkey ${miner.address} signs`)
      )
      assert.deepStrictEqual(
        yield* holding,
        validators.map(() => [`issue ${open}`])
      )
      yield* yes.fails("enrol", { issue: 99 }, "no issue 99")
      assert.strictEqual(yes.asked.length, 1)
      const modern = yield* startAgent({ args: ["--allow-signing"], env: environment, answer, modern: true })
      assert.deepInclude((yield* modern.call("skip", { issue: open })).found, { choice: "skip" })
      assert.deepStrictEqual(
        yield* holding,
        validators.map(() => [`skip ${open}`])
      )

      const wrong = yield* startAgent({
        args: ["--allow-signing"],
        env: { ...environment, BT_WALLET_PASSWORD: secret("not-the-password") },
        answer
      })
      yield* wrong.fails("enrol", { issue: open }, "wrong password")

      // The node stops answering during a call, and answers again for the next one.
      const proxy = yield* startProxy(endpoint)
      const patient = yield* startAgent({
        env: {
          ...environment,
          GITTENSOR_ENDPOINT: proxy.endpoint,
          GITTENSOR_GITHUB_URL: "http://127.0.0.1:9",
          GITTENSOR_GITHUB_PAUSE: "1 millis"
        }
      })
      assert.isFalse((yield* patient.call("list_issues")).isError)
      assert.deepInclude((yield* patient.call("read_issue", { issue: open })).found, { gitHub: null }, "GitHub does not answer")
      proxy.freeze()
      const controller = new AbortController()
      const cancelled = yield* Effect.fork(Effect.exit(patient.call("read_issue", { issue: open }, controller.signal)))
      yield* eventually(
        "the call to be on its way",
        Effect.sync(() => (patient.said.conversation.includes('"read_issue"') ? true : undefined))
      )
      controller.abort("the user stopped it")
      assert.isTrue(Exit.isFailure(yield* Fiber.join(cancelled)))
      proxy.thaw()
      proxy.cut()
      // A call before the reconnection gets an error about it.
      yield* eventually(
        "the connection to be back",
        Effect.map(patient.call("list_issues"), ({ isError }) => (isError ? undefined : true))
      )

      for (const agent of [reader, mute, no, yes, modern, wrong, patient]) {
        for (const kept of [phrase, password, token]) assert.notInclude(agent.said.conversation + agent.said.logs, kept)
        assert.strictEqual(yield* agent.close, 0)
      }
    })
  )
})
