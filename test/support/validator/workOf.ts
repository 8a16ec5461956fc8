/** A validator's round and upkeep on a contract's real chain, without its processes. */
import { Effect, Layer } from "effect"
import { IssueId } from "../../../src/domain/Enrolment.ts"
import { layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { GitHubAccounts } from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import * as HotkeyGuard from "../../../src/layers/protection/HotkeyGuard.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as SubnetEnd from "../../../src/roles/validator/SubnetEnd.ts"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import * as Rosters from "../../../src/scoring/rosters/Rosters.ts"
import { newest } from "../../chain/rounds/newest.ts"
import { keyOf } from "../cli/support.ts"
import { miner } from "../contract/accounts.ts"
import type { Program } from "../contract/nextProgram.ts"
import { NETUID } from "../contract/subnet.ts"
import type { World } from "../contract/World.ts"

/** Two miners with linked GitHub accounts are enrolled for every issue. Neither opened the issue nor maintains its repository. */
const enrolled = Effect.gen(function* () {
  const [five, six] = [(yield* miner(5)).hotkey, (yield* miner(6)).hotkey]
  const stand = { enrolled: [five, six], skipped: [] }
  const links = {
    accounts: new Map([
      [five, 5],
      [six, 6]
    ]),
    unknown: new Set<never>(),
    unseen: new Set<never>(),
    refused: new Map()
  }
  const issue = { repositoryId: 1, title: "", authorId: 1, authorLogin: null }
  return Layer.mergeAll(
    Layer.mock(Enrolments, {
      snapshot: () => Effect.succeed(new Map([1, 2].map((id) => [IssueId.make(id), stand]))),
      prune: Effect.succeed(0)
    }),
    Layer.mock(GitHubAccounts, { linkedAt: () => Effect.succeed(links) }),
    Layer.mock(GitHub, {
      issueForRegistration: (ref) => Effect.succeed({ ...issue, ref }),
      consent: () => Effect.succeed(null),
      associationOf: () => Effect.succeed("NONE")
    })
  )
})

/** A validator's messages for the round and for upkeep at the newest block, by its program. */
export const workOf = (stage: World, uri: string, { competitions, contract, roundLoop, sender, upkeepLoop }: Program) =>
  Effect.gen(function* () {
    const key = yield* keyOf(uri)
    const known = yield* Layer.build(
      Layer.effect(sender.Sender, sender.make(key)).pipe(
        Layer.provideMerge(Layer.effect(SubnetEnd.SubnetEnd, SubnetEnd.make)),
        Layer.provideMerge(
          Layer.mergeAll(contract.layer(stage.contract), Subnet.layer(NETUID), Concerns.layer, HotkeyGuard.unopposed, Rosters.layerBuiltIn)
        ),
        Layer.provideMerge(yield* enrolled),
        Layer.provideMerge(Layer.effect(Journal.Journal, Journal.make(":memory:"))),
        Layer.provideMerge(chainLayer([stage.endpoint]))
      )
    )
    const [round, upkeep] = yield* sender.Sender.pipe(
      Effect.flatMap((sending) => competitions.make(key.address, sending)),
      Effect.flatMap((own) => Effect.all([roundLoop.make(own), upkeepLoop.make(key, own)])),
      Effect.provide(known)
    )
    return Effect.provide(
      Effect.flatMap(newest(stage), (head) => Effect.zipRight(round(head), upkeep(head))),
      known
    )
  })
