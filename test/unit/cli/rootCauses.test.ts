/**
 * Which of the doctor's findings is the root cause, and which checks are skipped because of it. test/chain/cli/situations.test.ts has complete
 * setups.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { type Check, type CheckResult, isGood, late, ok, silent, skipped, warning, wrong } from "../../../src/cli/doctor/Check.ts"
import type { MachineState } from "../../../src/cli/doctor/machine.ts"
import { withRootCauses } from "../../../src/cli/doctor/rootCauses.ts"

const IDLE: MachineState = { load: 0.2, cores: 2, startMilliseconds: 300, lateMilliseconds: 12 }

const shown = (findings: Readonly<Record<string, CheckResult>>, machine: MachineState = IDLE) =>
  withRootCauses(
    Object.entries(findings).map(([name, finding]): Check => ({ name, ...finding, good: isGood(finding), milliseconds: 1 })),
    { machine, limit: Duration.seconds(5) }
  ).flatMap(({ name, result, detail, hint }) =>
    result === "ok" ? [] : [`${result} ${name}: ${detail}${hint === null ? "" : ` → ${hint}`}`]
  )

const never = late("no answer in time", "look at the endpoint")

describe("a root cause", () => {
  it("explains what depends on it, however far away", () => {
    assert.deepStrictEqual(
      shown({
        wallet: wrong("there is no key", "create one"),
        subnet: ok(""),
        hotkey: wrong("there is no key", ""),
        permit: wrong("there is no key", ""),
        axon: wrong("none", ""),
        consensus: skipped("there is no axon to ask"),
        contract: ok(""),
        votes: wrong("there is no key", ""),
        github: ok("")
      }),
      [
        "wrong wallet: there is no key → create one",
        ...["hotkey", "permit", "axon", "consensus", "votes"].map((name) => `skipped ${name}: because of the wallet, see above`)
      ]
    )
  })

  it("leaves what was found all the same, and what is wrong by itself", () => {
    assert.deepStrictEqual(
      shown({
        endpoint: silent("gone", "start it"),
        clock: wrong("60 s behind drand", "set it"),
        subnet: skipped("no endpoint answers"),
        contract: { ...wrong("none given", "give one"), isOwn: true },
        votes: skipped("no contract is given"),
        disk: warning("little room", "free some")
      }),
      [
        "silent endpoint: gone → start it",
        "wrong clock: 60 s behind drand → set it",
        "skipped subnet: because of the endpoint, see above",
        "wrong contract: none given → give one",
        "skipped votes: because of the contract, see above",
        "warning disk: little room → free some"
      ]
    )
  })

  it("is no endpoint or token as long as another one works", () => {
    const findings = { "endpoint 1": warning("gone", "others are used"), "endpoint 2": ok(""), subnet: wrong("there is none", "check it") }
    assert.deepStrictEqual(shown(findings), ["warning endpoint 1: gone → others are used", "wrong subnet: there is none → check it"])
    const tokens = { "github 1": wrong("unknown", "replace it"), "github 2": ok(""), link: silent("GitHub did not answer", "later") }
    assert.deepStrictEqual(shown(tokens), ["wrong github 1: unknown → replace it", "silent link: GitHub did not answer → later"])
  })

  it("is the axon for the consensus only, which is asked of it; the axon's own warning explains nothing", () => {
    const findings = { subnet: ok(""), hotkey: ok(""), weights: ok(""), consensus: silent("1.2.3.4:8091 shows nothing: slow", "later") }
    const inOrder = (axon: CheckResult) => shown({ ...findings, axon, consensus: findings.consensus, votes: ok("") }).toSorted()
    assert.deepStrictEqual(inOrder(wrong("none", "publish one")), [
      "skipped consensus: because of the axon, see above",
      "wrong axon: none → publish one"
    ])
    assert.deepStrictEqual(inOrder(silent("gone", "open the port")), [
      "silent axon: gone → open the port",
      "skipped consensus: because of the axon, see above"
    ])
    for (const axon of [ok("answers"), warning("a loop hangs", "ask it")])
      assert.include(inOrder(axon), "silent consensus: 1.2.3.4:8091 shows nothing: slow → later")
  })

  it("is an endpoint that is too slow for the checks", () => {
    assert.deepStrictEqual(
      shown({ endpoint: ok("ws://node: answered in 900 ms"), history: never, subnet: never, hotkey: never, funds: never, github: ok("") }),
      [
        "silent endpoint: ws://node: answered in 900 ms; it was too slow for the checks → gittensor doctor --within 30 gives it more time; a validator needs a faster node in --endpoint",
        ...["history", "subnet", "hotkey", "funds"].map((name) => `skipped ${name}: because of the endpoint, see above`)
      ]
    )
  })

  it("is this machine, if it was too busy to see answers in time", () => {
    const busy: MachineState = { load: 9.13, cores: 2, startMilliseconds: 2_340, lateMilliseconds: 20 }
    const findings = {
      endpoint: never,
      clock: silent("drand did not answer", ""),
      subnet: skipped(""),
      hotkey: skipped(""),
      github: never,
      disk: ok("")
    }
    const because = ["endpoint", "clock", "subnet", "hotkey", "github"].map((name) => `skipped ${name}: because of the machine, see above`)
    assert.deepStrictEqual(shown(findings, busy), [
      "silent machine: it is too busy to check everything in 5 s: a load of 9.1 on 2 cores, 2.3 s to start → gittensor doctor --within 30 gives the checks more time; a validator needs a machine with less to do",
      ...because
    ])
    assert.deepStrictEqual(shown(findings, { ...busy, startMilliseconds: 100, lateMilliseconds: 1_200 }).slice(1), because)
    // A busy machine that is in time is not a finding; an idle machine does not explain silent services.
    assert.deepStrictEqual(shown({ endpoint: ok(""), github: ok("") }, busy), [])
    assert.deepStrictEqual(shown({ github: never }), [
      "silent github: no answer in time → look at the endpoint; on a slow connection: gittensor doctor --within 30"
    ])
  })
})
