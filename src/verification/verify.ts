/**
 * Verifies a match from the chain alone: no page, index or validator is believed. For a browser, a worker of it, and the command line.
 */
import { messageOf } from "../domain/messageOf.ts"
import type { Case } from "./Case.ts"
import type { Check } from "./Check.ts"
import type { Claims, Network } from "./claims.ts"
import { ballot, payment, settlement } from "./ending.ts"
import { Disagreement, Untold } from "./errors.ts"
import { type Connect, connect } from "./node/Connection.ts"
import { Reader } from "./node/Reader.ts"
import { ensureFinal } from "./node/state.ts"
import { type Finding, type NamedIssue, type Progress, STEPS, type StepName, type Verification, verdictOf } from "./results.ts"
import { code, pair, ratingsAfter, ratingsBefore } from "./start.ts"

const CHECKS: { readonly [Name in StepName]: Check } = { code, ratingsBefore, pair, ballot, settlement, payment, ratingsAfter }

export interface Options {
  /** Called as each step begins and is done. */
  readonly onProgress?: (progress: Progress) => void
  /** Ends the verification: what is left is untold. */
  readonly signal?: AbortSignal
  readonly connect?: Connect
}

const findingOf = async (check: Check, reader: Reader, which: Case, found: (issue: NamedIssue) => void): Promise<Finding> => {
  try {
    const { differences, facts, issue } = await check(reader, which)
    if (issue !== undefined) found(issue)
    if (differences.length > 0) return { _tag: "wrong", between: "claim", differences }
    return { _tag: "right", witnesses: reader.witnesses, facts }
  } catch (error) {
    if (error instanceof Disagreement) return { _tag: "wrong", between: "nodes", differences: error.differences }
    return { _tag: "untold", why: error instanceof Untold ? error.message : `of an error of this program: ${messageOf(error)}` }
  }
}

/** Who runs a node, as far as its address says: a domain and all that is below it, or a host's address with its port. */
const operatorOf = (endpoint: string): string => {
  const [, host = endpoint, name = ""] = /^wss?:\/\/(?:[^/?#]*@)?(([^/?#:]+|\[[^\]]*\])(?::\d+)?)/i.exec(endpoint) ?? []
  return /^[\d.[\]:]+$|^localhost$/.test(name) ? host : name.toLowerCase().split(".").slice(-2).join(".")
}

/** The first two nodes that two operators seem to run. Two addresses of one operator are one witness. */
const ofTwoOperators = (endpoints: ReadonlyArray<string>): ReadonlyArray<string> =>
  endpoints.filter((one, index, all) => all.findIndex((other) => operatorOf(other) === operatorOf(one)) === index).slice(0, 2)

/** Never rejects: what cannot be told is said in its step. */
export const verify = async (
  claims: Claims,
  { contract, endpoints, genesis }: Network,
  { connect: open = connect, onProgress = () => undefined, signal }: Options = {}
): Promise<Verification> => {
  const nodes = ofTwoOperators(endpoints).map((endpoint) => open(endpoint))
  const close = () => {
    for (const node of nodes) node.close()
  }
  signal?.addEventListener("abort", close, { once: true })
  const newest = Math.max(claims.startedAt, claims.end.at, claims.payment?.at ?? 0)
  const started = new Reader(nodes, genesis)
  let issue: NamedIssue | undefined
  const steps: Array<Verification["steps"][number]> = []
  for (const step of STEPS) {
    onProgress({ _tag: "begun", step })
    const check: Check = async (reader, which) => {
      await ensureFinal(reader, newest)
      return CHECKS[step](reader, which)
    }
    const finding = await findingOf(check, started.next(), { claims, contract }, (found) => {
      issue = found
    })
    steps.push({ step, finding })
    onProgress({ _tag: "done", step, finding })
  }
  close()
  signal?.removeEventListener("abort", close)
  return { issue, steps, verdict: verdictOf(steps), asked: nodes.map(({ endpoint, requests }) => ({ endpoint, requests: requests() })) }
}
