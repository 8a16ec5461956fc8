/** Reports each problem once: if a check fails because of another one, only the other is a finding, and this one is skipped with the reason. */
import { Duration } from "effect"
import { type Check, isGood } from "./Check.ts"
import { isSlow, type MachineState, machineText } from "./machine.ts"

interface Needs {
  /** If one of these failed, this check cannot succeed. */
  readonly all?: ReadonlyArray<string>
  /** If one of these failed, it explains a missing answer here. */
  readonly toAnswer?: ReadonlyArray<string>
}

/** What each check depends on, without indirect dependencies. */
const NEEDS: Readonly<Record<string, Needs>> = {
  clock: { toAnswer: ["endpoint"] },
  history: { all: ["endpoint"], toAnswer: ["subnet"] },
  subnet: { all: ["endpoint"] },
  hotkey: { all: ["subnet", "wallet"] },
  permit: { all: ["hotkey"] },
  funds: { all: ["endpoint", "wallet"], toAnswer: ["subnet"] },
  weights: { all: ["hotkey"] },
  roster: { all: ["subnet"] },
  axon: { all: ["hotkey"] },
  consensus: { all: ["axon"] },
  contract: { all: ["endpoint"], toAnswer: ["subnet"] },
  votes: { all: ["contract", "hotkey"] },
  owner: { all: ["contract", "wallet"] },
  validators: { all: ["contract"] },
  link: { all: ["endpoint", "wallet"], toAnswer: ["github"] }
}

/** Checks that query the endpoint, and so time out if it is slow. */
const ON_CHAIN: ReadonlySet<string> = new Set(Object.keys(NEEDS).filter((name) => name !== "clock" && name !== "consensus"))

/** `endpoint 2` → `endpoint`. */
const kindOf = ({ name }: Check): string => name.replace(/ \d+$/, "")

/** A check, with the root cause if it was skipped. */
interface Explained extends Check {
  readonly root?: string
}

const skippedBecause = (check: Check, root: string): Explained => ({
  root,
  name: check.name,
  result: "skipped",
  detail: `because of the ${root}, see above`,
  hint: null,
  good: true,
  milliseconds: check.milliseconds
})

/** The root cause of a kind of check without any success. Checks of one kind, such as endpoints, count as failed only if all failed. */
const rootOf = (kind: string, checks: ReadonlyArray<Explained>): string | undefined => {
  const own = checks.filter((check) => kindOf(check) === kind)
  if (own.length === 0 || own.some(({ result }) => result === "ok" || result === "warning")) return undefined
  const explained = own.find(({ root }) => root !== undefined)?.root
  if (explained !== undefined) return explained
  const deeper = own.map((check) => rootBehind(check, checks)).find((root) => root !== undefined)
  return deeper ?? (own.every(isGood) ? undefined : kind)
}

/** The root cause of a failed or skipped check. */
const rootBehind = (check: Explained, checks: ReadonlyArray<Explained>): string | undefined => {
  const { all = [], toAnswer = [] } = NEEDS[kindOf(check)] ?? {}
  if (check.isOwn === true) return undefined
  const needs = check.result === "wrong" ? all : [...all, ...toAnswer]
  return needs.map((need) => rootOf(need, checks)).find((root) => root !== undefined)
}

const withCauses = (checks: ReadonlyArray<Explained>): ReadonlyArray<Explained> =>
  checks.map((check) => {
    if (check.result === "ok" || check.result === "warning" || check.root !== undefined) return check
    const root = rootBehind(check, checks)
    return root === undefined ? check : skippedBecause(check, root)
  })

/** Marks endpoints that answered the first request, but not those of the checks. */
const withSlowEndpoints = (checks: ReadonlyArray<Check>, within: string): ReadonlyArray<Check> => {
  const isSlowEndpoint = checks.some((check) => check.isLate === true && ON_CHAIN.has(kindOf(check)))
  if (!isSlowEndpoint || rootOf("endpoint", checks) !== undefined) return checks
  return checks.map((check) =>
    kindOf(check) === "endpoint" && isGood(check)
      ? {
          ...check,
          result: "silent",
          detail: `${check.detail}; it was too slow for the checks`,
          hint: `${within} gives it more time; a validator needs a faster node in --endpoint`,
          good: false
        }
      : check
  )
}

export interface Circumstances {
  readonly machine: MachineState
  /** For the whole run. */
  readonly limit: Duration.Duration
}

/** The checks, with one finding per problem. */
export const withRootCauses = (checks: ReadonlyArray<Check>, { machine, limit }: Circumstances): ReadonlyArray<Check> => {
  const seconds = Math.min(600, Math.max(30, Math.ceil(Duration.toSeconds(limit) * 6)))
  const within = `gittensor doctor --within ${seconds}`
  const late = checks.filter(({ isLate }) => isLate === true)
  if (late.length > 0 && isSlow(machine, limit)) {
    // A silent check may have got its answer in time, but this process saw it too late.
    const own: Check = {
      name: "machine",
      result: "silent",
      detail: machineText(machine, limit),
      hint: `${within} gives the checks more time; a validator needs a machine with less to do`,
      good: false,
      milliseconds: machine.startMilliseconds
    }
    return [own, ...withCauses(checks.map((check) => (check.result === "silent" ? skippedBecause(check, "machine") : check)))]
  }
  return withCauses(withSlowEndpoints(checks, within)).map((check) =>
    check.isLate === true && !check.hint?.includes("--within")
      ? { ...check, hint: `${check.hint}; on a slow connection: ${within}` }
      : check
  )
}
