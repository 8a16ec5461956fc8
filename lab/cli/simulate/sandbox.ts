/** `gittensor simulate sandbox`: attacks a box on this machine, and reports for each attack whether it was contained. */
import { Effect } from "effect"
import { type CheckResult, isGood, ok, report, warning, wrong } from "../../../src/cli/doctor/Check.ts"
import * as Bubblewrap from "../../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { type AttackFinding, runAttacks } from "../../sandbox/runAttacks.ts"

const REPORT = "don't verify pull requests on this machine, and please report this with the kernel's version"
const DELEGATE = "run as root, or under systemd with Delegate=yes, so that the box gets a cgroup of its own"
const AGAIN = "run it again when the machine is less busy; if it stays so, please report it"

const resultOf: Readonly<Record<AttackFinding["result"], (detail: string) => CheckResult>> = {
  contained: ok,
  weak: (detail) => warning(detail, DELEGATE),
  escaped: (detail) => wrong(detail, REPORT),
  unclear: (detail) => wrong(`not known: ${detail}`, AGAIN)
}

const asCheck = (name: string, found: CheckResult, milliseconds = 0) => ({ name, ...found, good: isGood(found), milliseconds })

/** One check for each attack. If no box can start, a single check that says what to install. */
const checks = runAttacks().pipe(
  Effect.map((findings) => findings.map(({ name, result, detail, milliseconds }) => asCheck(name, resultOf[result](detail), milliseconds))),
  Effect.provide(Bubblewrap.layer),
  Effect.catchTag("SandboxUnavailable", ({ reason, hint }) => Effect.succeed([asCheck("sandbox", wrong(reason, hint))])),
  Effect.catchAll(({ message }) => Effect.succeed([asCheck("sandbox", wrong(message, AGAIN))]))
)

export const run = ({ json }: { readonly json: boolean }) => Effect.flatMap(checks, (found) => report(found, json))
