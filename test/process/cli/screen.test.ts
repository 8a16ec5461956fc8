/** `gittensor mine` in a terminal, driven through tmux, with a chain and validators; and without a terminal. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { ATTEST, blocksUntil, Cast, castLayer, head, ROUND, uidOf } from "../../support/cli/cast.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { command, eventually, folder, jsonOf, register, uri, World } from "../../support/cli/support.ts"
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
      yield* pane.shows(/no PRs \d+/)
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
      // A vote weighs at most what is noted when it is cast.
      const note = Effect.ignore(contract.send("noteWeights", {}, first.hotkey))
      yield* note
      yield* contract.send("voteOutcome", { issue, choice: { _tag: "Solved", hotkey: miner.address, pullRequest: 18 } }, first.hotkey)
      yield* pane.shows(new RegExp(`solved by UID ${uid}, #18 .* \\d+% 1 v`))
      yield* note
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

      // The next screen begins with what this one showed, and acts on none of it.
      proxy.freeze()
      yield* pane.type(commandLine("mine"))
      assert.include((yield* pane.shows(/as of \d+ s ago\. Connecting to/)).join("\n"), "acme/widgets#41")
      yield* pane.press("e")
      yield* pane.shows("wait until the chain has answered")
      proxy.thaw()
      yield* pane.shows(/ block \d/)
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )
})
