/** Checks whether this machine can start a box for untrusted bytes. */
import { Effect } from "effect"
import { Confined, OLDEST_GIT } from "../../layers/machine/confined/Confined.ts"
import { type Finding, ok, warning, wrong } from "./Check.ts"

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_GIT.split(".").map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

const HELD = {
  kernel: "the kernel holds their memory",
  watched: "their memory is watched, which a fast program can outrun"
} as const

export const boxFinding: Effect.Effect<Finding, never, Confined> = Effect.flatMap(Confined, ({ available }) => available).pipe(
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
