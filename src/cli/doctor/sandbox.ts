/** Whether boxes start; and `gittensor doctor --sandbox`: attacks a box on this machine, and says of each attack whether it was contained. */

import { Effect } from "effect"
import { Confined, OLDEST_GIT } from "../../layers/machine/confined/Confined.ts"
import { type AttackFinding, runAttacks } from "../../layers/machine/sandbox/attacks/runAttacks.ts"
import * as Bubblewrap from "../../layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { type Check, type CheckResult, ok, warning, wrong } from "./Check.ts"

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_GIT.split(".").map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

const HELD = {
  kernel: "the kernel holds their memory",
  watched: "their memory is watched, which a fast program can outrun"
} as const

/** Whether this machine can read what strangers wrote. */
export const boxResult: Effect.Effect<CheckResult, never, Confined> = Effect.flatMap(Confined, ({ available }) => available).pipe(
  Effect.map(({ git, memoryHeld }) =>
    isOld(git)
      ? wrong(`git ${git} is too old`, `install git ${OLDEST_GIT} or newer`)
      : memoryHeld === null
        ? warning(
            `no boxes, and GITTENSOR_BOX allows that: what strangers wrote is read by processes that see the files of this user; git ${git}`,
            "run: gittensor doctor --sandbox"
          )
        : ok(`boxes start, ${HELD[memoryHeld]}; git ${git}`)
  ),
  Effect.catchAll(({ reason, hint }) => Effect.succeed(wrong(`what strangers wrote can't be read: no sandbox (${reason})`, hint)))
)

const REPORT = "don't verify pull requests on this machine, and please report this with the kernel's version"
const DELEGATE = "run as root, or under systemd with Delegate=yes, so that the box gets a cgroup of its own"
const AGAIN = "run it again when the machine is less busy; if it stays so, please report it"

const findingOf = ({ result, detail }: AttackFinding): CheckResult =>
  result === "contained"
    ? ok(detail)
    : result === "weak"
      ? warning(detail, DELEGATE)
      : result === "escaped"
        ? wrong(detail, REPORT)
        : wrong(`not known: ${detail}`, AGAIN)

const asCheck = (name: string, finding: CheckResult, milliseconds = 0): Check => ({
  name,
  ...finding,
  good: finding.result !== "wrong",
  milliseconds
})

/** One check per attack. If no box can start, a single check that says what to install. */
export const sandboxChecks: Effect.Effect<ReadonlyArray<Check>> = runAttacks().pipe(
  Effect.map((findings) => findings.map((one) => asCheck(one.name, findingOf(one), one.milliseconds))),
  Effect.provide(Bubblewrap.layer),
  Effect.catchTags({
    SandboxUnavailable: ({ reason, hint }) => Effect.succeed([asCheck("sandbox", wrong(reason, hint))]),
    InputNotCopied: ({ message }) => Effect.succeed([asCheck("sandbox", wrong(message, AGAIN))])
  }),
  Effect.catchAll((error) => Effect.succeed([asCheck("sandbox", wrong(error.message, AGAIN))]))
)
