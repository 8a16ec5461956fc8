/** Registering an issue, once GitHub and the contract agree that it can be. */
import { Effect } from "effect"
import { parseAlpha } from "../../domain/Amount.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { Contract } from "../../layers/Contract.ts"
import * as GitHub from "../../layers/GitHub.ts"
import { checkIssue, registerIssue as register } from "../../owner/registerIssue.ts"
import { alpha, print } from "../../terminal/output.ts"
import type { KeyOptions } from "../options.ts"
import { confirm, withKey } from "./keys.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"

export interface Options extends ContractOptions {
  readonly issue: string
  readonly bounty: string
  readonly key: KeyOptions
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

const registerAs = (owner: KeyPair, reference: IssueRef.IssueRef, rao: bigint, options: Options) =>
  Effect.gen(function* () {
    const found = yield* checkIssue(reference, rao)
    const plan = { repository: found.ref.repository, number: found.ref.number, title: found.title, bountyRao: rao }
    if (options.dryRun) {
      const { value } = yield* (yield* Contract).dryRun(
        "registerIssue",
        { repository: found.ref.repository, number: found.ref.number, bounty: rao },
        owner.address
      )
      return yield* print(options.json, { ...plan, issue: value, sent: false }, () => [
        `would register ${found.ref} "${found.title}" with a bounty of ${alpha(rao)} as issue ${value}`
      ])
    }
    yield* confirm(`Register ${found.ref} "${found.title}" with a bounty of ${alpha(rao)}?`, options.yes)
    const { issue: id, inclusion } = yield* register(owner, found.ref, rao)
    yield* print(
      options.json,
      { ...plan, issue: id, sent: true, block: inclusion.block.number, transaction: inclusion.extrinsicHash },
      () => [
        `issue ${id}: ${found.ref} "${found.title}", bounty ${alpha(rao)} (block ${inclusion.block.number}, ${inclusion.extrinsicHash})`
      ]
    )
  }).pipe(Effect.provide(contractLayer(options)), Effect.provide(GitHub.layer))

export const run = (options: Options) =>
  Effect.gen(function* () {
    const reference = yield* IssueRef.parse(options.issue)
    const rao = yield* parseAlpha(options.bounty)
    yield* withKey("coldkey", options.key, (owner) => registerAs(owner, reference, rao, options))
  })
