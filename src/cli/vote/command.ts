/** `gittensor vote ISSUE …`: the votes that a validator's operator casts by hand. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { AccountAddress } from "../../domain/Account.ts"
import { callOptions, issueArgument, whenRun } from "../shared/options.ts"

const payTo = Options.text("pay-to").pipe(
  Options.withPseudoName("coldkey"),
  Options.withSchema(AccountAddress),
  Options.withDescription("pay the bounty to this other coldkey of the winner, after another challenge period"),
  Options.optional
)

const cancel = Options.boolean("payment-impossible").pipe(
  Options.withDescription("cancel the issue, because the chain refuses to pay its winner and no other coldkey of the winner can be paid")
)

const takeBack = Options.boolean("take-back").pipe(
  Options.withDescription("take back what was decided on the issue and has not taken effect")
)

const dissolve = Options.boolean("dissolve").pipe(
  Options.withDescription("dissolve the pair that competes, while no pull request can be submitted; it costs nobody anything")
)

export const vote = Command.make(
  "vote",
  { issue: issueArgument, payTo, cancel, takeBack, dissolve, ...callOptions },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(
  Command.withDescription("vote, as a validator, on what no rule decides: a payment that the chain refuses, a decision that waits, a pair")
)
