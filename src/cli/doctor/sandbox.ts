/** Checks that this machine can start boxes. */
import { Effect } from "effect"
import { Confined, OLDEST_GIT } from "../../layers/machine/confined/Confined.ts"
import { type CheckResult, ok, warning, wrong } from "./Check.ts"

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
            `no sandbox, which GITTENSOR_BOX allows: processes that see this user's files read what strangers wrote; git ${git}`,
            "run: gittensor simulate sandbox"
          )
        : ok(`boxes start, ${HELD[memoryHeld]}; git ${git}`)
  ),
  Effect.catchAll(({ reason, hint }) =>
    Effect.succeed(wrong(`no sandbox starts (${reason}), so nothing that strangers wrote can be read`, hint))
  )
)
