/** Verifies a match from two nodes: what a page's file claims of it, or what the first node says itself. */

import { Effect, Either, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { EXIT } from "../../domain/causes.ts"
import { InvalidInput, OperationFailed } from "../../domain/failures.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { bold, green, print, red, yellow } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { type Claims, readClaims } from "../../verification/claims.ts"
import { claimsFromChain, genesisOf } from "../../verification/fromChain.ts"
import { type Finding, TITLES, type Verification } from "../../verification/results.ts"
import { verify } from "../../verification/verify.ts"
import type { Network } from "../shared/chainServices.ts"
import { nameOfInput, readText } from "../shared/inputFile.ts"

interface MatchOptions {
  readonly match: number
  readonly file: Option.Option<string>
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  readonly json: boolean
}

/** Some steps cannot be told, because nodes have forgotten, or do not answer. */
class MatchUntold extends Schema.TaggedError<MatchUntold>()("MatchUntold", { message: Schema.String }) {
  readonly exitCode = EXIT.unanswered
}

const claimsIn = (file: string, match: number) =>
  Effect.gen(function* () {
    const invalid = (reason: string) => new InvalidInput({ message: `${nameOfInput(file)} can't be used: ${reason}` })
    const read = readClaims(yield* Effect.mapError(readText(file), invalid))
    if (Either.isLeft(read)) return yield* invalid(read.left)
    return read.right.match === match ? read.right : yield* invalid(`it is about match ${read.right.match}`)
  })

const told = <A>(ask: () => Promise<A>) =>
  Effect.tryPromise({ try: ask, catch: (cause) => new MatchUntold({ message: `nothing can be verified: ${messageOf(cause)}` }) })

const stepLines = (title: string, finding: Finding): ReadonlyArray<string> => {
  switch (finding._tag) {
    case "right": {
      const mark = finding.witnesses === 2 ? green("✓") : yellow("✓")
      const alone = finding.witnesses === 2 ? "" : " (one node says so)"
      return [`${mark} ${title}${alone}`, ...finding.facts.flatMap((fact) => paragraph(fact, 4, 6))]
    }
    case "wrong": {
      const [one, other] = finding.between === "claim" ? ["claimed", "found"] : ["one node", "the other"]
      const differences = finding.differences.map(({ claimed, found, what }) => `${what}: ${one} ${claimed}, ${other} ${found}`)
      return [`${red("✗")} ${title}`, ...differences.flatMap((line) => paragraph(line, 4, 6))]
    }
    case "untold":
      return [`${yellow("?")} ${title}`, ...paragraph(`cannot be told, because ${finding.why}`, 4, 6)]
  }
}

const linesOf = ({ asked, claims, genesis, steps }: Verification & { readonly claims: Claims; readonly genesis: string }) => [
  bold(`match ${claims.match}, blocks ${claims.startedAt} to ${claims.end.at}: ${claims.end.status}`),
  `chain ${genesis}`,
  ...asked.map(({ endpoint, requests }) => `${endpoint}: ${requests} requests`),
  "",
  ...steps.flatMap(({ finding, step }) => stepLines(TITLES[step], finding))
]

export const run = ({ contract, file, json, match, network }: MatchOptions) =>
  Effect.gen(function* () {
    if (Option.isNone(contract)) return yield* new InvalidInput({ message: "--contract is missing: give it, or set GITTENSOR_CONTRACT" })
    const endpoints = network.endpoint.split(",").map((url) => url.trim())
    const endpoint = endpoints[0] ?? ""
    const genesis = yield* told(() => genesisOf(endpoint))
    const claims = yield* Option.match(file, {
      onNone: () => told(() => claimsFromChain(match, { contract: contract.value, endpoint, genesis })),
      onSome: (name) => claimsIn(name, match)
    })
    const verification = yield* Effect.promise((signal) => verify(claims, { endpoints, genesis, contract: contract.value }, { signal }))
    yield* print(json, { ...verification, claims, genesis }, linesOf)
    const count = (tag: Finding["_tag"]) => verification.steps.filter(({ finding }) => finding._tag === tag).length
    if (verification.verdict === "wrong")
      return yield* new OperationFailed({ message: `${count("wrong")} of ${verification.steps.length} steps are wrong` })
    if (verification.verdict === "untold")
      return yield* new MatchUntold({
        message: `${count("untold")} of ${verification.steps.length} steps cannot be told: the lines above say why`
      })
  })
